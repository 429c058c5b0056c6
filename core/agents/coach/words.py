"""Write the coach's counts and names. Pure."""

from __future__ import annotations

from core.kit.wording import counted, listed
from core.schema import entity_label

_OF_ONE = {"are": "is", "have": "has", "were": "was", "do": "does"}


def some(count: int, noun: str, verb: str = "") -> str:
    """Format a count with its noun and verb: '1 field', '1,200 fields', '1 field is'."""
    end = f" {_OF_ONE.get(verb, f'{verb}s') if count == 1 else verb}" if verb else ""
    return f"{counted(count, noun)}{end}"


def words(name: str) -> str:
    """Format an entity inside a sentence: 'menu item', 'guest'."""
    return entity_label(name).lower()


def systems(names: tuple[str, ...]) -> str:
    """List source systems by their names: 'Square and Toast'."""
    return listed([name.replace("_", " ").capitalize() for name in names])
