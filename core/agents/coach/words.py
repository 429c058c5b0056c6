"""Write the coach's counts and names. Pure."""

from __future__ import annotations

from core.kit.wording import counted, listed
from core.schema import entity_label

_OF_ONE = {"are": "is", "have": "has", "were": "was", "do": "does"}


def some(count: int, noun: str, verb: str = "") -> str:
    """A count with its noun: '1 field', '1,200 fields'; with a plural's verb put into its form: '1 field is'."""
    end = f" {_OF_ONE.get(verb, f'{verb}s') if count == 1 else verb}" if verb else ""
    return f"{counted(count, noun)}{end}"


def words(name: str) -> str:
    """An entity inside a sentence: 'menu item', 'guest'."""
    return entity_label(name).lower()


def systems(names: tuple[str, ...]) -> str:
    """Source systems by their names: 'Square and Toast'."""
    return listed([name.replace("_", " ").capitalize() for name in names])
