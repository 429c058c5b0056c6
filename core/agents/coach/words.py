"""Write names of entities and source systems for the coach. Pure."""

from __future__ import annotations

from core.kit.wording import as_words, listed
from core.schema import entity_label


def entity_noun(name: str) -> str:
    """Format an entity inside a sentence: 'menu item', 'guest'."""
    return entity_label(name).lower()


def systems(names: tuple[str, ...]) -> str:
    """List source systems by their names: 'Square and Toast'."""
    return listed([as_words(name).capitalize() for name in names])
