"""Read the cases of the messy corpus: a folder each, with an export's files and `expected.yaml`, what a careful person would enter.

    situation: one sentence
    tenant: {domain: restaurant, zone: Europe/Berlin, currency: EUR, country: DE}   all have a default
    imports: [[week1.csv], [week2.csv]]      one import after the other; without it all files at once
    entities:
      menu_item:
        key: [name]                          fields by which a record is recognised; the first of `fields` without it
        from: {price: [Preis]}               the columns a field comes from, where its suggestion does not say it
        all: {is_active: true}               fields that are equal in all records
        fields: [name, category_id, price]
        records: [[Espresso, Drinks, 2.40]]  or {name: Espresso, price: 2.40}
        optional: []                         records that may be there or not
        any: [sort_order]                    fields whose value is not judged
    free: [location]                         entities whose records are not judged
    forbidden: {customer.phone: ["0000000000"]}
    sums: {menu_item.price: 2.40}            proves the expectations themselves

A value is compared as what it is: a number as a number, a time without an offset as one of the tenant's zone, a reference
by any name of the record it names. A field that is not listed must be empty. `null` is empty, `"*"` anything,
A field
"external_id|sku" is either of them. `{noted: X}` is X together with an issue that names the row and the field, `{one_of: [X, Y]}` either of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

CORPUS = Path(__file__).resolve().parent.parent / "data" / "corpus" / "messy"
OWN = CORPUS.parent / "messy_more"
EXPECTED = "expected.yaml"
NOTED = CORPUS / "verdicts.yaml"
"""The verdicts of the last noted run, by case and threshold; a test holds that none becomes worse."""

_DEFAULTS = {"domain": "restaurant", "zone": "America/New_York", "currency": "USD", "country": "US"}
_RECORD_FIELDS = {"key", "from", "all", "fields", "records", "optional", "any"}


@dataclass(frozen=True)
class Expected:
    """A record that should be in the target, or that may be there."""

    values: Mapping[str, Any]
    is_optional: bool


@dataclass(frozen=True)
class ExpectedEntity:
    """The records of one entity; `origins` are the columns that fields come from."""

    key: tuple[str, ...]
    records: tuple[Expected, ...]
    origins: Mapping[str, tuple[str, ...]]
    ignored: frozenset[str]


@dataclass(frozen=True)
class Case:
    """A case of a corpus: files, whose they are, and what should become of them."""

    name: str
    tenant: Mapping[str, str]
    imports: tuple[tuple[Path, ...], ...]
    entities: Mapping[str, ExpectedEntity]
    free: frozenset[str]
    forbidden: Mapping[str, tuple[str, ...]]


def read_cases(folder: Path, only: list[str]) -> list[Case]:
    """Read the cases of a folder whose names begin with one of `only`; all without.

    A folder of files alone takes its expectations from the project's corpus.
    """
    case_folders = [path for path in sorted(folder.iterdir()) if path.is_dir()]
    if only:
        case_folders = [path for path in case_folders if any(path.name.startswith(start) for start in only)]
    return [case for path in case_folders if (case := _read_case(path))]


def _read_case(folder: Path) -> Case | None:
    candidates = [folder_path / EXPECTED for folder_path in (folder, CORPUS / folder.name, OWN / folder.name)]
    path = next((candidate for candidate in candidates if candidate.is_file()), None)
    if path is None:
        print(f"{folder.name}: no {EXPECTED}, left out")
        return None
    document = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  (makes nothing but texts, lists and mappings)
    if "imports" in document:
        imports = tuple(tuple(folder / name for name in names) for names in document["imports"])
    else:
        files = (file for file in sorted(folder.iterdir()) if file.name not in {EXPECTED, "case.md"})
        imports = (tuple(files),)
    entities = {name: _read_entity(folder.name, name, body) for name, body in document["entities"].items()}
    _prove_sums(folder.name, entities, document.get("sums", {}))
    forbidden = {name: tuple(values) for name, values in document.get("forbidden", {}).items()}
    return Case(
        folder.name,
        _DEFAULTS | document.get("tenant", {}),
        imports,
        entities,
        frozenset(document.get("free", ())),
        forbidden,
    )


def _read_entity(case: str, name: str, body: Mapping[str, Any]) -> ExpectedEntity:
    if unknown := body.keys() - _RECORD_FIELDS:
        raise ValueError(f"{case}: {name} has {sorted(unknown)}")
    fields = body.get("fields", [])
    records = [
        Expected(record, is_optional)
        for part, is_optional in (("records", False), ("optional", True))
        for record in _rows(case, name, body.get(part) or (), fields, body.get("all", {}))
    ]
    origins = {field: tuple(columns) for field, columns in body.get("from", {}).items()}
    key = tuple(body.get("key", fields[:1]))
    return ExpectedEntity(key, tuple(records), origins, frozenset(body.get("any", ())))


def _rows(
    case: str, name: str, rows: Any, fields: list[str], common: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    for row in rows:
        if isinstance(row, list) and len(row) != len(fields):
            raise ValueError(f"{case}: {name} {row} has not the fields {fields}")
        values = dict(row) if isinstance(row, dict) else dict(zip(fields, row, strict=True))
        yield {field: _value(value) for field, value in (dict(common) | values).items()}


def _value(value: Any) -> Any:
    """Read `null` as None, in every form of a value."""
    if isinstance(value, dict):
        return {
            form: [_value(option) for option in inner] if form == "one_of" else _value(inner)
            for form, inner in value.items()
        }
    return None if value == "null" else value


def _prove_sums(case: str, entities: Mapping[str, ExpectedEntity], sums: Mapping[str, str]) -> None:
    """Add the expected amounts up, so that a slip in the expectations is found."""
    for target, expected_sum in sums.items():
        entity, _, field = target.partition(".")
        texts = [record.values.get(field) for record in entities[entity].records if not record.is_optional]
        actual_sum = sum((Decimal(text) for text in texts if isinstance(text, str)), Decimal())
        if actual_sum != Decimal(expected_sum):
            raise ValueError(f"{case}: {target} adds up to {actual_sum}, not to {expected_sum}")
