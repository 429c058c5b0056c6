"""Describe each source field by its values, so that the matcher can judge without seeing the rows.

Counts are taken over the whole column by Polars; patterns over a fixed random sample, because the kind of a
column does not need a million values to show. Nothing here knows the target schema.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from core.kit.masking import shape
from core.kit.number_forms import form_of
from core.kit.values import CURRENCY

SAMPLES = 20
"""Distinct values a profile keeps."""
LONGEST_SAMPLE = 1_000
"""Characters of a value that are looked at: its kind, its pattern and its words show in them."""
_PATTERN_SAMPLE = 2_000
_MAX_DIGITS = 300  # of a number at most: a float holds no more
_MIN_SHARE = 0.85  # of the filled values that must be of a kind


@dataclass(frozen=True, slots=True)
class FieldProfile:
    """One source field. `source` is the header as written, or a dotted path with [] for lists.

    kind       what the values look like: empty bool uuid email url datetime date time epoch phone int decimal
               salutation color html zone code id enum text (code: 2 or 3 capitals, as currencies and countries are written)
    samples    up to SAMPLES distinct non-empty values as text, lists flattened, each at most LONGEST_SAMPLE characters
    low, high  smallest and largest of the values read as numbers, None where they are not numbers
    integer_share  share of the numbers without a fraction; length and words are means per value
    shapes     the commonest patterns ('Aa aa', '9-9'), most frequent first
    json_type  str int float bool list object for JSON values, '' for text columns
    """

    stream: str
    source: str
    position: int
    samples: tuple[str, ...]
    rows: int
    filled: int
    distinct: int
    kind: str
    low: float | None = None
    high: float | None = None
    integer_share: float = 0.0
    length: float = 0.0
    words: float = 0.0
    shapes: tuple[str, ...] = ()
    json_type: str = ""

    @property
    def fill(self) -> float:
        """Share of rows that have a value."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def uniqueness(self) -> float:
        """Distinct values per filled row, 1.0 where none repeats."""
        return min(1.0, self.distinct / self.filled) if self.filled else 0.0


_DATE = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ,]+\d{2,4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4})"
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?)?"
_SIGN = f"(?i:{CURRENCY})"
_GROUP = "[.,'’ \u00a0\u202f]"
_NUMBER = re.compile(
    rf"^(?=[^0-9]{{0,8}}[0-9])\(?[-+]?\s*{_SIGN}?\s*[-+(]?(?:\d{{1,3}}(?:{_GROUP}\d{{2,3}})+|\d*)(?:[.,](?:\d+|[-–]+))?"
    rf"\s*(?:%|/-|{_SIGN})?[-)]?$"
)
_KINDS = re.compile(
    "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in (
        ("bool", r"(?i:^(true|false|yes|no|y|n|t|f)$)"),
        ("salutation", r"(?i:^(mr|mrs|ms|miss|mx|master|dr|prof|rev|sir|madam)\.?$)"),
        ("uuid", r"(?i:^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)"),
        ("email", r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
        ("url", r"(?i:^(https?://|www\.)\S+)"),
        ("datetime", rf"^{_DATE}[T ,]+{_TIME}\s*(?:Z|UTC|[-+]\d{{2}}:?\d{{2}})?$"),
        ("date", rf"^{_DATE}$"),
        ("time", rf"^{_TIME}$"),
        ("epoch", r"^(?:1[0-9]\d{11}|2[0-2]\d{11})$"),
        # '#1001' is the number of an order
        ("color", r"^#(?:000|(?:[A-Fa-f]\w|\d[A-Fa-f])[0-9A-Fa-f]|\d\d[A-Fa-f]|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$"),
        ("html", r"(?s:^\s*<[a-zA-Z][^>]*>.*)"),
        ("zone", r"^(?:[A-Z][A-Za-z]+/[A-Z][A-Za-z_/]+|(?:\((?:UTC|GMT)[^)]*\) ?)?(?:Eastern|Central|Mountain|Pacific)\b.*Time.*|[A-Z][A-Za-z. ]+ (?:Standard|Daylight) Time|(?:UTC|GMT)(?:[-+]\d{1,2}(?::?\d{2})?)?|[ECMP][SD]T|AK[SD]T|HST|CES?T|BST|AE[SD]T)$"),
        ("phone", r"^(?:\+\d[\d\s().-]{7,18}|\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}|\(\d{3}\) ?\d{3}-?\d{4}|0\d{2,4}[ -]\d{5,8})(?:\s*x\d+)?$"),
        ("int", r"^[-+]?\d{1,14}$"),
        ("decimal", _NUMBER.pattern),
        ("code", r"^[A-Z]{2,3}$"),
        ("id", r"^(?=.*\d)[A-Za-z0-9][A-Za-z0-9_\-:#/.{}]*$"),
    ))
)  # fmt: skip
"""All kinds in one pattern; the first that matches is named by the match's lastgroup."""


def profile_frame(stream: str, frame: pl.DataFrame) -> list[FieldProfile]:
    """Profile each column, in the frame's order; columns whose name begins with '_' are ours and are skipped."""
    columns = [name for name in frame.columns if not name.startswith("_")]
    if not columns:
        return []
    if frame.height <= 2 * _PATTERN_SAMPLE:
        return _profile_whole(stream, frame, columns)
    text = [pl.col(name).cast(pl.String).str.strip_chars() for name in columns]
    counts = frame.lazy().select(
        *(
            (value.is_not_null() & (value != "")).sum().alias(f"filled {index}")
            for index, value in enumerate(text)
        ),
        *(
            value.filter(value != "").approx_n_unique().alias(f"distinct {index}")
            for index, value in enumerate(text)
        ),
    )
    row = counts.collect().row(0, named=True)
    profiles = []
    for position, name in enumerate(columns):
        filled = int(row[f"filled {position}"] or 0)
        sample = _sample(frame.get_column(name), filled)
        exact = len(sample) == filled
        distinct = len(set(sample)) if exact else min(filled, int(row[f"distinct {position}"]))
        profiles.append(_describe(stream, name, position, sample, frame.height, filled, distinct, ""))
    return profiles


def _profile_whole(stream: str, frame: pl.DataFrame, columns: Sequence[str]) -> list[FieldProfile]:
    """Profile a short frame: all values of all columns are read in one pass, and counted exactly."""
    text = frame.select(pl.col(columns).cast(pl.String).str.strip_chars())
    profiles = []
    for position, column in enumerate(text.get_columns()):
        values = [value for value in column.to_list() if value]
        distinct = len(set(values))
        described = (values, frame.height, len(values), distinct, "")
        profiles.append(_describe(stream, column.name, position, *described))
    return profiles


def profile_samples(
    source: str, samples: Sequence[object], *, position: int = 0, stream: str = ""
) -> FieldProfile:
    """Profile values of JSON (they keep their type; None and '' count as empty)."""
    types = Counter(_json_type(value) for value in samples if value is not None and value != "")
    values = [text for value in samples for text in _texts(value)]
    filled = sum(1 for value in samples if value is not None and value not in ("", []))
    json_type = types.most_common(1)[0][0] if types else ""
    distinct = len(set(values)) if json_type != "list" else min(filled, len(set(values)))
    return _describe(stream, source, position, values, len(samples), filled, distinct, json_type)


def _sample(column: pl.Series, filled: int) -> list[str]:
    """Return filled values as text; of a long column a random sample, the same at every call."""
    if column.len() > 4 * _PATTERN_SAMPLE and filled:
        part = column.sample(2 * _PATTERN_SAMPLE, with_replacement=True, seed=1)
        if part.drop_nulls().len() < SAMPLES:  # a sparse column: look for its values instead
            part = column.drop_nulls().head(_PATTERN_SAMPLE)
    else:
        part = column
    stripped = part.cast(pl.String).drop_nulls().str.strip_chars()
    return [str(value) for value in stripped.filter(stripped != "").head(2 * _PATTERN_SAMPLE).to_list()]


def _texts(value: object) -> list[str]:
    match value:
        case None | "" | []:
            return []
        case bool():
            return ["true" if value else "false"]
        case list() | tuple():
            return [text for item in value for text in _texts(item)]
        case dict():
            return [", ".join(str(key) for key in value)]
        case _:
            stripped = str(value).strip()
            return [stripped] if stripped else []


def _json_type(value: object) -> str:
    names: Mapping[type, str] = {bool: "bool", int: "int", float: "float", list: "list", dict: "object"}
    return names.get(type(value), "str")


def _describe(  # noqa: PLR0913, PLR0917  (the facts of one field, gathered by two callers)
    stream: str, source: str, position: int, values: list[str], rows: int, filled: int, distinct: int, json_type: str
) -> FieldProfile:  # fmt: skip
    length = sum(map(len, values))
    values = [value[:LONGEST_SAMPLE] for value in values]
    tally = Counter(values)
    has_comma = _has_decimal_comma(tally)
    numbers = {
        value: number for value in tally if (number := _number(value, decimal_comma=has_comma)) is not None
    }
    read = sum(tally[value] for value in numbers)
    shapes: Counter[str] = Counter()
    for value, count in tally.items():
        shapes[shape(value)] += count
    facts: dict[str, Any] = {}
    if values and read >= _MIN_SHARE * len(values):
        integer_count = sum(tally[value] for value, number in numbers.items() if number == int(number))
        facts = {
            "low": min(numbers.values()),
            "high": max(numbers.values()),
            "integer_share": integer_count / read,
        }
    if values:
        facts["length"] = length / len(values)
        facts["words"] = sum(len(value.split()) * count for value, count in tally.items()) / len(values)
    return FieldProfile(
        stream=stream,
        source=source,
        position=position,
        samples=tuple(tally)[:SAMPLES],
        rows=rows,
        filled=filled,
        distinct=distinct,
        kind=_kind(tally, json_type, filled, distinct),
        shapes=tuple(pattern for pattern, _ in shapes.most_common(4)),
        json_type=json_type,
        **facts,
    )


def _has_decimal_comma(values: Iterable[str]) -> bool:
    """Tell whether more values have a decimal comma than a decimal point, judged by those that can have only one."""
    forms = Counter(
        form_of(re.sub(r"[^\d.,]", "", value)) for value in values if "," in value or "." in value
    )
    return forms["comma"] > forms["point"]


def _number(value: str, *, decimal_comma: bool = False) -> float | None:
    """Read a value as a number where it is written as one, money signs and grouped thousands allowed."""
    if value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
        return float(value)
    if not _NUMBER.match(value) or not any(character.isdigit() for character in value):
        return None
    bare = re.sub(r"[^\d,]" if decimal_comma else r"[^\d.]", "", value).replace(",", ".")
    if len(bare) > _MAX_DIGITS or bare.count(".") > 1 or not bare.strip("."):
        return None
    return -float(bare) if value.startswith(("-", "(")) or "-" in value[:3] else float(bare)


def _kind(tally: Counter[str], json_type: str, filled: int, distinct: int) -> str:
    """Name the kind of values, given with how often each occurs."""
    if not tally:
        return "empty"
    if json_type == "bool":
        return "bool"
    if json_type == "float":
        return "decimal"
    hits: Counter[str] = Counter()
    for value, count in tally.items():
        match = _KINDS.match(value)
        hits[(match and match.lastgroup) or "text"] += count
    enough = _MIN_SHARE * tally.total()
    for kind, count in hits.most_common(2):
        if count >= enough:
            return _refine(kind, tally, filled, distinct)
    if hits["int"] + hits["decimal"] >= enough:
        return "decimal"
    return _refine("text", tally, filled, distinct)


def _refine(kind: str, values: Collection[str], filled: int, distinct: int) -> str:
    """Refine a kind: text that repeats itself in few short words is an enumeration; long digit runs are ids."""
    if kind in {"text", "code", "id"} and filled >= 3 and distinct <= max(2, filled // 2) and distinct <= 40:
        return "enum" if max(map(len, values)) <= 40 else kind
    if kind == "text" and all(re.fullmatch(r"[A-Z]+(?:_[A-Z]+)*|NONE", value) for value in values):
        return "enum"
    if kind == "decimal" and all(value.isdigit() for value in values):
        return "id"
    return kind
