"""Tell the format of a file by its content, and refuse programs, macros and archives that would unpack elsewhere. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from core.business.engagements.documents.archives import look_into_archive
from core.business.engagements.documents.kinds import document_rules
from core.business.engagements.documents.pdf import check_pdf
from core.errors import InvalidInputError

_PROGRAMS: Sequence[tuple[bytes, str]] = (
    (b"\x7fELF", "a Linux program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\xce\xfa\xed\xfe", "a macOS program"),
    (b"\xfe\xed\xfa\xcf", "a macOS program"),
    (b"\xfe\xed\xfa\xce", "a macOS program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"dex\n", "a program"),
    (b"\x00asm", "a program"),
    (b"#!", "a script"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a shortcut to a program"),
)
_NO_PROGRAMS = "Programs are not taken. Upload a document."
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|script|svg|\?xml|\?php|%)", re.IGNORECASE | re.DOTALL
)
_TEXT_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def format_of(data: bytes) -> str:
    """Return the key of the format of a file, by its content alone. InvalidInputError for a program, a file with macros
    or scripts, an archive that is unsafe to unpack, and for what is none of the formats of data/documents.yaml.
    """
    if not data:
        raise InvalidInputError("The file is empty.", hint="Choose the file again.")
    if data.startswith(b"MZ") and b"\x00" in data[:64]:
        raise _refusal("This is a Windows program", _NO_PROGRAMS)
    for magic, name in _PROGRAMS:
        if data.startswith(magic):
            raise _refusal(f"This is {name}", _NO_PROGRAMS)
    if data.startswith(_OLD_OFFICE):
        raise _refusal("This is an old Office file", "Save it as .docx or .xlsx and upload that.")
    if data.startswith(b"%PDF-"):
        check_pdf(data, document_rules().max_unpacked_bytes)
        return "pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"PK\x03\x04"):
        return look_into_archive(data, format_of)
    return _text_format(data)


def _refusal(fault: str, hint: str) -> InvalidInputError:
    """Word the refusal of a file: what it is, and what to do instead."""
    return InvalidInputError(f"{fault}.", hint=hint)


def _text_format(data: bytes) -> str:
    text = _decoded(data)
    if text is None:
        endings = ", ".join(form.title for form in document_rules().formats.values())
        raise _refusal("This is no file that can be looked into", f"Upload one of: {endings}.")
    if _MARKUP.match(text.encode()):
        raise _refusal("This is a web page, XML or a script", "Upload a document or a table.")
    if text.lstrip().startswith(("{", "[")):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return "text"
        return "json"
    return "text"


def _decoded(data: bytes) -> str | None:
    """Decode a text; None for what is none: not decodable, or with control characters that no text has."""
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    for name in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if not _TEXT_CONTROLS.search(text):
            return text
    return None
