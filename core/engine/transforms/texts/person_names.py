"""Transforms that take given or family names from a person's name in one column, in the catalogue that people see."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import polars as pl

from core.engine.transforms.registry import Call, transform
from core.engine.transforms.value_types import through
from core.errors import InvalidInputError
from core.kit.person_names import PersonName, is_eastern, split_name
from core.kit.reading import by_distinct

GIVEN_NAME, FAMILY_NAME = "given_name", "family_name"


@transform("text", "text", "given_name(2)")
def given_name(
    value: pl.Expr, families: Decimal = Decimal(1), *, family_first: bool = False, single: bool = False
) -> pl.Expr:
    """Takes the given names of 'Dr. Ada King' or 'King, Ada'. The number is how many family names people have.

    With single=True a name of one word counts as given name, whichever it is.
    """
    return _part(value, "given", families, family_first=family_first, single=single)


@transform("text", "text", "family_name(2)")
def family_name(
    value: pl.Expr, families: Decimal = Decimal(1), *, family_first: bool = False, single: bool = False
) -> pl.Expr:
    """Takes the family name with particles and suffix, 'de la Cruz'. The number is how many family names people have.

    With single=True a name of one word counts as family name, whichever it is.
    """
    return _part(value, "family", families, family_first=family_first, single=single)


def single_names(texts: pl.Series, call: Call) -> pl.Series:
    """Return the names that given_name or family_name takes because they are the only one, not by their place; null for others."""
    read = _splitter(*call.arguments[:1], family_first=bool(call.keywords.get("family_first", False)))
    part = "given" if call.name == GIVEN_NAME else "family"
    return by_distinct(
        texts, lambda text: _only(read(text)) if not getattr(read(text), part) else None, pl.String()
    )


def left_out_words(texts: pl.Series, call: Call) -> pl.Series:
    """Return the titles and degrees that given_name and family_name leave out; null where a name has none."""
    read = _splitter(*call.arguments[:1], family_first=bool(call.keywords.get("family_first", False)))
    return by_distinct(texts, lambda text: read(text).left_out or None, pl.String())


def _only(name: PersonName) -> str | None:
    """Return the name of a person of whom one alone is known; None for names written without blanks between their parts."""
    only = name.given or name.family
    return only if only and not (name.given and name.family) and not is_eastern(only) else None


def _part(value: pl.Expr, part: str, families: Decimal, *, family_first: bool, single: bool) -> pl.Expr:
    if families not in {1, 2}:
        raise InvalidInputError("People have 1 or 2 family names.", hint="Write given_name(2).")
    read = _splitter(families, family_first=family_first)

    def name(text: str) -> str | None:
        split = read(text)
        return getattr(split, part) or (_only(split) if single else None) or None

    def names(texts: pl.Series) -> pl.Series:
        return by_distinct(texts, name, pl.String())

    return through(value, names, pl.String())


def _splitter(families: Decimal = Decimal(1), *, family_first: bool) -> partial[PersonName]:
    return partial(split_name, families=int(families), family_first=family_first)
