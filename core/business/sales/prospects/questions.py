"""Load the questions of discovery from data/discovery.yaml, and read and write their answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from core.business.sales.prospects.rules import (
    MAX_ANSWER,
    MAX_LOCATIONS,
    MAX_TEXT,
    MAX_VOLUME,
    check_note,
    parse_number,
)
from core.business.sales.prospects.systems import resolve_system, system_label
from core.errors import InvalidInputError, NotFoundError
from core.settings import ROOT

_FILE = ROOT / "data" / "discovery.yaml"
SYSTEM, LOCATIONS, VOLUME = "source_system", "locations", "volumes."


@dataclass(frozen=True, slots=True)
class Question:
    """A question of discovery; `fills` is the prospect's field that holds the answer, '' for an answer in words."""

    key: str
    group: str
    text: str
    short: str
    fills: str

    @property
    def is_number(self) -> bool:
        return self.fills == LOCATIONS or self.fills.startswith(VOLUME)

    @property
    def measure(self) -> str:
        """The measure of the volume that it fills, '' for none."""
        return self.fills.removeprefix(VOLUME) if self.fills.startswith(VOLUME) else ""


@cache
def questions(domain: str) -> tuple[Question, ...]:
    """List the questions in the words of a line of business, in the order in which they are asked."""
    document = _document()
    return tuple(
        Question(
            key,
            document["groups"][entry["group"]],
            entry[domain]["text"],
            entry[domain]["short"],
            entry[domain].get("fills", ""),
        )
        for key, entry in document["questions"].items()
    )


def question(domain: str, key: str) -> Question:
    """Return a question by its key; NotFoundError for one that does not exist."""
    for entry in questions(domain):
        if entry.key == key:
            return entry
    keys = ", ".join(entry.key for entry in questions(domain))
    raise NotFoundError(f"There is no discovery question {key!r}.", hint=f"Use one of {keys}.")


def read_answer(entry: Question, domain: str, text: str) -> str | int | None:
    """Read an answer: a number, the key or name of a system, or words; None for an empty one.

    InvalidInputError for a number that is not certain.
    """
    text = check_note(text, MAX_TEXT if entry.fills == SYSTEM else MAX_ANSWER)
    if not text:
        return None
    if entry.fills == SYSTEM:
        return resolve_system(text, domain)
    if not entry.is_number:
        return text
    least, most = (1, MAX_LOCATIONS) if entry.fills == LOCATIONS else (0, MAX_VOLUME)
    number = parse_number(text)
    if number is None or not least <= number <= most:
        raise InvalidInputError(
            f"{entry.short} is a whole number from {least} to {most:,}.",
            hint="Enter digits only, such as 1200.",
        )
    return number


def answer_of_field(
    entry: Question, source_system: str | None, locations: int | None, volumes: Mapping[str, Any]
) -> str:
    """Return the answer that the prospect's field holds, a system by its label; '' for none."""
    if entry.fills == SYSTEM:
        return system_label(source_system)
    if entry.fills == LOCATIONS:
        return "" if locations is None else str(locations)
    value = volumes.get(entry.measure)
    return "" if value is None else str(value["value"])


@cache
def _document() -> Any:
    with _FILE.open("rb") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)
