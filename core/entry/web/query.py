"""Read the parameters of an address: each at most once, of its form, and what is a file's name is one anywhere."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from starlette.requests import Request

from core.errors import InvalidInputError

NAME_BYTES = 200  # of a file's name in UTF-8; file systems take 255, what is put around it included
_MAX_DIGITS = 30  # of a number of bytes
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_INVISIBLE = {"Cc": "a control character", "Cf": "an invisible or direction-changing character", "Cs": "half a character",
              "Zl": "a line break", "Zp": "a line break"}  # fmt: skip
_UNDECODED = "\N{REPLACEMENT CHARACTER}"


def single(request: Request, name: str) -> str:
    """Read a parameter, '' without one; InvalidInputError where it comes twice."""
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise InvalidInputError(
            f"The address has {name} {len(values)} times.", hint=f"Give {name} once.", parameter=name
        )
    return values[0] if values else ""


def number(request: Request, name: str) -> int:
    """Read a parameter in bytes; InvalidInputError for another text."""
    text = single(request, name)
    if not (text.isascii() and text.isdigit()):
        raise InvalidInputError(
            f"The address has no {name}.", hint=f"Add &{name}=… in bytes.", parameter=name
        )
    if len(text) > _MAX_DIGITS:
        raise InvalidInputError(
            f"The {name} in the address is too large.", hint="Give it in bytes.", parameter=name
        )
    return int(text)


def upload_id(request: Request) -> str:
    """Read the sender's id of an upload, '' without one."""
    value = single(request, "upload")
    if value and not _ID.fullmatch(value):
        raise InvalidInputError(
            "The upload's id has other characters than letters, digits, - and _, or is too long.",
            hint="Use at most 100 of these characters.",
            parameter="upload",
        )
    return value


def content_length(request: Request) -> int | None:
    """Read the announced bytes of the body; None where it comes in chunks.

    InvalidInputError where it is announced twice, is no number, or is not announced at all.
    """
    announced = request.headers.getlist("content-length")
    chunked = "transfer-encoding" in request.headers
    if not announced and chunked:
        return None
    text = announced[0] if len(announced) == 1 and not chunked else ""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise InvalidInputError(
            "The request does not say clearly how long it is.",
            hint="Send one Content-Length in bytes, or the body in chunks.",
        )
    return int(text)


def check_name(name: str) -> None:
    """Raise InvalidInputError for what is no plain file name on every system; its text is never repeated."""
    fault = _fault(name)
    if fault:
        raise InvalidInputError(
            f"The file name {fault}.", hint="Rename the file and upload it again.", parameter="name"
        )


def _fault(name: str) -> str | None:  # noqa: PLR0911  (each is one fault)
    if not name:
        return "is missing: add &name=export.csv to the address"
    if name in {".", ".."} or PurePosixPath(name).name != name or "\\" in name:
        return "is a path"
    size = len(name.encode("utf-8", "surrogatepass"))
    if size > NAME_BYTES:
        return f"has {size} bytes; the limit is {NAME_BYTES}"
    if _UNDECODED in name:
        return "is not written in UTF-8"
    for position, character in enumerate(name, start=1):
        kind = _INVISIBLE.get(unicodedata.category(character))
        if kind:
            return f"has {kind} (U+{ord(character):04X}) at position {position}"
    if name != name.strip() or name.endswith("."):
        return "begins or ends with a blank, or ends with a dot"
    if _RESERVED.fullmatch(name):
        return "is one that Windows keeps for a device"
    return None
