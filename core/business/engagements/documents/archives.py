"""Look into a ZIP file and what is made of one: Office documents without macros, archives that are safe to unpack. Pure."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Sequence

from core.business.engagements.documents.kinds import document_rules, foreign_ending
from core.errors import InvalidInputError

_OFFICE: Sequence[tuple[bytes, str]] = (
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
)
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_MACROS = re.compile(
    r"(^|/)(vba\w*\.(bin|xml)|activex/|macrosheets/|embeddings/|basic/|scripts/|object \d+/)", re.IGNORECASE
)
_MACRO_TYPES = (b"macroEnabled", b"vbaProject", b"activeX", b"ms-excel.intlmacrosheet", b"oleObject")
_RELATION = re.compile(rb"<[^>]*>")
_OF_PROGRAMS = re.compile(rb"attachedTemplate|oleObject|frame|vbaProject", re.IGNORECASE)
_FROM_ELSEWHERE = re.compile(rb"TargetMode\s*=\s*[\"']\s*External", re.IGNORECASE)
_OUTSIDE = re.compile(r"(^[/\\])|(^[A-Za-z]:)|((^|[/\\])\.\.([/\\]|$))|[\x00-\x1f]")
_TYPES, _MIME = "[Content_Types].xml", "mimetype"
_RATIO = 200  # times that a member may grow; text grows about ten times


def look_into_archive(data: bytes, format_of: Callable[[bytes], str]) -> str:
    """Return the key of the format: docx, xlsx, odt, ods or zip. InvalidInputError where it is not safe to open.

    `format_of` judges the files of a plain archive by their content; an archive in an archive is refused.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(members)
            names = {member.filename for member in members}
            if _TYPES in names:
                return _office(archive, names)
            if _MIME in names and (key := _OPEN_DOCUMENT.get(archive.read(_MIME).strip())):
                _check_names(names)
                return key
            for member in members:
                if not member.is_dir():
                    _check_member(member, archive.read(member), format_of)
            return "zip"
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise InvalidInputError("The archive is damaged.", hint="Make it again and upload that.") from None


def _check_members(members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse what would unpack elsewhere, without end, or cannot be looked into."""
    rules = document_rules()
    if len({member.filename.casefold() for member in members}) < len(members):
        raise InvalidInputError("The archive names a file twice.", hint="Pack the files anew, each once.")
    for member in members:
        # zipfile cuts a name at NUL and mends separators; the name as it stands in the archive counts.
        if _OUTSIDE.search(member.orig_filename) or stat.S_ISLNK(member.external_attr >> 16):
            raise InvalidInputError(
                "The archive would unpack outside of its folder.", hint="Pack the files anew, without paths."
            )
        if member.flag_bits & 0x1:
            raise InvalidInputError(
                "The archive is protected, so it cannot be looked into.", hint="Pack it without a password."
            )
        if member.file_size > _RATIO * max(member.compress_size, 1_000):
            raise InvalidInputError("The archive grows without measure.", hint="Upload the files one by one.")
    if len(members) > rules.max_members:
        raise InvalidInputError(
            f"The archive holds {len(members):,} files; at most {rules.max_members:,} are taken.",
            hint="Divide it.",
        )
    if sum(member.file_size for member in members) > rules.max_unpacked_bytes:
        raise InvalidInputError(
            f"The archive unpacks to more than {rules.max_unpacked_mb:,} MB.", hint="Divide it."
        )


def _office(archive: zipfile.ZipFile, names: set[str]) -> str:
    """Tell an Office document by the types of its parts; one with macros or a template from elsewhere is refused."""
    types = archive.read(_TYPES)
    if any(mark in types for mark in _MACRO_TYPES):
        raise _macros()
    _check_names(names)
    for name in names:
        if name.lower().endswith(".rels") and _loads_from_elsewhere(archive.read(name)):
            raise _macros()
    for mark, key in _OFFICE:
        if mark in types:
            return key
    raise InvalidInputError(
        "This is an Office file of another kind.", hint="Save it as .docx, .xlsx or PDF and upload that."
    )


def _loads_from_elsewhere(relations: bytes) -> bool:
    """Tell whether a part of an Office document loads templates or programs from another place.

    Of a text in UTF-16 the zeros are passed over, so that no encoding hides anything.
    """
    plain = relations.replace(b"\x00", b"")
    return any(
        _OF_PROGRAMS.search(relation) and _FROM_ELSEWHERE.search(relation)
        for relation in _RELATION.findall(plain)
    )


def _check_names(names: set[str]) -> None:
    if any(_MACROS.search(name) for name in names):
        raise _macros()


def _macros() -> InvalidInputError:
    return InvalidInputError(
        "This file holds macros or embedded programs.", hint="Save it without macros and upload that."
    )


def _check_member(member: zipfile.ZipInfo, data: bytes, format_of: Callable[[bytes], str]) -> None:
    if not data:
        return
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) and format_of(data) == "zip":
        raise InvalidInputError(
            "The archive holds another archive.", hint="Unpack the inner one and pack its files."
        )
    if ending := foreign_ending(member.filename, format_of(data), is_strict=True):
        raise InvalidInputError(
            f"The archive holds a file that ends in .{ending}, which is not what it contains.",
            hint="Pack documents and data only.",
        )
