"""Name, kind and size of a document are checked before anything is stored."""

import hashlib

import pytest

from core.business.engagements.documents.kinds import DocumentRules, document_rules
from core.business.engagements.documents.rules import (
    check_document,
    check_reason,
    check_visibility,
    file_name,
)
from core.errors import InvalidInputError
from tests.business.engagements.documents.files import CSV, PDF, PNG, zip_of


def test_a_checked_document_has_its_digest_and_size():
    document = check_document("Contract 2026.pdf", "contract", PDF)
    assert (document.name, document.kind, document.format) == ("Contract 2026.pdf", "contract", "pdf")
    assert (document.size, document.digest) == (len(PDF), hashlib.sha256(PDF).hexdigest())


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("pupils.CSV", "pupils.CSV"),
        ("pupils", "pupils.txt"),
        ("v1.2", "v1.2.txt"),
        ("/home/anna/list.csv", "list.csv"),
        ("C:\\Users\\Anna\\list.csv", "list.csv"),
        ("../../list.csv", "list.csv"),
        ("زبان.csv", "زبان.csv"),
    ],
)
def test_a_name_loses_its_folders_and_gets_the_ending_of_its_content(name, stored):
    assert check_document(name, "data_export", CSV).name == stored


@pytest.mark.parametrize("name", ["contract.exe", "contract.pdf", "contract.bat", "a.png.html"])
def test_a_name_that_ends_like_something_else_is_refused(name):
    with pytest.raises(InvalidInputError, match="but its content is Text or CSV"):
        check_document(name, "other", CSV)


@pytest.mark.parametrize("name", ["", "  ", "..", "/", "a\nb.csv", "x" * 151, "invoice\u202etxt.csv"])
def test_a_name_that_cannot_be_shown_is_refused(name):
    with pytest.raises(InvalidInputError, match="name of the file"):
        file_name(name)


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("contract", CSV, "Contract cannot be Text or CSV"),
        ("minutes", PNG, "Minutes cannot be PNG"),
        ("other", zip_of({"a.csv": CSV}), "Other cannot be ZIP"),
        ("invoice", PDF, "no kind of document"),
    ],
)
def test_each_kind_has_its_formats(kind, data, words):
    with pytest.raises(InvalidInputError, match=words):
        check_document("a", kind, data)


def test_a_file_above_the_limit_is_refused_with_its_size():
    with pytest.raises(InvalidInputError, match=r"20\.0 MB; at most 20 MB"):
        check_document("a.csv", "other", b"a" * (document_rules().max_bytes + 1))
    assert check_document("a.csv", "other", b"a" * document_rules().max_bytes).format == "text"


def test_a_kind_with_a_format_that_is_not_described_is_found_when_the_file_is_read():
    content = document_rules().model_dump()
    content["kinds"]["other"]["formats"] = ["exe"]
    with pytest.raises(ValueError, match="not described"):
        DocumentRules.model_validate(content)


def test_a_reason_is_a_sentence():
    assert check_reason("  wrong \n customer ") == "wrong customer"
    for reason in ("", "  ", "x" * 501, "a\x1b[2J"):
        with pytest.raises(InvalidInputError):
            check_reason(reason)


def test_a_visibility_is_shared_or_internal():
    assert check_visibility("shared") == "shared"
    with pytest.raises(InvalidInputError, match="no visibility"):
        check_visibility("public")
