"""Check a document before it is stored: its name, kind, size and content. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from core.business.engagements.documents.content import format_of
from core.business.engagements.documents.kinds import document_kind, document_rules, foreign_ending
from core.errors import InvalidInputError
from core.kit.printable import is_blank, is_readable
from core.kit.wording import listed

SHARED, INTERNAL = "shared", "internal"
VISIBILITIES = {SHARED: "Shared with the customer", INTERNAL: "Internal"}
MAX_NAME, MAX_REASON = 150, 500  # characters
_SEPARATORS = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A file that may be stored; `digest` is SHA-256 of its content, in hexadecimal."""

    name: str
    kind: str
    format: str
    size: int
    digest: str


def check_document(name: str, kind: str, data: bytes) -> CheckedDocument:
    """Look into a file and return what is stored of it. InvalidInputError says what is wrong with it.

    Its content decides what it is. A name that ends otherwise is refused, one without an ending gets the usual one.
    """
    rules, permitted = document_rules(), document_kind(kind)
    if len(data) > rules.max_bytes:
        raise InvalidInputError(
            f"The file has {len(data) / (1 << 20):,.1f} MB; at most {rules.max_mb} MB are taken.",
            hint="Divide it, or make it smaller.",
        )
    plain = file_name(name)
    form = format_of(data)
    if form not in permitted.formats:
        titles = listed([rules.formats[key].title for key in permitted.formats], limit=9)
        raise InvalidInputError(
            f"{permitted.title} cannot be {rules.formats[form].title}.", hint=f"Possible are {titles}."
        )
    return CheckedDocument(_with_ending(plain, form), kind, form, len(data), hashlib.sha256(data).hexdigest())


def file_name(name: str) -> str:
    """Return the name of a file without its folders. InvalidInputError for an empty, long or unreadable one."""
    plain = _SEPARATORS.split(name.strip())[-1].strip(". ")
    if is_blank(plain) or len(plain) > MAX_NAME or not is_readable(plain):
        raise InvalidInputError(
            "The name of the file cannot be shown.", hint=f"Give it a name of 1 to {MAX_NAME} characters."
        )
    return plain


def check_visibility(visibility: str) -> str:
    """Return the visibility. InvalidInputError unless it is shared or internal."""
    if visibility not in VISIBILITIES:
        raise InvalidInputError(
            f"{visibility!r} is no visibility.", hint=f"Choose {listed([*VISIBILITIES])}."
        )
    return visibility


def check_reason(reason: str) -> str:
    """Return a reason without spaces around it. InvalidInputError for an empty, long or unreadable one."""
    text = " ".join(reason.split())
    if is_blank(text):
        raise InvalidInputError("A reason is missing.", hint="Write in a sentence why.")
    if len(text) > MAX_REASON or not is_readable(text):
        raise InvalidInputError(
            "The reason cannot be stored.",
            hint=f"Write at most {MAX_REASON} characters, without control signs.",
        )
    return text


def _with_ending(name: str, form: str) -> str:
    """Return the name with an ending of the format; InvalidInputError where it ends like something else."""
    details = document_rules().formats[form]
    if ending := foreign_ending(name, form):
        raise InvalidInputError(
            f"The file ends in .{ending}, but its content is {details.title}.",
            hint=f"Name it .{details.endings[0]}, or choose another file.",
        )
    stem, _, last = name.rpartition(".")
    return name if stem and last.lower() in details.endings else f"{name}.{details.endings[0]}"
