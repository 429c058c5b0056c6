"""Invert calls of transforms: the call that takes a value back; None where none does exactly."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from core.engine.transforms.registry import Call
from core.kit import times, values


def inverse_by(name: str) -> Callable[[Call], Call]:
    return lambda call: Call(name, call.arguments, call.keywords)


def inverse_of_divide(call: Call) -> Call | None:
    (by,) = call.arguments or tuple(call.keywords.values())
    exact = by and (Decimal(1) / by) == round(Decimal(1) / by, values.NUMBER.scale or 0)
    return Call("multiply", (by,)) if exact else None


def inverse_of_multiply(call: Call) -> Call | None:
    (by,) = call.arguments or tuple(call.keywords.values())
    return Call("divide", (by,)) if by else None


def inverse_of_map(call: Call) -> Call | None:
    table = call.arguments[0]
    back = {value: key for key, value in table.items()}
    return Call("map_values", (back,)) if len(call.arguments) == 1 and len(back) == len(table) else None


def inverse_of_parse_date(call: Call) -> Call | None:
    if {"order", "excel", "until"} & set(call.keywords):
        return None
    form = call.arguments[0] if call.arguments else call.keywords.get("fmt")
    return Call("format_date", (form,)) if form and not times.HOLDS_TIME.search(form) else None
