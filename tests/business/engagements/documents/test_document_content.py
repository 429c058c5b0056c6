"""A document is what its content says; programs, macros and archives that unpack elsewhere are refused in words."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.engagements.documents.content import format_of
from core.business.engagements.documents.kinds import document_rules, upload_endings
from core.errors import InvalidInputError
from tests.business.engagements.documents.files import (
    CSV,
    JPEG,
    PDF,
    PNG,
    WINDOWS_PROGRAM,
    docx,
    linked_zip,
    open_document,
    pdf_with,
    protected_zip,
    xlsx,
    zip_of,
)


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (PDF, "pdf"),
        (PNG, "png"),
        (JPEG, "jpeg"),
        (CSV, "text"),
        ("Zürich;5\r\n".encode("cp1252"), "text"),
        ("Name\tAge\n".encode("utf-16"), "text"),
        (b"\xef\xbb\xbfName,Age\n", "text"),
        (b"MZ code,Name\n1,A\n", "text"),
        (b'{"pupils": [1]}', "json"),
        (b"[1, 2", "text"),
        (docx(), "docx"),
        (xlsx(), "xlsx"),
        (open_document("text"), "odt"),
        (open_document("spreadsheet"), "ods"),
        (zip_of({"users.csv": CSV, "notes/": b"", "notes/a.txt": "kept"}), "zip"),
        (zip_of({"users.csv": b""}), "zip"),
    ],
)
def test_the_format_is_read_from_the_content(data, form):
    assert format_of(data) == form


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (WINDOWS_PROGRAM, "Windows program"),
        (b"\x7fELF\x02\x01\x01", "Linux program"),
        (b"\xcf\xfa\xed\xfe\x07", "macOS program"),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x34", "program"),
        (b"#!/bin/sh\nrm -rf /\n", "script"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20, "old Office"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"  <svg onload='alert(1)'/>", "web page"),
        (b"<?php echo 1;", "web page"),
        ("<script>alert(1)</script>".encode("utf-16"), "web page"),
        (b"Rar!\x1a\x07\x01\x00", "no file that can be looked into"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "no file that can be looked into"),
        (b"\x1f\x8b\x08\x00\x00", "no file that can be looked into"),
    ],
)
def test_what_is_no_document_is_refused_in_words(data, words):
    with pytest.raises(InvalidInputError, match=words) as refused:
        format_of(data)
    assert refused.value.hint


@pytest.mark.parametrize(
    "data",
    [
        docx(**{"word/vbaProject.bin": b"\0"}),
        xlsx(**{"xl/macrosheets/sheet1.xml": "<xm/>"}),
        xlsx(**{"xl/embeddings/oleObject1.bin": b"\0"}),
        xlsx(**{"xl/activeX/activeX1.xml": "<ax/>"}),
        docx(
            **{
                "[Content_Types].xml": '<Types ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
            }
        ),
        docx(
            **{
                "word/_rels/settings.xml.rels": '<Relationships><Relationship Type="http://x/attachedTemplate"'
                ' Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'
            }
        ),
        open_document("text", **{"Basic/Standard/Module1.xml": "<x/>"}),
        open_document("spreadsheet", **{"Scripts/python/evil.py": "import os"}),
    ],
)
def test_macros_and_templates_from_elsewhere_are_refused(data):
    with pytest.raises(InvalidInputError, match="macros"):
        format_of(data)


@pytest.mark.parametrize(
    "relation",
    [
        "<Relationship TargetMode='External' Type='http://x/attachedTemplate' Target='http://evil.example/t.dotm'/>",
        '<Relationship TargetMode = "External"\n Target="http://evil.example/t.dotm" Type="http://x/attachedTemplate"/>',
        '<Relationship Type="http://x/attachedTemplate" TargetMode="External"/>'.encode("utf-16"),
    ],
)
def test_a_template_from_elsewhere_is_seen_however_it_is_written(relation):
    with pytest.raises(InvalidInputError, match="macros"):
        format_of(docx(**{"word/_rels/settings.xml.rels": relation}))


def test_a_link_of_a_text_and_a_template_beside_it_are_no_program():
    relations = (
        '<Relationship Type="http://x/hyperlink" Target="https://example.com" TargetMode="External"/>'
        '<Relationship Type="http://x/attachedTemplate" Target="normal.dotm"/>'
    )
    assert format_of(docx(**{"word/_rels/document.xml.rels": relations})) == "docx"


def test_an_office_file_of_another_kind_is_refused():
    slides = zip_of({"[Content_Types].xml": '<Types ContentType="presentationml.presentation.main+xml"/>'})
    with pytest.raises(InvalidInputError, match="another kind"):
        format_of(slides)


@pytest.mark.parametrize(
    "name",
    ["../evil.csv", "a/../../evil.csv", "/etc/passwd", "C:\\evil.csv", "..\\evil.csv", "\\\\host\\share.csv"],
)
def test_an_archive_that_unpacks_elsewhere_is_refused(name):
    with pytest.raises(InvalidInputError, match="outside of its folder"):
        format_of(zip_of({name: CSV}))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (linked_zip(), "outside of its folder"),
        (protected_zip(), "protected"),
        (zip_of({"inner.zip": zip_of({"a.csv": CSV})}), "another archive"),
        (zip_of({"tool.exe": WINDOWS_PROGRAM}), "Windows program"),
        (zip_of({"run.bat": "@echo off\n"}), "ends in .bat"),
        (zip_of({"run.desktop": "[Desktop Entry]\nExec=sh\n"}), "ends in .desktop"),
        (zip_of({"open.settingcontent-ms": "Open=cmd\n"}), "ends in .settingcontent-ms"),
        (zip_of({"list.csv": CSV, "LIST.csv": CSV}), "names a file twice"),
        (zip_of({"list.csv": PDF}), "ends in .csv"),
        (zip_of({"zeros.csv": b"0" * 20_000_000}), "without measure"),
        (zip_of({f"{number}.csv": b"" for number in range(2_001)}), "2,001 files"),
        (zip_of({"a.csv": CSV})[:-30], "damaged"),
    ],
)
def test_an_archive_is_judged_by_what_it_holds(data, words):
    with pytest.raises(InvalidInputError, match=words):
        format_of(data)


def test_an_archive_may_not_unpack_to_more_than_the_limit(monkeypatch):
    small = document_rules().model_copy(update={"max_unpacked_mb": 0})
    monkeypatch.setattr("core.business.engagements.documents.archives.document_rules", lambda: small)
    with pytest.raises(InvalidInputError, match="more than 0 MB"):
        format_of(zip_of({"a.csv": CSV}))


def test_a_damaged_member_is_refused_as_a_damaged_archive():
    data = bytearray(zip_of({"a.csv": CSV * 50}, compressed=False))
    data[data.index(CSV) + 3] ^= 0xFF
    with pytest.raises(InvalidInputError, match="damaged"):
        format_of(bytes(data))


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize(
    "objects",
    [
        b"1 0 obj\n<< /S /JavaScript /JS (app.alert) >>",
        b"1 0 obj\n<< /S /J#61vaScript >>",
        b"1 0 obj\n<< /S /Launch /F (cmd.exe) >>",
        b"1 0 obj\n<< /Names << /EmbeddedFiles 2 0 R >> >>",
    ],
)
def test_a_pdf_with_scripts_or_files_is_refused_also_where_its_objects_are_compressed(objects, compressed):
    with pytest.raises(InvalidInputError, match="scripts, programs or other files"):
        format_of(pdf_with(objects, compressed=compressed))


@pytest.mark.parametrize("packing", [b"/ASCIIHexDecode", b"[/ASCII85Decode /FlateDecode]", b"/LZWDecode"])
def test_a_pdf_whose_objects_are_packed_in_another_way_is_refused(packing):
    hidden = b"1 0 obj\n<< /Type /ObjStm /Filter " + packing + b" >>\nstream\n2F4A53\nendstream\nendobj"
    with pytest.raises(InvalidInputError, match="cannot be looked into"):
        format_of(pdf_with(hidden))


def test_objects_of_a_pdf_that_are_not_packed_are_looked_into():
    script = b"1 0 obj\n<< /Type /ObjStm /N 1 >>\nstream\n<< /JS (app.alert) >>\nendstream\nendobj"
    with pytest.raises(InvalidInputError, match="scripts"):
        format_of(pdf_with(script))


def test_a_protected_pdf_is_refused():
    with pytest.raises(InvalidInputError, match="protected"):
        format_of(pdf_with(b"trailer << /Encrypt 3 0 R >>"))


def test_bytes_of_a_picture_in_a_pdf_are_not_taken_for_a_script():
    picture = b"4 0 obj\n<< /Type /XObject >>\nstream\n\x01/JS \x02\nendstream\nendobj"
    assert format_of(pdf_with(picture)) == "pdf"


def test_a_pdf_whose_objects_unpack_without_measure_is_refused(monkeypatch):
    monkeypatch.setattr(
        "core.business.engagements.documents.content.document_rules",
        lambda: document_rules().model_copy(update={"max_unpacked_mb": 1}),
    )
    with pytest.raises(InvalidInputError, match="takes too much"):
        format_of(pdf_with(b" " * 2_000_000, compressed=True))


def judgement(data: bytes) -> str:
    """The format of a file, or the hint of its refusal."""
    try:
        return format_of(data)
    except InvalidInputError as refused:
        return refused.hint


@given(st.binary(max_size=300))
def test_any_bytes_are_a_format_or_refused_with_a_hint(data):
    assert judgement(data)


@given(st.binary(max_size=60), st.integers(0, 400))
def test_an_archive_with_changed_bytes_is_a_format_or_refused_with_a_hint(noise, position):
    data = bytearray(docx())
    data[position : position + len(noise)] = noise
    assert judgement(bytes(data))


def test_endings_for_the_file_chooser_are_those_of_the_formats():
    assert {"pdf", "csv", "jpg", "jpeg", "zip"} <= set(upload_endings())
    assert not {"exe", "docm", "html", "svg"} & set(upload_endings())


def test_the_archives_of_the_tests_can_be_read():
    with zipfile.ZipFile(io.BytesIO(docx())) as archive:
        assert archive.testzip() is None
