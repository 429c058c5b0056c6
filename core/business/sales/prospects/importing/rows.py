"""Read the cells of a row into the fields of a prospect; what is not certain is a fault with its remedy. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from core.business.sales.prospects.importing.columns import LABELS, ListColumn
from core.business.sales.prospects.rules import (
    MAX_NOTE,
    ContactDetails,
    FieldsError,
    ProspectFields,
    check_fields,
    check_note,
    parse_number,
)
from core.errors import InvalidInputError
from core.platform.access.customers.countries import countries, currencies
from core.schema import target_schema

_COUNTRIES = {
    "usa": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
}
_REMEDIES: Mapping[str, str] = {
    "name": "Enter the company's name.",
    "contact_email": "Enter one address, such as name@example.com.",
    "contact_phone": "Enter one telephone number.",
}


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row: the field by its label, the value as it stands in the file, and what to do."""

    field: str
    value: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a row has where the list says nothing."""

    domain: str
    currency: str
    country: str


def read_row(
    cells: Mapping[str, str], columns: Sequence[ListColumn], defaults: Defaults
) -> tuple[ProspectFields, str] | RowFault:
    """Return the checked fields of a row with its note, or the first fault."""
    values = {
        column.field: _unescaped(" ".join(cells[column.header].split()))
        for column in columns
        if column.field and cells.get(column.header, "").strip()
    }
    note = next(
        (cells[column.header] for column in columns if column.field == "note" and column.header in cells), ""
    )
    parsed: dict[str, Any] = {}
    for field, text in values.items():
        value = _parse(field, text)
        if isinstance(value, RowFault):
            return value
        parsed[field] = value
    try:
        note = check_note(note, MAX_NOTE)
        return _checked(_fields(parsed, defaults)), note
    except FieldsError as error:
        field, message = next(iter(error.faults.items()))
        label = LABELS.get(field, field)
        return RowFault(label, values.get(field, ""), _REMEDIES.get(field, f"{message}."))
    except InvalidInputError as error:
        return RowFault(LABELS["note"], "", f"{error.message} {error.hint}")


def remark_on(cells: Mapping[str, str], columns: Sequence[ListColumn]) -> str:
    """Say what of a row that is added is not imported: a first and last name beside a contact of another name."""
    values = {column.field: " ".join(cells.get(column.header, "").split()) for column in columns}
    contact = values.get("contact_name", "")
    names = [values[field] for field in ("contact_first_name", "contact_last_name") if values.get(field)]
    if not contact or all(name.casefold() in contact.casefold() for name in names):
        return ""
    return f"The contact is {contact}; {' '.join(names)} is not imported."


def _unescaped(text: str) -> str:
    """Take off the apostrophe by which our exports keep spreadsheets from reading a formula: '+1 555 0100."""
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text


def _parse(field: str, text: str) -> Any:
    """Read a cell; a RowFault where the value is not certain."""
    read, remedy = _READERS.get("volumes" if field.startswith("volumes.") else field, (str, ""))
    value = read(text)
    return RowFault(LABELS[field], text, remedy) if value is None else value


def _country(text: str) -> str | None:
    return _country_codes().get(text.casefold())


def _currency(text: str) -> str | None:
    return text.upper() if text.upper() in currencies() else None


def _domain(text: str) -> str | None:
    return text.casefold() if text.casefold() in target_schema().domains else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_NUMBER = (parse_number, "Enter a whole number in digits, such as 12.")
_READERS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "locations": _NUMBER,
    "volumes": _NUMBER,
    "country": (_country, "Enter a country's code or English name, such as US."),
    "currency": (_currency, "Enter a currency's code, such as USD."),
    "domain": (_domain, "Enter restaurant or school."),
    "next_step_on": (_date, "Enter the date as YYYY-MM-DD."),
}
"""Field -> what reads its cell (None: not certain), and the remedy."""


def _fields(values: Mapping[str, Any], defaults: Defaults) -> ProspectFields:
    names = (values.get("contact_first_name", ""), values.get("contact_last_name", ""))
    contact_name = values.get("contact_name") or " ".join(filter(None, names))
    country = values.get("country") or defaults.country
    return ProspectFields(
        values.get("name", ""),
        values.get("domain") or defaults.domain,
        values.get("source_system"),
        values.get("locations"),
        values.get("currency")
        or (countries()[country].currency if "country" in values else defaults.currency),
        country,
        ContactDetails(contact_name, values.get("contact_email", ""), values.get("contact_phone", "")),
        {
            field.removeprefix("volumes."): value
            for field, value in values.items()
            if field.startswith("volumes.")
        },
        values.get("next_step"),
        values.get("next_step_on"),
    )


def _checked(fields: ProspectFields) -> ProspectFields:
    return check_fields(fields, target_schema().domains, countries(), currencies())


@cache
def _country_codes() -> Mapping[str, str]:
    by_name = {country.name.casefold(): code for code, country in countries().items()}
    return by_name | {code.casefold(): code for code in countries()} | _COUNTRIES
