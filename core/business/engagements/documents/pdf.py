"""Look for scripts, programs and carried files in a PDF: in its objects, also where these are compressed. Pure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from core.errors import InvalidInputError

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z])")
_PROTECTED = re.compile(rb"/Encrypt(?![A-Za-z])")
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z])")
_FILTER = re.compile(rb"/(?:Filter|F)(?![A-Za-z])")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_pdf(data: bytes, max_unpacked: int) -> None:
    """Refuse with InvalidInputError a PDF that is protected, runs scripts or programs, or carries other files.

    `max_unpacked` limits what its compressed objects may take, in bytes.
    """
    for piece in _objects(data, max_unpacked):
        if _PROTECTED.search(piece):
            raise InvalidInputError(
                "This PDF is protected, so it cannot be looked into.", hint="Save it without a password."
            )
        if _ACTIVE.search(piece):
            raise InvalidInputError(
                "This PDF holds scripts, programs or other files.",
                hint="Print it to a new PDF and upload that.",
            )


def _objects(data: bytes, max_unpacked: int) -> Iterator[bytes]:
    """Yield what stands outside of streams, and what streams of objects hold; pictures and fonts are passed over."""
    position, unpacked = 0, 0
    for stream in _STREAM.finditer(data):
        before = _plain(data[position : stream.start()])
        yield before
        position = stream.end()
        head = before.rpartition(b" obj")[2]
        if not _OBJECTS.search(head):
            continue
        piece = _inflated(head, stream[1], max_unpacked - unpacked + 1)
        unpacked += len(piece)
        if unpacked > max_unpacked:
            raise InvalidInputError(
                "This PDF takes too much when it is unpacked.", hint="Print it to a new PDF and upload that."
            )
        yield _plain(piece)
    yield _plain(data[position:])


def _inflated(head: bytes, stream: bytes, most: int) -> bytes:
    """Return a stream of objects as it reads, at most so many bytes; `head` says how it is packed.

    InvalidInputError for one that is packed in a way that is not looked into: anything may be hidden there.
    """
    if not _FILTER.search(head):
        return stream[:most]
    try:
        return zlib.decompressobj().decompress(stream, most)
    except zlib.error:
        raise InvalidInputError(
            "This PDF is packed in a way that cannot be looked into.",
            hint="Print it to a new PDF and upload that.",
        ) from None


def _plain(piece: bytes) -> bytes:
    """Write names of a PDF without their escapes: '/J#53' is '/JS'."""
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), piece)
