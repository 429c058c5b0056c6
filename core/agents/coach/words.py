"""How the coach says numbers and names. Pure."""

from __future__ import annotations

_OF_ONE = {"are": "is", "have": "has", "were": "was", "do": "does"}


def some(count: int, noun: str, verb: str = "") -> str:
    """A count with its noun: '1 field', '1,200 fields'; with a plural's verb put into its form: '1 field is'."""
    end = f" {_OF_ONE.get(verb, f'{verb}s') if count == 1 else verb}" if verb else ""
    return f"{count:,} {noun}{'' if count == 1 else 's'}{end}"


def words(name: str) -> str:
    """'menu_item' as 'menu item'."""
    return name.replace("_", " ")
