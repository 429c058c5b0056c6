"""Short forms for declarations, so that an adapter reads like the table in the provider's documentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.engine.sources.contract import Hint


def fields(targets: Mapping[str, str | Hint], *unmapped: str) -> dict[str, Hint]:
    """Hints by source field; a text is the target alone. `unmapped` are fields that have no counterpart."""
    if doubles := targets.keys() & set(unmapped):
        raise ValueError(f"declared both with and without a target: {', '.join(sorted(doubles))}")
    hints = {name: hint if isinstance(hint, Hint) else Hint(hint) for name, hint in targets.items()}
    return hints | {name: Hint(None) for name in unmapped}


def money(target: str, unit: str = "major") -> Hint:
    return Hint(target, unit=unit)


def mapped(target: str, values: Mapping[str, str]) -> Hint:
    """Return a field whose values stand for options of the target, or for yes and no; others stay as they are."""
    return Hint(target, transform=f"map_values({dict(values)!r})")


def flag(target: str, *true_values: str) -> Hint:
    """Return a field that is true for these values."""
    return Hint(target, transform=f"equals({', '.join(map(repr, true_values))})")


def negated(target: str, *false_values: str) -> Hint:
    """Return a field that is false for these values ('true' where none are given)."""
    return Hint(target, transform=f"not_equals({', '.join(map(repr, false_values or ('true',)))})")


def names(text: str) -> tuple[str, ...]:
    """Field names separated by '|'."""
    return tuple(name.strip() for name in text.split("|"))


def listed(target: str) -> Hint:
    """Return a JSON list."""
    return Hint(target, transform="json_list")


def anywhere(paths: tuple[str, ...], below: str = "", *, nearest: bool = False) -> str:
    """All these places as one path; the nearest ancestor has the longest way."""
    return " | ".join(f"{path}{below}" for path in (reversed(paths) if nearest else paths))


def below_zero(hints: Mapping[str, Hint], *counts: str) -> dict[str, Hint]:
    """Return the hints of a record that takes back what another gave: its amounts, and the fields `counts`, below zero.

    The price of one stays above zero.
    """
    return {
        name: replace(hint, transform=f"{'number' if name in counts else 'money'} | negate")
        if name in counts or (hint.unit and not (hint.target or "").endswith(".unit_price"))
        else hint
        for name, hint in hints.items()
    }


def listing(target: str, separator: str = ",") -> Hint:
    """Return a cell that lists several values."""
    return Hint(target, transform=f"split({separator!r})")
