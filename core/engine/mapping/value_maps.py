"""Maps the words of a source onto the options of a target: 'TO GO' is takeout, 'Comped' is left empty. Pure.

A choice becomes part of the field's transform (map_values), so an import needs nothing but the mapping. Only what the
target's own reader would read otherwise is written down. Words are compared as map_values compares them: trimmed, and
without regard to case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from core.engine import transforms
from core.engine.plan import ImportSettings
from core.engine.transforms import Call
from core.engine.transforms.left_out.words import split_empty_words, with_empty_words
from core.errors import InvalidInputError
from core.kit import values
from core.schema import target_schema

YES, NO = "true", "false"
"""The options of a target that is yes or no, as map_values writes them."""

_MAP = "map_values"


def options_of(target: str | None) -> tuple[str, ...]:
    """List the options of the target; none where it is not a choice, or a list of them."""
    if target is None:
        return ()
    field = target_schema().field(target)
    if field.is_list:
        return ()
    return (YES, NO) if field.kind == "bool" else field.options


def folded(texts: pl.Series) -> pl.Series:
    """Values as they are compared; null where there is none."""
    name = texts.name
    return (
        texts.to_frame().select(values.filled_text(pl.col(name)).str.to_lowercase().alias(name)).to_series()
    )


def read(
    texts: Sequence[str], transform: str | None, target: str, settings: ImportSettings
) -> list[str | None]:
    """Return the option each value goes to under the transform, None where it cannot be read."""
    field = target_schema().field(target)
    frame = pl.DataFrame({"value": list(texts)}, schema={"value": pl.String})
    expr = transforms.compile_chain(transforms.parse(transform), [pl.col("value")], field, settings)
    return [_option(value) for value in frame.select(expr.alias("option")).to_series().to_list()]


def with_choices(
    transform: str | None, choices: Mapping[str, str | None], target: str, settings: ImportSettings
) -> str | None:
    """Return the transform under which each of the values (folded) goes to its option; None leaves it empty.

    Earlier choices about other values stay. A chain that does something else is replaced, so `choices` should hold
    every value there is. InvalidInputError names an option that is none.
    """
    options = options_of(target)
    if wrong := sorted({option for option in choices.values() if option} - set(options)):
        raise InvalidInputError(
            f"{target} has no option {wrong[0]!r}.", hint=f"It has {', '.join(options) or 'none'}."
        )
    empty_words, transform = split_empty_words(transform)
    table = {**_table(transform), **choices}
    plain = dict(zip(table, read(list(table), None, target, settings), strict=True))
    changes = {value: option for value, option in sorted(table.items()) if plain[value] != option}
    return with_empty_words(empty_words, transforms.show((Call(_MAP, (changes,)),)) if changes else None)


def is_plain(transform: str | None) -> bool:
    """Whether the transform only maps values and words for nothing, so that a choice about some leaves the others."""
    chain = transforms.parse(split_empty_words(transform)[1])
    return all(call.name == _MAP and len(call.arguments) == 1 for call in chain)


def _table(transform: str | None) -> dict[str, str | None]:
    table: dict[str, str | None] = {}
    if is_plain(transform):
        for call in transforms.parse(split_empty_words(transform)[1]):
            table |= {str(value).lower(): option for value, option in call.arguments[0].items()}
    return table


def _option(value: object) -> str | None:
    if isinstance(value, bool):
        return YES if value else NO
    return None if value is None else str(value)


def count(texts: pl.Series) -> dict[str, int]:
    """Folded value -> how often it stands there."""
    counted = folded(texts).drop_nulls().value_counts()
    return {str(value): int(number) for value, number in counted.iter_rows()}
