"""Decide the sign of discounts: some programs write what is taken off with a minus, the target holds it without."""

from __future__ import annotations

import polars as pl

from core.engine import transforms
from core.engine.transforms.number_readings import form_of
from core.engine.transforms.registry import Call
from core.kit import values
from core.kit.wording import counted

TAKEN_OFF = frozenset({"order.discount_total", "order_line.discount_amount", "fee.discount_amount"})
"""Fields of amounts that are taken off: positive, and negative only where a refund takes a discount back."""


def turn_discounts(
    target: str | None, transform: str | None, texts: pl.Series
) -> tuple[str | None, str, str]:
    """Return the transform of a column of discounts, why it is turned, and what a person must say; '' for nothing.

    All amounts with a minus are turned. Where most have one and some have none, the two may be discounts and discounts
    taken back, or two ways of writing the same: a person says which.
    """
    calls = transforms.parse(transform)
    if target not in TAKEN_OFF or any(call.name not in {"money", "empty_if"} for call in calls):
        return transform, "", ""
    amounts = values.read_number(texts.drop_nulls().str.strip_chars(), form=form_of(transform), money=True)
    minus, plus = int((amounts < 0).sum()), int((amounts > 0).sum())
    if not minus or minus < plus:
        return transform, "", ""
    if plus:
        question = (
            f"{counted(minus, 'discount')} of {texts.name!r} {'has' if minus == 1 else 'have'} a minus and {plus:,} not."
            " A discount is imported as a positive amount: add negate to the transform if the minus only says that it is"
            " taken off."
        )
        return transform, "", question
    money = () if any(call.name == "money" for call in calls) else (Call("money"),)
    turned = transforms.show((*calls, *money, Call("negate")))
    return turned, f"All discounts of {texts.name!r} have a minus; they are imported as positive amounts.", ""
