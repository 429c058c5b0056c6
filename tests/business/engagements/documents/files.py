"""Small files of every format, made in memory, harmless and not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF"
CSV = "Guest,Visits\nZoë,3\n".encode()
WINDOWS_PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 56 + b"PE\0\0"

_TYPES = '<Types><Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{type}"/></Types>'


def zip_of(members: dict[str, bytes | str], *, compressed: bool = True) -> bytes:
    """Return an archive of the members, the same bytes at any time: names of tests are made of them."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def docx(**more: bytes | str) -> bytes:
    types = _TYPES.format(part="word/document.xml", type="wordprocessingml.document.main+xml")
    return zip_of({"[Content_Types].xml": types, "word/document.xml": "<w:document/>"} | more)


def xlsx(**more: bytes | str) -> bytes:
    types = _TYPES.format(part="xl/workbook.xml", type="spreadsheetml.sheet.main+xml")
    return zip_of({"[Content_Types].xml": types, "xl/workbook.xml": "<workbook/>"} | more)


def open_document(kind: str, **more: bytes | str) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}"
    return zip_of({"mimetype": mime, "content.xml": "<office/>"} | more)


def pdf_with(objects: bytes, *, compressed: bool = False) -> bytes:
    """A PDF with these objects, in the open or in a compressed stream of objects."""
    if not compressed:
        return b"%PDF-1.7\n" + objects + b"\n%%EOF"
    packed = zlib.compress(objects)
    head = b"%%PDF-1.7\n5 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\n" % len(
        packed
    )
    return head + b"stream\n" + packed + b"\nendstream\nendobj\n%%EOF"


def protected_zip() -> bytes:
    """An archive whose member says that it is encrypted."""
    data = bytearray(zip_of({"a.csv": CSV}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.index(signature) + offset
        flags = struct.unpack_from("<H", data, position)[0]
        struct.pack_into("<H", data, position, flags | 1)
    return bytes(data)


def linked_zip() -> bytes:
    """An archive with a symbolic link to a file of the system."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("passwd.txt")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()
