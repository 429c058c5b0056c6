"""Documents of an order: stored encrypted, seen and downloaded by those they are for, removed with a trace."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.business.engagements.documents.actions import (
    download_document,
    remove_document,
    upload_document,
)
from core.business.engagements.documents.views import documents
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit.crypto import DecryptionError
from core.platform.audit.actions import forget_looks
from tests.business.engagements.documents.files import CSV, PDF, WINDOWS_PROGRAM
from tests.business.engagements.papers import actions_of, as_contact, audit_lines, make_order, stored_bytes
from tests.staff import add_contact


@pytest.fixture
def order_id(alice: Context) -> str:
    return make_order(alice)


def test_a_document_comes_back_byte_for_byte_with_its_digest(alice, order_id):
    document_id = upload_document(alice, order_id, "Contract Moyo.pdf", "contract", PDF)
    [details] = documents(alice, order_id)
    assert (details.id, details.name, details.kind_title) == (document_id, "Contract Moyo.pdf", "Contract")
    assert (details.size, details.digest) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert (details.is_shared, details.uploader, details.removed_at) == (True, "Alice", None)
    file = download_document(alice, document_id)
    assert (file.name, file.media_type, file.content) == ("Contract Moyo.pdf", "application/pdf", PDF)


def test_neither_name_nor_content_can_be_read_in_the_database(alice, order_id):
    upload_document(alice, order_id, "Pupils of Borrowdale.csv", "data_export", CSV)
    stored = stored_bytes(alice.tenant.id, "document")
    assert "Borrowdale" not in stored
    assert CSV.hex() not in stored
    assert b"Borrowdale".hex() not in stored


def test_content_that_was_moved_to_another_row_does_not_open(alice, order_id):
    first, second = (upload_document(alice, order_id, f"{name}.csv", "other", CSV) for name in "ab")
    with TenantSession(alice.tenant.id, "", system=True) as session:
        session.execute(
            text("update document set content = (select content from document where id = :a) where id = :b"),
            {"a": first, "b": second},
        )
        session.commit()
    with pytest.raises(DecryptionError):
        download_document(alice, second)


def test_each_upload_and_download_stands_in_the_audit_log_without_the_name(alice, bob, order_id):
    document_id = upload_document(alice, order_id, "Moyo.csv", "other", CSV)
    for _ in range(2):
        download_document(bob, document_id)
    lines = [line for line in audit_lines(alice.tenant.id) if line.action.startswith("document.")]
    assert [(line.action, line.person_id) for line in lines] == [
        ("document.upload", alice.person),
        ("document.download", bob.person),
        ("document.download", bob.person),
    ]
    assert "Moyo" not in str([line.facts for line in lines])
    assert lines[0].facts["size"] == len(CSV)


def test_the_list_of_names_is_a_reading_that_is_noted(alice, order_id):
    forget_looks()
    documents(alice, order_id)
    assert "personal.read" not in actions_of(alice.tenant.id)
    upload_document(alice, order_id, "a.csv", "other", CSV)
    documents(alice, order_id)
    assert actions_of(alice.tenant.id)[-1] == "personal.read"


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [("a.pdf", "contract", WINDOWS_PROGRAM), ("a.exe", "other", CSV), ("a.csv", "picture", CSV)],
)
def test_what_is_refused_leaves_no_row(alice, order_id, name, kind, data):
    with pytest.raises(InvalidInputError):
        upload_document(alice, order_id, name, kind, data)
    assert documents(alice, order_id) == []
    assert "document.upload" not in actions_of(alice.tenant.id)


def test_a_contact_sees_what_is_shared_and_nothing_internal(alice, order_id):
    shared = upload_document(alice, order_id, "shared.csv", "other", CSV)
    internal = upload_document(alice, order_id, "internal.csv", "other", CSV, visibility="internal")
    with as_contact(alice.tenant.id) as contact:
        assert [row.id for row in documents(contact, order_id)] == [shared]
        assert download_document(contact, shared).content == CSV
        with pytest.raises(NotFoundError):
            download_document(contact, internal)
    assert {row.id for row in documents(alice, order_id)} == {shared, internal}


def test_what_a_contact_uploads_is_shared_whatever_they_ask_for(alice, order_id):
    with as_contact(alice.tenant.id) as contact:
        upload_document(contact, order_id, "export.csv", "data_export", CSV, visibility="internal")
        [row] = documents(contact, order_id)
    assert row.is_shared


def test_a_removed_document_keeps_its_row_and_says_who_when_and_why(alice, bob, order_id):
    document_id = upload_document(alice, order_id, "wrong.csv", "other", CSV)
    remove_document(bob, document_id, "  Another customer's \n data ")
    [row] = documents(alice, order_id)
    assert (row.name, row.digest) == ("wrong.csv", hashlib.sha256(CSV).hexdigest())
    assert (row.remover, row.removed_at, row.removal_reason) == ("Bob", bob.now, "Another customer's data")
    with pytest.raises(ConflictError, match="removed"):
        download_document(alice, document_id)
    with pytest.raises(ConflictError, match="removed already"):
        remove_document(alice, document_id, "Again")
    with TenantSession(alice.tenant.id, "", system=True) as session:
        assert session.scalar(text("select content is null from document"))
        stored = session.scalar(text("select removed_reason from document"))
        assert b"customer" not in bytes(stored)
        lines = session.scalars(text("select reason from audit_line where action = 'document.remove'"))
        assert lines.all() == [None]
    with as_contact(alice.tenant.id) as contact:
        assert documents(contact, order_id) == []


def test_a_removal_needs_a_reason(alice, order_id):
    document_id = upload_document(alice, order_id, "a.csv", "other", CSV)
    with pytest.raises(InvalidInputError, match="reason"):
        remove_document(alice, document_id, "  ")
    assert download_document(alice, document_id).content == CSV


def test_neither_contacts_nor_sellers_remove_documents(alice, sam, order_id):
    document_id = upload_document(alice, order_id, "a.csv", "other", CSV)
    with as_contact(alice.tenant.id) as contact:
        for context in (contact, sam):
            with pytest.raises(NotAllowedError):
                remove_document(context, document_id, "Mine")


def test_another_customer_finds_neither_order_nor_document(alice, mallory, order_id):
    document_id = upload_document(alice, order_id, "a.csv", "other", CSV)
    with as_contact(mallory.tenant.id) as stranger:
        for context in (mallory, stranger):
            with pytest.raises(NotFoundError):
                documents(context, order_id)
            with pytest.raises(NotFoundError):
                upload_document(context, order_id, "a.csv", "other", CSV)
            with pytest.raises(NotFoundError):
                download_document(context, document_id)
    with pytest.raises(NotFoundError):
        remove_document(mallory, document_id, "Mine")


def test_the_database_itself_shows_a_contact_no_internal_row(alice, order_id):
    upload_document(alice, order_id, "internal.csv", "other", CSV, visibility="internal")
    person = add_contact(alice.tenant.id)
    with TenantSession(alice.tenant.id, person) as session:
        assert session.scalar(text("select count(*) from document")) == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(
                text(
                    "insert into document (tenant_id, id, created_at, engagement_id, kind, name, media_type, size,"
                    " digest, is_shared, person_id) values (:t, gen_random_uuid(), now(), :e, 'other', '', '', 0,"
                    " '', false, :p)"
                ),
                {"t": alice.tenant.id, "e": order_id, "p": person},
            )
