"""Every transform there is, in the order of the catalogue that people see.

Each builder's docstring is the help shown for it. Calls look like the examples there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import polars as pl

from core.engine.plan import ImportSettings
from core.engine.transforms.expressions import compile_expression
from core.engine.transforms.inverses import (
    inverse_by,
    inverse_of_map,
)
from core.engine.transforms.registry import Literal, plain, transform
from core.engine.transforms.value_types import TEXTS, Value, through
from core.errors import InvalidInputError
from core.kit import values

_LONGEST = 4_000


# --- yes and no, choices ----------------------------------------------------------------------------------------


@transform("text", "bool", name="bool")
def yes_or_no(value: pl.Expr) -> pl.Expr:
    """Yes/no, y/n, true/false, 1/0, on/off."""
    return through(value, values.read_bool, pl.Boolean())


@transform("text", "bool", "equals('REQUIRED', 'MANDATORY')")
def equals(value: pl.Expr, *texts: Literal) -> pl.Expr:
    """True when the value is one of these, in any case."""
    return value.str.to_lowercase().is_in([plain(text).lower() for text in texts])


@transform("text", "bool", "not_equals('Archived')")
def not_equals(value: pl.Expr, *texts: Literal) -> pl.Expr:
    """True when the value is none of these, in any case."""
    return ~equals(value, *texts)


@transform("text", "text", "map_values({'Y': 'active', 'N': None}, other='unknown')", inverse=inverse_of_map)
def map_values(value: pl.Expr, table: dict, other: Literal = None) -> pl.Expr:  # type: ignore[type-arg]
    """Replaces values; others stay as they are."""
    replacements = {key.strip().lower(): None if to is None else plain(to) for key, to in table.items()}
    default_value = value if other is None else pl.lit(plain(other))
    return value.str.to_lowercase().replace_strict(
        replacements, default=default_value, return_dtype=pl.String
    )


@transform("text", "text", "default('USD')")
def default(value: pl.Expr, text: Literal) -> pl.Expr:
    """Stands where the source is empty."""
    if text is None:
        raise InvalidInputError("default needs a value.", hint="Write default('USD').")
    return value.fill_null(plain(text))


@transform("text", "text", joins=True)
def coalesce(parts: Sequence[pl.Expr]) -> pl.Expr:
    """The first source that is not empty."""
    return pl.coalesce(parts)


# --- lists ------------------------------------------------------------------------------------------------------


@transform("text", "list", "split(',')", inverse=inverse_by("join"))
def split(value: pl.Expr, separator: str = ",") -> pl.Expr:
    """A list from text."""
    if not separator:
        raise InvalidInputError("split needs a separator.", hint="Write split(',').")
    return through(value, partial(values.read_list, separator=separator), TEXTS)


@transform("text", "list")
def split_any(value: pl.Expr) -> pl.Expr:
    """A list from text, cut at ; | , and line ends, and at / & between blanks."""
    return through(value.str.replace_all(r"\s[/&]\s|\n", ";"), values.read_list, TEXTS)


@transform("list", "text", "join(', ')", inverse=inverse_by("split"))
def join(value: pl.Expr, separator: str = ",") -> pl.Expr:
    """A list as text."""
    return value.list.join(separator)


@transform("text", "list")
def json_list(value: pl.Expr) -> pl.Expr:
    """A list from its JSON text."""
    return through(value, values.read_json_list, TEXTS)


# --- text -------------------------------------------------------------------------------------------------------


@transform("text", "text")
def lower(value: pl.Expr) -> pl.Expr:
    """Small letters."""
    return value.str.to_lowercase()


@transform("text", "text")
def upper(value: pl.Expr) -> pl.Expr:
    """Capital letters."""
    return value.str.to_uppercase()


@transform("text", "text")
def title(value: pl.Expr) -> pl.Expr:
    """Each Word Capitalised."""
    return value.str.to_titlecase()


@transform("text", "text")
def strip(value: pl.Expr) -> pl.Expr:
    """Without white space around it."""
    return value.str.strip_chars()


@transform("text", "text")
def strip_uri(value: pl.Expr) -> pl.Expr:
    """The last part of an address or identifier, 'uri://x/grade#9' gives '9'."""
    return value.str.strip_chars_end("/#").str.extract(r"([^/#]+)$", 1)


@transform("text", "text")
def first_word(value: pl.Expr) -> pl.Expr:
    """The given name of 'Ada King Lovelace', or of 'Lovelace, Ada'."""
    return _given_first(value).str.extract(r"^(\S+)", 1)


@transform("text", "text")
def last_words(value: pl.Expr) -> pl.Expr:
    """All but the first word, 'King Lovelace'; of 'Lovelace, Ada' what stands before the comma."""
    before = value.str.extract(r"^\s*([^,]+?)\s*,", 1)
    return pl.coalesce(before, value.str.extract(r"^\s*\S+\s+(.+?)\s*$", 1))


@transform("text", "text", "last_characters(4)")
def last_characters(value: pl.Expr, count: Decimal) -> pl.Expr:
    """The end of a text."""
    if count != int(count) or not 1 <= count <= _LONGEST:
        raise InvalidInputError(
            f"last_characters takes a whole number from 1 to {_LONGEST}.", hint="Write last_characters(4)."
        )
    return value.str.slice(-int(count))


@transform("text", "text", "concat(', ')", joins=True)
def concat(parts: Sequence[pl.Expr], separator: str = " ") -> pl.Expr:
    """Joins the sources that are not empty."""
    joined = pl.concat_str(parts, separator=separator, ignore_nulls=True)
    return pl.when(joined != "").then(joined)


@transform("text", "text", "template('{1}, {2}')", joins=True)
def template(parts: Sequence[pl.Expr], text: str) -> pl.Expr:
    """A text with the sources put in by number; {} takes the next one."""
    pieces, following = [], 0
    for index, piece in enumerate(re.split(r"\{([0-9]{0,3})\}", text)):
        if index % 2 == 0:
            pieces.append(pl.lit(piece))
            continue
        following = int(piece) if piece else following + 1
        if not 1 <= following <= len(parts):
            raise InvalidInputError(
                f"template: there is no source {following}.", hint=f"The field has {len(parts)}."
            )
        pieces.append(parts[following - 1].fill_null(""))
    filled = pl.any_horizontal(part.is_not_null() for part in parts)
    return pl.when(filled).then(pl.concat_str(pieces))


@transform("text", "text", "e164('US')")
def e164(value: pl.Expr, settings: ImportSettings, country: str | None = None) -> pl.Expr:
    """An international telephone number; one that is not valid stays as it is."""
    if country is not None and not values.is_country(country):
        raise InvalidInputError(
            f"There are no telephone numbers of {country!r}.", hint="Use a country code such as 'US'."
        )
    read = partial(values.read_phone, country=country or settings.country)
    return pl.coalesce(through(value, read, pl.String()), value)


@transform("text", "text", "expression('round(value * 1.08, 2)')", joins=True)
def expression(parts: Sequence[pl.Expr], text: str) -> Value:
    """A formula over the sources, see core.engine.mapping.expressions."""
    expr, kind = compile_expression(text, {part.meta.output_name(): part for part in parts})
    return Value(expr, kind)


def _given_first(value: pl.Expr) -> pl.Expr:
    after = value.str.extract(r",\s*(\S.*)$", 1)
    return pl.coalesce(after, value.str.strip_chars())
