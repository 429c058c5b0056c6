"""Rewrite texts of days that readers of dates do not take as they stand: day numbers of spreadsheets, years of two digits,
names of months in the languages of our customers.

Each function takes a column of text and gives it back with the texts it understands rewritten, all others as they were.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

import polars as pl

from core.kit.reading import by_distinct

DAY_NUMBER = r"^\s*[0-9]{1,5}(?:\.[0-9]{1,12})?\s*$"
"""A count of days as spreadsheets keep it, with the time of day as its fraction."""

SYSTEMS: Mapping[int, date] = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
"""Date system of a workbook -> the day its count begins with (1900: from 1 March 1900 on, before it Excel miscounts)."""

_FIRST_SOUND = 61  # 1 March 1900: Excel believes in a 29 February 1900
_LAST = 73_050  # 31 December 2099
_MICROSECONDS = 86_400_000_000

_SHORT_YEAR_LAST = r"^(\s*[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-])([0-9]{2})($|[^0-9].*)"
_SHORT_YEAR_NAMED = r"^(\s*[0-9]{1,2}[-/. ]\p{L}{3,}\.?[-/. ])([0-9]{2})($|[^0-9:].*)"
_SHORT_YEAR_FIRST = r"^(\s*)([0-9]{2})([/.\-][0-9]{1,2}[/.\-][0-9]{1,2}(?:$|[^0-9].*))"

_MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen gennaro janeiro januari jänner styczeń stycznia januarie",
    "february feb februar février févr fév febrero febbraio febr fevereiro fev februari feber luty lutego februarie",
    "march mar märz maerz mrz mars marzo março maart mrt marts marzec marca martie",
    "april apr avril avr abril abr aprile aprill kwiecień kwietnia aprilie",
    "may mai mayo maggio mag maio mei maj maja",
    "june jun juni juin junio giugno giu junho czerwiec czerwca iunie",
    "july jul juli juillet juil julio luglio lug julho lipiec lipca iulie",
    "august aug août aout agosto ago agost augustus augusti sierpień sierpnia",
    "september sept sep septembre septiembre setiembre settembre set setembro wrzesień września septembrie",
    "october oct oktober okt octobre octubre ottobre ott outubro out październik października octombrie",
    "november nov novembre noviembre novembro listopad listopada noiembrie",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro grudzień grudnia decembrie",
)
_WORDS_BETWEEN = "de del di of the den der am le el du do da d st nd rd th er a um at ore kl om"
_BETWEEN = frozenset(_WORDS_BETWEEN.split())
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim "
    "lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica gio "
    "segunda terça quarta quinta sexta seg ter qua qui sex feira "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo"
)
_CLOCK = re.compile(
    r"(?<![\d.])(\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?)(?:\s*(?:uhr|hrs?|h))?$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\d+|[^\W\d_]+")
_ISO_DAY = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}"
_HAS_MONTH = r"\p{L}{3}"


def _bare(word: str) -> str:
    """Return a word in small letters without accents."""
    return "".join(
        mark for mark in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(mark)
    )


_MONTH_OF = {_bare(word): number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_WEEKDAY_NAMES = frozenset(_bare(word) for word in _WEEKDAYS.split())
_PARTICLES = _WEEKDAY_NAMES | _BETWEEN
_PIVOT = 70
"""Years of two digits from here on are of the last century, as strftime's %y reads them."""


def from_day_numbers(texts: pl.Series, system: int) -> pl.Series:
    """Rewrite day numbers of spreadsheets as ISO 8601: '45581' is '2024-10-16', '45581.75' has the time 18:00 too."""
    numbers = (
        texts.set(~texts.str.contains(DAY_NUMBER), None).str.strip_chars().cast(pl.Float64, strict=False)
    )
    first = _FIRST_SOUND if system == 1900 else 0
    numbers = numbers.set(~numbers.is_between(first, _LAST), None)
    if not numbers.count():
        return texts
    # Whole seconds: the fraction of a day in a cell is not finer than that.
    seconds = (numbers * 86_400).round(0).cast(pl.Int64)
    moments = (seconds * 1_000_000).cast(pl.Duration("us")) + pl.Series([SYSTEMS[system]]).cast(
        pl.Datetime("us")
    )
    has_time = (numbers != numbers.floor()).fill_null(value=False)
    iso = moments.dt.to_string("%Y-%m-%d %H:%M:%S").zip_with(has_time, moments.dt.to_string("%Y-%m-%d"))
    return iso.zip_with(numbers.is_not_null(), texts).alias(texts.name)


def with_century(texts: pl.Series, order: str, until: int) -> pl.Series:
    """Write years of two digits with four: those of the hundred years that end with the year `until`."""
    patterns = (_SHORT_YEAR_FIRST,) if order == "ymd" else (_SHORT_YEAR_LAST, _SHORT_YEAR_NAMED)
    for pattern in patterns:
        parts = texts.str.extract_groups(pattern).struct.unnest()
        before, short, after = (parts.to_series(index) for index in range(3))
        years = short.cast(pl.Int64, strict=False) + until // 100 * 100
        years = (years - 100).zip_with((years > until).fill_null(value=False), years)
        texts = (before + years.cast(pl.String) + after).fill_null(texts).alias(texts.name)
    return texts


def from_month_names(texts: pl.Series) -> pl.Series:
    """Rewrite days with the name of a month as ISO 8601: '3. März 2025', '3 de marzo de 2025', 'le 3 mars 2025 à 18h30'."""
    month_texts = texts.set(~texts.str.contains(_HAS_MONTH) | texts.str.contains(_ISO_DAY), None)
    return by_distinct(month_texts, _iso, pl.String()).fill_null(texts) if month_texts.count() else texts


def is_month(word: str) -> bool:
    """Tell whether a word is the name of a month, whole or short."""
    return _bare(word) in _MONTH_OF


def is_weekday(word: str) -> bool:
    """Tell whether a word is the name of a weekday, whole or short."""
    return _bare(word) in _WEEKDAY_NAMES


def names_month(text: str) -> bool:
    """Tell whether a word of the text is the name of a month, whole or shortened."""
    return any(_bare(word) in _MONTH_OF for word in _WORD.findall(text))


def _iso(text: str) -> str | None:
    """Return a day with the name of a month as ISO 8601, with its time of day as written; None for anything else."""
    tidy = " ".join(text.split())
    clock = _CLOCK.search(tidy)
    words = _WORD.findall(tidy[: clock.start()] if clock else tidy)
    numbers = [word for word in words if word.isdigit()]
    names = [_bare(word) for word in words if not word.isdigit()]
    months = [name for name in names if name in _MONTH_OF]
    if len(months) > 1:  # 'mar' is Tuesday beside another month
        months = [name for name in months if name not in _WEEKDAY_NAMES]
    particles = {name for name in names if name not in months}
    if len(months) != 1 or len(numbers) != 2 or not particles <= _PARTICLES:
        return None
    year, day = numbers if len(numbers[0]) == 4 else reversed(numbers)
    is_short = len(year) == 2 and not words[0].isalpha()  # '3 Mar 25', but not 'Mar 3 25'
    if len(day) > 2 or not (len(year) == 4 or is_short):
        return None
    whole_year = int(year) + (0 if len(year) == 4 else 1900 if int(year) >= _PIVOT else 2000)
    try:
        iso = date(whole_year, _MONTH_OF[months[0]], int(day)).isoformat()
    except ValueError:
        return None
    return (
        f"{iso} {re.sub('[hH]', ':', clock[1]).replace('.m', 'm').replace('.M', 'M')}".rstrip(".")
        if clock
        else iso
    )
