"""Say what a OneRoster bundle does not hold of a school's records, and what it says in other words, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from adapters.oneroster_people import STAFF_ROLES
from core.kit.wording import counted, listed
from core.schema import entity_count

Records = Mapping[str, Sequence[Mapping[str, Any]]]

WITHOUT_FILE = {
    "attendance": "the CSV files of OneRoster 1.x have none for attendance",
    "fee": "OneRoster has no file for fees, receipts or balances",
}
"""Entities that a bundle has no file for -> why."""

_WITHOUT_COLUMN = {
    ("student", "address"): "address",
    ("student", "enrolled_on"): "date of entry",
    ("guardian", "address"): "address",
    ("guardian", "is_primary"): "mark of who is called first",
}
GUARDIANS = frozenset({"guardian", "parent", "relative"})
_LINE_ITEMS = "lineItems.csv wants one of each"


def left_out(records: Records, version: str, counts: Mapping[str, int]) -> list[str]:
    """Return a sentence for each kind of thing that the bundle leaves out or words anew; `counts`: those of WITHOUT_FILE."""
    sentences = [
        f"{entity_count(counts[entity], entity)}: {why}."
        for entity, why in WITHOUT_FILE.items()
        if counts.get(entity)
    ]
    return [*sentences, *_without_column(records, version), *_reworded(records), *_unclear(records)]


def _without_column(records: Records, version: str) -> Iterator[str]:
    fields = dict(_WITHOUT_COLUMN)
    if version == "1.1":
        fields["assessment_result", "grade"] = "letter grade"
    for (entity, field), name in fields.items():
        number = sum(record.get(field) not in (None, "", False) for record in records.get(entity, ()))
        if number:
            yield f"{name.capitalize()} of {entity_count(number, entity)}: OneRoster {version} has no column for it."


def _reworded(records: Records) -> Iterator[str]:
    """Say whose words are none of the standard's, and what is written for them."""
    for entity, field, words, standard_word in (
        ("guardian", "relationship", GUARDIANS, "parent or guardian"),
        ("staff", "role", STAFF_ROLES, "teacher"),
        ("school", "kind", frozenset({"school", "district", "department"}), "school"),
    ):
        own_words = Counter(
            str(record[field])
            for record in records.get(entity, ())
            if record.get(field) and str(record[field]).lower() not in {word.lower() for word in words}
        )
        if own_words:
            names = listed([f"'{word}'" for word in sorted(own_words)])
            number = entity_count(own_words.total(), entity)
            yield f"{number} with {names}, which is no word of the standard: '{standard_word}' is written."


def _unclear(records: Records) -> Iterator[str]:
    for field, name in (("title", "title"), ("class_id", "class")):
        number = sum(not record.get(field) for record in records.get("assessment_result", ()))
        if number:
            yield f"{entity_count(number, 'assessment_result')} without a {name}: written without it, though {_LINE_ITEMS}."
    people = ("student", "staff", "guardian")
    for file, entities in (
        ("users.csv", people),
        *((f"the file of {name}", (name,)) for name in _without_people(records, people)),
    ):
        ids = Counter(str(record["external_id"]) for entity in entities for record in records.get(entity, ()))
        twice = sorted(key for key, number in ids.items() if number > 1)
        if twice:
            yield f"{counted(len(twice), 'ID')} more than once in {file}, as records of several sources have them: {listed(twice)}."


def _without_people(records: Records, people: Iterable[str]) -> list[str]:
    return [entity for entity in records if entity not in people]
