"""The reading of a transform: the call that says in which form the numbers of its columns are written"""

from __future__ import annotations

from dataclasses import asdict

from core.engine.transforms import language
from core.engine.transforms.registry import TRANSFORMS, Call
from core.kit.values import PLAIN, NumberForm

READERS = {"money": "money", "percent": "percent", "decimal": "number", "int": "number"}
"""Kind of a field -> the transform that reads its numbers."""

_NAMES = frozenset(READERS.values())


def has_reading(transform: str | None) -> bool:
    """Tell whether a transform says itself how numbers are read."""
    return any(call.name in _NAMES for call in language.parse(transform))


def split_reading(transform: str | None) -> tuple[str, str]:
    """Return a transform up to the call that reads its numbers, and what follows; '' for either that is empty."""
    chain = language.parse(transform)
    index = next((position for position, call in enumerate(chain, start=1) if call.name in _NAMES), 0)
    return language.show(chain[:index]), language.show(chain[index:])


def form_of(transform: str | None) -> NumberForm:
    """Return the form in which a transform reads numbers."""
    for call in language.parse(transform):
        if call.name in _NAMES:
            return NumberForm(**call.keywords)
    return PLAIN


def with_form(transform: str | None, form: NumberForm, kind: str) -> str | None:
    """Return the transform with numbers read in `form`, for a field of `kind`; None where nothing needs to be said.

    The reading stands before the first call that takes a number, or at the end of calls that change texts.
    """
    chain = language.parse(transform)
    reading = _reading(form, kind)
    calls = tuple(call for call in chain if call.name not in _NAMES)
    index = next((i for i, call in enumerate(chain) if call.name in _NAMES), None)
    if index is None:
        numeric = (i for i, call in enumerate(calls) if TRANSFORMS[call.name].takes == "number")
        index = next(numeric, len(calls))
        if index == len(calls) and any(TRANSFORMS[call.name].gives != "text" for call in calls):
            return transform
    parts = (*calls[:index], *reading, *calls[index:])
    return language.show(parts) or None


def _reading(form: NumberForm, kind: str) -> tuple[Call, ...]:
    """Return the call that reads numbers in the form; none for the usual one."""
    allowed = {
        "percent": {"decimal_comma", "strict"},
        "money": {"decimal_comma", "indian", "strict", "negative"},
    }
    names = allowed.get(kind, {"decimal_comma", "indian", "strict"})
    keywords = {name: value for name, value in asdict(form).items() if value and name in names}
    return (Call(READERS[kind], (), keywords),) if keywords else ()
