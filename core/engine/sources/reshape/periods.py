"""Recognize headers that are periods or sizes and no names: 'Sept', 'Term 1', '2025', 'Mon', '01/09/2026 AM', 'Large'.

Columns of one kind hold one value a period, or a size, of each row's record. Which field that is, no header says: such
columns are asked about and never mapped as if they were named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from core.engine.sources.reshape.days import is_day
from core.engine.sources.reshape.headers import word_set, words
from core.engine.sources.reshape.shape import Reading, unmapped
from core.kit.day_texts import is_month, is_weekday
from core.kit.wording import listed

_YEAR = r"(?:19|20)\d\d(?:\s*[/–-]\s*(?:(?:19|20)?\d\d))?"
_TERM_WORDS = (
    r"term|trimester|semester|quarter|half|halbjahr|trimestre|semestre|bimestre|quadrimestre|periode|periodo|período|lapso|"
    r"sem|qtr|trim"
)
_SEASONS = "autumn|fall|winter|spring|summer|lent|michaelmas|trinity|easter|hilary"
_DAY_PART = re.compile(r"(?i)\s*[-–(]?\s*(?:am|pm|a\.m\.|p\.m\.|morning|afternoon)\s*\)?$")
_TERM = re.compile(
    rf"(?i)(?:(?:{_YEAR})\s*[-–,]?\s*)?(?:(?:{_TERM_WORDS})\s*[-#]?\s*(?:\d|i{{1,3}}|iv|one|two|three|four)|[tqs][1-6]|"
    rf"(?:\d(?:st|nd|rd|th|er|e|o|º|°|\.)?|first|second|third|fourth)\s*(?:{_TERM_WORDS})|(?:{_SEASONS})(?:\s+(?:{_TERM_WORDS}))?)"
    rf"(?:\s*[-–,]?\s*(?:{_YEAR}|\d\d))?"
)
_WEEK = re.compile(
    r"(?i)(?:week|wk|kw|semaine|semana|settimana|woche|w)\s*[-#]?\s*\d{1,2}(?:\s*[/-]?\s*(?:20)?\d\d)?"
)
_OF_YEAR = re.compile(rf"(?i)(?:fy|year|sy|ay)?\s*{_YEAR}")
_NUMBERED_MONTH = re.compile(r"(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d)")
_SIZES = word_set(
    "small medium large s m l xs xl xxl regular half full single double mini jumbo glass bottle pint jug carafe slice whole individual family "
    "klein mittel gross petit petite moyen moyenne grand grande chico chica mediano mediana pequeno pequena media kleine grosse"
)
_OF_SIZES = word_set("price prc cost size portion preis prix precio preco prezzo")
"""Words beside a size that say what its column holds."""
_WORD = re.compile(r"[^\W\d_]+")
_OTHER = re.compile(r"[^\W_]+")


def is_part_of_day(header: str) -> bool:
    """Tell whether a header is a day with the half of it that its column is about."""
    text = header.strip()
    part = _DAY_PART.search(text)
    return part is not None and is_day(text[: part.start()])


def is_term(header: str) -> bool:
    """Tell whether a header is a term of a year and nothing else."""
    return _TERM.fullmatch(header.strip()) is not None


def _is_size(header: str) -> bool:
    header_words = set(words(header))
    return bool(header_words & _SIZES) and header_words <= _SIZES | _OF_SIZES


def _is_month(header: str) -> bool:
    text = header.strip()
    words = _WORD.findall(text)
    others = [part for part in _OTHER.findall(text) if part not in words]
    is_worded = (
        len(words) == 1
        and is_month(words[0])
        and all(re.fullmatch(r"(?:19|20)?\d\d", part) for part in others)
    )
    return (is_worded and len(others) <= 1) or _NUMBERED_MONTH.fullmatch(text) is not None


_KINDS: Mapping[str, tuple[int, Callable[[str], bool]]] = {
    "half day": (1, is_part_of_day),
    "day": (1, is_day),
    "month": (2, _is_month),
    "week": (2, lambda header: _WEEK.fullmatch(header.strip()) is not None),
    "term": (2, is_term),
    "weekday": (3, lambda header: is_weekday(header.strip().rstrip("."))),
    "size": (2, _is_size),
    "year": (2, lambda header: _OF_YEAR.fullmatch(header.strip()) is not None),
}
"""Kind of period -> the fewest columns from which on such headers are periods, and what tells one."""


def period_columns(columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the columns whose headers are periods, by the kind of period."""
    kinds: dict[str, list[str]] = {}
    for kind, (fewest, tells) in _KINDS.items():
        taken = {column for names in kinds.values() for column in names}
        names = [column for column in columns if column not in taken and tells(column)]
        if len(names) >= fewest:
            kinds[kind] = names
    return kinds


def period_readings(columns: Sequence[str]) -> dict[str, Reading]:
    """Return the readings of columns that are periods: none is mapped, each kind is asked about."""
    readings: dict[str, Reading] = {}
    for kind, names in period_columns(columns).items():
        shown = listed(names) if len(names) <= 4 else f"{names[0]}, {names[1]} … {names[-1]}"
        reason = f"The header is a {kind} and no name: the column holds one value a {kind}."
        question = (
            f"The columns {shown} hold one value a {kind}; what the values are, no header says. Export a row for each {kind}, "
            f"with the {kind} in a column of its own, or choose a target."
            if len(names) > 1
            else f"The header {shown} is a {kind}; what its values are, it does not say. Name the column in the file, or choose a target."
        )
        readings |= unmapped(names, reason, question)
    return readings
