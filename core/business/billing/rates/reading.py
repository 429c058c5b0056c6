"""Read exchange rates from a CSV file: every row gets a fate, and what is refused says its row and value. Pure.

Columns day, base, quote, rate and source, in any order; a day as 2026-11-28. Rates that are stored already, or stand
twice in the file, are refused like those that contradict them: one rate holds for a day and pair.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.business.billing.currencies import Rate
from core.business.billing.rates.rules import RateFieldError, checked_rate
from core.errors import InvalidInputError
from core.kit.money import TYPED_FORM, typed_number
from core.kit.printable import printable
from core.kit.wording import listed

MAX_BYTES = 2_000_000
MAX_ROWS = 20_000
COLUMNS = ("day", "base", "quote", "rate", "source")
_LONGEST_VALUE = 60
RateKey = tuple[frozenset[str], date]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not taken: its number in the file (the header is 1), the column and value, and why."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class RateFile:
    """What becomes of each row of a file: `rates` are new. Both together are all rows that are not empty."""

    rates: Sequence[Rate]
    refused: Sequence[RefusedRow]

    @property
    def row_count(self) -> int:
        return len(self.rates) + len(self.refused)


def rate_key(rate: Rate) -> RateKey:
    """Return what one rate holds for: the pair, either way round, and the day."""
    return frozenset((rate.base, rate.quote)), rate.day


def read_rates(data: bytes, stored: Sequence[Rate], today: date) -> RateFile:
    """Read a file against the rates that are stored. InvalidInputError for one that is no table of rates."""
    known_rates: dict[RateKey, tuple[Rate, str]] = {
        rate_key(rate): (rate, "stored already") for rate in stored
    }
    rates: list[Rate] = []
    refused: list[RefusedRow] = []
    for number, cells in _rows(data):
        try:
            rate = _rate(cells, today)
        except RateFieldError as error:
            refused.append(_refused(number, error.field, cells.get(error.field, ""), error.message))
            continue
        key = rate_key(rate)
        if key in known_rates:
            refused.append(_repeated(number, rate, cells, *known_rates[key]))
            continue
        known_rates[key] = rate, f"in row {number}"
        rates.append(rate)
    return RateFile(rates, refused)


def _rate(cells: Mapping[str, str], today: date) -> Rate:
    if extra := cells.get(""):
        raise RateFieldError("", extra, "The row has more cells than the header.")
    try:
        day = date.fromisoformat(cells["day"])
    except ValueError:
        raise RateFieldError("day", cells["day"], "This is not a day like 2026-11-28.") from None
    number = typed_number(cells["rate"])
    if number is None:
        raise RateFieldError("rate", cells["rate"], f"This is not a number. {TYPED_FORM}")
    return checked_rate(cells["base"], cells["quote"], day, number, cells["source"], today)


def _repeated(number: int, rate: Rate, cells: Mapping[str, str], earlier: Rate, where: str) -> RefusedRow:
    is_repeat = (earlier.base, earlier.rate) == (rate.base, rate.rate)
    pair = f"{earlier.base} to {earlier.quote} of {earlier.day:%-d %b %Y}"
    if is_repeat:
        return _refused(number, "rate", cells["rate"], f"The rate {pair} is {where}.")
    return _refused(
        number,
        "rate",
        cells["rate"],
        f"The rate {pair} is {earlier.rate.normalize():f}, {where}: one of them is wrong.",
    )


def _refused(number: int, column: str, value: str, reason: str) -> RefusedRow:
    return RefusedRow(number, column, printable(value)[:_LONGEST_VALUE], reason)


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    """List the rows that are not empty by their numbers, with their cells by column; '' holds cells too many."""
    if len(data) > MAX_BYTES:
        raise InvalidInputError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.", hint="Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInputError("The file is not UTF-8.", hint="Save it as CSV UTF-8.") from None
    first, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=first.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InvalidInputError(
            f"The file cannot be read as CSV: {error}.", hint="Export it again."
        ) from None
    header = [cell.strip().lower() for cell in table[0]] if table else []
    missing = [name for name in COLUMNS if header.count(name) != 1]
    if missing:
        raise InvalidInputError(
            f"The file does not have the columns {listed(missing)} once each.",
            hint=f"It needs {listed(COLUMNS)}.",
        )
    if len(table) > MAX_ROWS:
        raise InvalidInputError(f"The file has more than {MAX_ROWS:,} rows.", hint="Split it.")
    return [
        (number, _cells(header, row))
        for number, row in enumerate(table[1:], 2)
        if any(cell.strip() for cell in row)
    ]


def _cells(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    cells = dict.fromkeys(COLUMNS, "") | {
        name: cell.strip() for name, cell in zip(header, row, strict=False) if name in COLUMNS
    }
    return cells | {"": "".join(cell.strip() for cell in row[len(header) :])}
