"""Check whether values have the type and the form of a target, as an import would read them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from core.engine import transforms
from core.engine.mapping.match.values import has_form
from core.engine.plan import ImportSettings
from core.errors import AppError
from core.schema import Field, target_schema

FORMS: Mapping[str, str] = {
    "money": "amounts of money",
    "int": "whole numbers",
    "decimal": "numbers",
    "percent": "percentages",
    "bool": "yes or no",
    "datetime": "dates, with or without a time",
    "date": "dates",
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "url": "web addresses",
}
"""Kind of a target -> what its values look like, for the middle of a sentence."""

_NAMED_FORMS: Mapping[str, str] = {
    "timezone": "time zones",
    "currency": "currency codes",
    "postal_code": "postal codes",
    "last4": "the last 4 digits of a card",
    "year": "years",
}


def form_of(target: Field) -> str | None:
    """Name the form of the target's values ('phone numbers'); None where any text will do."""
    if target.kind == "enum":
        return f"options of {target.title}"
    return _NAMED_FORMS.get(target.name) or FORMS.get(target.kind)


def count_fitting(values: Sequence[str], target: str, transform: str | None, settings: ImportSettings) -> int:
    """How many of the values the target can take after the transform; 0 where the transform does not fit the target."""
    field = target_schema().field(target)
    frame = pl.DataFrame({"value": list(values)}, schema={"value": pl.String})
    try:
        expr = transforms.compile_chain(transforms.parse(transform), [pl.col("value")], field, settings)
        results = frame.select(expr.alias("value")).to_series().to_list()
    except (AppError, pl.exceptions.PolarsError):
        return 0
    fits = _check_of(field)
    return sum(result is not None and fits(result) for result in results)


def _check_of(field: Field) -> Callable[[object], bool]:
    if field.kind in {"email", "phone", "url"} or field.name in _NAMED_FORMS:
        return lambda value: has_form(str(value), field)
    return lambda _value: True
