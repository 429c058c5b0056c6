"""Information about a file before it is read: its streams, layout and source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.reshape.shape import StreamShape
from core.engine.sources.tables import GENERIC
from core.errors import InvalidInputError
from core.kit.zone_names import zone_named

_ORDERS = ("mdy", "dmy", "ymd")
NUMBER_CUT, CODE_CUT, LOGIN_CUT = "card_number_removed", "card_code_removed", "login_removed"
"""What was cut; the first two are codes of issues."""


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """How to read a file; None leaves it to detection.

    encoding    any name Python knows, e.g. 'cp1252'
    delimiter   one character
    header_row  counted from 1 as a spreadsheet does; 0 where the table has no header
    date_order  'mdy', 'dmy' or 'ymd'
    source      the name of a source
    encoding_rival  another encoding that fits about as well as the detected one: what differs is held; not to be set
    day_system  the year a workbook counts days from, 1900 or 1904; not to be set
    reshape     False to read every table as it stands, row by row
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    date_order: str | None = None
    source: str | None = None
    encoding_rival: str | None = None
    reshape: bool | None = None
    day_system: int | None = None


def check_options(options: ReaderOptions, sources: Sequence[Source]) -> None:
    """Refuse options that cannot be meant: InvalidInputError with the field at fault."""
    names = [source.name for source in sources]
    delimiter, order, row = options.delimiter, options.date_order, options.header_row
    checks = (
        ("delimiter", delimiter, _is_delimiter(delimiter or ","), "Give one character, e.g. ; or a tab."),
        ("date_order", order, (order or "mdy") in _ORDERS, f"Use one of {', '.join(_ORDERS)}."),
        ("header_row", row, (row or 0) >= 0, "Count from 1; 0 means that there is no header."),
        (
            "source",
            options.source,
            options.source in {None, GENERIC, *names},
            f"Use one of {', '.join(names)}.",
        ),
        (
            "encoding",
            options.encoding,
            _is_encoding(options.encoding or "utf-8"),
            "Use e.g. utf-8 or cp1252.",
        ),
    )
    for option, value, valid, hint in checks:
        if not valid:
            raise InvalidInputError(f"{value!r} is no {option}.", hint=hint, field=option, value=str(value))


def _is_delimiter(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text not in '"\r\n\0'


def _is_encoding(name: str) -> bool:
    try:
        b" ".decode(name)  # Python looks no codec up for empty bytes
    except LookupError:  # also for codecs that do not give text
        return False
    except UnicodeDecodeError:
        return True
    return True


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """A kind of record in a file. `sample` has ROW and the text columns of the first 200 rows; `why` says in words
    how the layout was decided; `options` is that layout; `part` is the sheet or the file in an archive it is from;
    `section` is the last of `table_columns` where that is filled from headings between the rows.

    `entity` is None where nothing is declared, and also for a declared envelope (spec.entity == ''), whose fields
    travel with the records inside it. `shape` says how the stream is made of its table, None where it is not made of one
    that stands in the file as `table_columns`.
    """

    name: str
    entity: str | None
    columns: tuple[str, ...]
    rows: int
    sample: pl.DataFrame
    spec: StreamSpec | None
    date_order: str | None
    why: tuple[str, ...]
    options: ReaderOptions = ReaderOptions()
    part: str = ""
    table_columns: tuple[str, ...] = ()
    shape: StreamShape | None = field(default=None, compare=False, repr=False)
    section: str = ""


@dataclass(slots=True)
class Cuts:
    """Card data and passwords cut out of a file: the digits of the card numbers, and counts per column.

    The digits are held while the file is read, so that its stored copy can be cut too; they are never written.
    """

    numbers: set[str] = field(default_factory=set)
    columns: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(table, column, code) -> values that were cut."""

    def reasons(self, table: str) -> list[str]:
        """Word one sentence per column of the table that says what was cut there."""
        sentences = {
            NUMBER_CUT: "card numbers were cut to their last 4 digits",
            CODE_CUT: "card verification codes were removed",
            LOGIN_CUT: "passwords were removed",
        }
        return [
            f"{column}: {count:,} {sentences[code]}"
            for (name, column, code), count in self.columns.items()
            if name == table
        ]


@dataclass(frozen=True, slots=True)
class Identified:
    """A recognised file. zone is IANA and currency ISO 4217, each only where the file itself names exactly one.

    `rows` (stream -> its frames) is there where a document was identified for a caller that reads it next: so it is
    parsed once. `cuts` are the card numbers and codes that were cut out of the rows read so far.
    """

    file: str
    source: Source
    confidence: float
    reasons: tuple[str, ...]
    options: ReaderOptions
    streams: tuple[StreamInfo, ...]
    zone: str | None
    currency: str | None
    rows: Mapping[str, Sequence[pl.DataFrame]] | None = field(default=None, compare=False, repr=False)
    cuts: Cuts = field(default_factory=Cuts, compare=False, repr=False)


def zone_of(infos: Iterable[StreamInfo]) -> str | None:
    """Find the only time zone of the file, by its IANA name, in the column its source declares or in one named for it."""
    texts = _column_values(infos, "location.timezone", {"timezone"})
    name = _only(texts, lambda text: zone_named(text, country="") is not None)
    return zone_named(name, country="") if name else None


def currency_of(infos: Iterable[StreamInfo]) -> str | None:
    """Find the only ISO 4217 currency of the file."""
    codes = _column_values(infos, "location.currency", {"currency", "currencycode"})
    return _only(codes, lambda text: re.fullmatch("[A-Z]{3}", text) is not None)


def _column_values(infos: Iterable[StreamInfo], target: str, names: set[str]) -> Iterator[set[str]]:
    """Yield the distinct values of each column hinted to hold `target`, then of each that has one of the names."""
    columns = [(info, column) for info in infos for column in info.columns]
    for by_hint in (True, False):
        for info, column in columns:
            hint = info.spec.hints_of([column]).get(column) if info.spec else None
            is_hinted = hint is not None and target in {hint.target, *hint.also}
            has_name = re.sub(r"[^a-z]", "", column.rpartition(".")[2].lower()) in names
            if is_hinted if by_hint else has_name:
                yield set(info.sample[column].drop_nulls().to_list())


def _only(values_by_column: Iterable[set[str]], valid: Callable[[str], bool]) -> str | None:
    """Return the value of the first column that has a single, valid one."""
    return next(
        (value for values in values_by_column if len(values) == 1 for value in values if valid(value)), None
    )
