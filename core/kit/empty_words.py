"""The words and figures that exports write where there is nothing: NULL, N/A, -, 0000-00-00, 1900-01-01, 0000000000.

Spellings are exact, as exports repeat them exactly; what a word may mean in a column is decided by whoever knows the column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Flag, auto
from itertools import product

import polars as pl


class Emptiness(Flag):
    r"""Kinds of nothing that a spelling may be.

    NULLS    what programs write for no value: NULL, \N, #N/A; no person writes them
    MARKS    N/A, (blank), k.A.: a person or a program says that there is nothing
    DASHES   -, --, ., ?: marks in place of a value, which may be a value of a choice
    WORDS    none, nil, NA: words that may be data too
    UNKNOWN  unknown, not provided, keine Angabe: a person does not know
    ZEROS    0 and 00000, which are numbers elsewhere
    NO_DAY   0000-00-00, which is no day
    FIRST_DAY  1900-01-01 and its like, the first day of a program's calendar
    EPOCH    1970-01-01, the first day of another, on which people were born
    PHONE    0000000000 and other numbers of one digit
    EMAIL    none@none.com and its like
    """

    NULLS = auto()
    MARKS = auto()
    DASHES = auto()
    WORDS = auto()
    UNKNOWN = auto()
    ZEROS = auto()
    NO_DAY = auto()
    FIRST_DAY = auto()
    EPOCH = auto()
    PHONE = auto()
    EMAIL = auto()


_NULLS = r"NULL null \N \\N <NA> NaN nan NaT undefined #N/A #n/a #NULL! #NV #N/V #N/D #NA"
_MARKS = (
    "N/A n/a N/a N\\A n\\a n.a. N.A. n.a N.A n/a. N/A. N/D n/d N.D. n.d. s/d S/D s/n S/N k.A. k.A K.A. n.v.t. N.V.T. nvt NVT n/b"
    " s.o. S.O. s/o S/O b/d B/D"
)
_IN_BRACKETS = [
    "NULL",
    "Null",
    "null",
    "None",
    "none",
    "NONE",
    "blank",
    "Blank",
    "BLANK",
    "empty",
    "Empty",
    "EMPTY",
    "n/a",
    "N/A",
    "nil",
    "Nil",
    "not",
    "set",
    "Not",
    "Set",
]
_DASHES = [
    "-",
    "--",
    "---",
    "----",
    "–",
    "—",
    ".",
    "..",
    "...",
    "…",
    "?",
    "??",
    "???",
    "*",
    "/",
    "//",
    "_",
    "__",
]
_WORDS = [
    "None",
    "none",
    "NONE",
    "Null",
    "nil",
    "Nil",
    "NIL",
    "NA",
    "na",
    "Na",
    "blank",
    "Blank",
    "BLANK",
    "void",
    "Void",
]
_UNKNOWN = (
    "unknown",
    "not known",
    "not available",
    "not applicable",
    "not provided",
    "not given",
    "not specified",
    "not set",
    "no data",
    "no value",
    "unspecified",
    "tbd",
    "tba",
    "tbc",
    "keine angabe",
    "keine Angabe",
    "k. a.",
    "unbekannt",
    "nicht angegeben",
    "nicht bekannt",
    "inconnu",
    "inconnue",
    "non renseigné",
    "non renseignée",
    "sans objet",
    "néant",
    "neant",
    "non communiqué",
    "desconocido",
    "desconocida",
    "sin dato",
    "sin datos",
    "no aplica",
    "no disponible",
    "ninguno",
    "ninguna",
    "desconhecido",
    "não informado",
    "nao informado",
    "não aplicável",
    "sem dados",
    "nenhum",
    "nessuno",
    "sconosciuto",
    "non disponibile",
    "onbekend",
    "geen",
    "niet van toepassing",
    "okänd",
    "saknas",
    "ukjent",
    "ukendt",
    "brak",
    "brak danych",
    "нет",
    "нет данных",
    "неизвестно",
    "yok",
    "無し",
    "なし",
    "不明",
    "无",
    "無",
    "未知",
    "없음",
)
_MIDNIGHTS = ("", " 00:00:00", "T00:00:00", " 00:00:00.000", " 00:00", " 0:00", " 12:00:00 AM", " 12:00 AM")
_NO_DAYS = (
    "0000-00-00",
    "00/00/0000",
    "0/0/0000",
    "00.00.0000",
    "00-00-0000",
    "00/00/00",
    "0000/00/00",
    "00000000",
    "1/0/1900",
    "01/00/1900",
)
_FIRST_DAYS = (
    (1, 1, 1900),
    (30, 12, 1899),
    (31, 12, 1899),
    (1, 1, 1),
    (1, 1, 1753),
    (1, 1, 1901),
    (31, 12, 9999),
)
_LOCALS = [
    "none",
    "no",
    "na",
    "n/a",
    "null",
    "nil",
    "noemail",
    "no-email",
    "no.email",
    "nomail",
    "email",
    "unknown",
    "notprovided",
    "nobody",
]
_HOSTS = ["none", "no", "na", "null", "noemail", "no-email", "nomail", "nowhere", "unknown", "email", "mail"]
_PHONE_FORMS = ("{0}{1}{2}", "{0}-{1}-{2}", "({0}) {1}-{2}", "({0}){1}-{2}", "{0} {1} {2}", "{0}.{1}.{2}", "+1{0}{1}{2}", "1{0}{1}{2}", "+1 {0} {1} {2}", "+1 {0}-{1}-{2}", "+1 ({0}) {1}-{2}")  # fmt: skip


def _days(dates: Iterable[tuple[int, int, int]]) -> Iterator[str]:
    for (day, month, year), midnight in product(dates, _MIDNIGHTS):
        for first, second in ((day, month), (month, day)):
            yield from (f"{first:02}{mark}{second:02}{mark}{year:04}{midnight}" for mark in "/.-")
            yield f"{first}/{second}/{year:04}{midnight}"
        yield from (f"{year:04}{mark}{month:02}{mark}{day:02}{midnight}" for mark in "-/.")


def _phones() -> Iterator[str]:
    for digit in "0123456789":
        yield from (form.format(digit * 3, digit * 3, digit * 4) for form in _PHONE_FORMS)
        yield from (f"{digit * 3}-{digit * 4}", *(digit * count for count in range(7, 13)))
        yield f"+{digit * 10}"


def _cased(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        yield from {word, word.upper(), word.capitalize(), word.title()}


def _spellings() -> Iterator[tuple[Emptiness, Iterable[str]]]:
    yield Emptiness.NULLS, [*_NULLS.split(), "#N/A N/A"]
    brackets = [f"{a}{word}{z}" for word in _IN_BRACKETS for a, z in ("()", "<>", "[]", "{}")]
    yield Emptiness.MARKS, [*_MARKS.split(), *brackets, "- none -", "- None -", "--none--", "n / a", "N / A"]
    yield Emptiness.DASHES, [*_DASHES, "$-", "$ -", "- -"]
    yield Emptiness.WORDS, _WORDS
    yield Emptiness.UNKNOWN, _cased(_UNKNOWN)
    yield Emptiness.ZEROS, ["0", "00", "000", "0000", "00000", "000000", "00000-0000", "0.0"]
    yield Emptiness.NO_DAY, (f"{day}{midnight}" for day, midnight in product(_NO_DAYS, _MIDNIGHTS))
    yield Emptiness.FIRST_DAY, _days(_FIRST_DAYS)
    yield Emptiness.EPOCH, _days([(1, 1, 1970)])
    yield Emptiness.PHONE, _phones()
    yield Emptiness.EMAIL, (f"{a}@{b}.com" for a, b in product(_LOCALS, _HOSTS))
    yield (
        Emptiness.EMAIL,
        (f"{name}@{name}{end}" for name in _LOCALS for end in ("", ".com", ".none", ".org", ".net")),
    )
    yield (
        Emptiness.EMAIL,
        ("NONE@NONE.COM", "NA@NA.COM", "NO@EMAIL.COM", "NOEMAIL@NOEMAIL.COM", "None@none.com"),
    )


def _table() -> dict[str, Emptiness]:
    table: dict[str, Emptiness] = {}
    for kind, spellings in _spellings():
        for spelling in spellings:
            table[spelling] = table.get(spelling, kind) | kind
    return table


KINDS = _table()
"""Spelling -> the kinds of nothing it may be."""

_SPELLINGS = pl.Series(sorted(KINDS))


def are_empty_words(columns: Iterable[str]) -> list[pl.Expr]:
    """Return an expression per column that tells which values have such a spelling."""
    return [pl.col(column).is_in(_SPELLINGS.implode()) for column in columns]


def hold_values(columns: Iterable[str]) -> pl.Expr:
    """Tell which rows have a value in one of the columns that is no mark for nothing, whatever the columns hold."""
    marks = Emptiness.NULLS | Emptiness.MARKS | Emptiness.DASHES | Emptiness.PHONE | Emptiness.EMAIL
    nothing = ["", *(spelling for spelling, kinds in KINDS.items() if kinds & marks)]
    return pl.any_horizontal(
        ~pl.col(column).fill_null("").str.strip_chars().is_in(nothing) for column in columns
    )
