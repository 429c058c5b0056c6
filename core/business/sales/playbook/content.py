"""Load the playbook's files, check what a manager enters, and search; faults name section, entry and field. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from core.business.sales.figures.measures import MEASURES
from core.business.sales.playbook.models import SECTIONS, Claim, Entry, Section, claims_of
from core.errors import InvalidInputError, NotFoundError
from core.settings import ROOT

FOLDER = ROOT / "data" / "playbook"

_MESSAGES = {
    "missing": "is missing",
    "string_too_short": "is missing",
    "string_too_long": "is longer than {max_length:,} characters",
    "too_long": "has more than {max_length} entries",
    "too_short": "needs an entry",
    "extra_forbidden": "is not a field here",
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
    "literal_error": "must be {expected}",
    "int_parsing": "must be a whole number",
    "decimal_parsing": "must be a number",
}
"""Kinds of pydantic's errors in our words; any other keeps its own."""


class EntryError(InvalidInputError):
    """An entry that cannot be stored; `faults` is field ('claims.2.source') -> what is wrong, with its label."""

    def __init__(self, section: str, title: str, faults: Mapping[str, str]) -> None:
        super().__init__(
            f"{section}, {title!r}: {'; '.join(faults.values())}.",
            hint="Correct the fields and try again.",
            fields=[*faults],
        )
        self.faults = dict(faults)


@cache
def standard() -> Mapping[str, Mapping[str, Entry]]:
    """Load the playbook as shipped: section -> key -> entry. EntryError for a file that does not hold its shape."""
    return {key: _load(section) for key, section in SECTIONS.items()}


def _load(section: Section) -> dict[str, Entry]:
    with (FOLDER / f"{section.key}.yaml").open("rb") as file:
        document = yaml.load(file, Loader=yaml.CSafeLoader)
    return {key: check_entry(section.key, content) for key, content in document.items()}


def find_section(key: str) -> Section:
    """Return a section by its key. NotFoundError for one that does not exist."""
    if key not in SECTIONS:
        raise NotFoundError(f"There is no section {key!r}.", hint=f"Use one of {', '.join(SECTIONS)}.")
    return SECTIONS[key]


def standard_entry(section: str, key: str) -> Entry:
    """Return an entry as shipped. NotFoundError for one that does not exist."""
    entries = standard()[find_section(section).key]
    if key not in entries:
        raise NotFoundError(f"There is no entry {key!r}.", hint=f"Use one of {', '.join(entries)}.")
    return entries[key]


def check_entry(section: str, content: Mapping[str, Any]) -> Entry:
    """Return the entry that the content makes. EntryError names section, entry and each wrong field."""
    spec = find_section(section)
    title = content.get("title") or "without a title"
    try:
        entry = spec.shape.model_validate(content)
    except ValidationError as error:
        faults = {".".join(map(str, fault["loc"])): _fault(spec, fault) for fault in error.errors()}
        raise EntryError(spec.title, str(title), faults) from None
    unknown = {
        f"claims.{index}.measure": f"Claim {index + 1}, Measure: there is no measure {claim.measure!r}"
        for index, claim in enumerate(claims_of(entry))
        if claim.measure is not None and claim.measure not in MEASURES
    }
    if unknown:
        raise EntryError(spec.title, entry.title, unknown)
    return entry


def _fault(section: Section, fault: Any) -> str:
    message = _MESSAGES.get(fault["type"], "")
    text = message.format(**fault.get("ctx", {})) if message else fault["msg"].removeprefix("Value error, ")
    return f"{field_label(section.shape, fault['loc'])}: {text}"


def field_label(shape: type[BaseModel], location: tuple[int | str, ...]) -> str:
    """Label a field of an entry: 'Answer', or 'Claim 2, Source' of a claim."""
    name, *inner = location or ("Entry",)
    field = shape.model_fields.get(str(name))
    label = (field.title if field else None) or str(name)
    if name == "claims" and inner and isinstance(inner[0], int):
        claim_field = Claim.model_fields.get(str(inner[1])) if len(inner) > 1 else None
        return f"Claim {inner[0] + 1}" + (f", {claim_field.title}" if claim_field else "")
    return f"{label} {inner[0] + 1}" if inner and isinstance(inner[0], int) else label


def as_document(entry: Entry) -> dict[str, Any]:
    """Write an entry as it is stored: fields by name, numbers exact."""
    document: dict[str, Any] = entry.model_dump(mode="json")
    return document


def matches(entry: Entry, words: str) -> bool:
    """Tell whether every word of the search stands in the entry, whatever its case."""
    text = " ".join(texts_of(entry)).casefold()
    return all(word in text for word in words.casefold().split())


def texts_of(entry: Entry) -> list[str]:
    """List the texts of an entry, line by line: its title first, each claim in one line."""
    return [line for _, text in described(entry) for line in text.splitlines()]


def described(entry: Entry) -> list[tuple[str, str]]:
    """Describe an entry: label of each field, and its content as text."""
    return [
        (field.title or name, _as_text(getattr(entry, name)))
        for name, field in type(entry).model_fields.items()
    ]


def claim_text(claim: Claim) -> str:
    """Write a claim in one line, with what it is measured by and its source."""
    if claim.measure is None or claim.target is None:
        return f"{claim.claim} ({claim.source})"
    sign = "at least" if claim.comparison == "at_least" else "at most"
    title = MEASURES[claim.measure].title
    scope = ", all" if claim.scope == "all" else ""
    return f"{claim.claim} ({title} {sign} {_number(claim.target)}{scope}; {claim.source})"


def _as_text(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(_as_text(part) for part in value)
    if isinstance(value, Claim):
        return claim_text(value)
    return "" if value is None else str(value)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def differences(before: Entry, after: Entry) -> list[tuple[str, str, str]]:
    """List what differs between two versions of an entry: label of the field, text before, text after."""
    return [
        (label, old, new)
        for (label, old), (_, new) in zip(described(before), described(after), strict=True)
        if old != new
    ]
