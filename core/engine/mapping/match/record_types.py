"""Ranks the record types that a table may hold, by all its columns together."""

from __future__ import annotations

from collections.abc import Sequence

from core.engine.mapping.match.context import weigh_groups
from core.engine.mapping.match.features import observe
from core.engine.mapping.match.lexicon import lexicon
from core.engine.mapping.match.model import trained_model
from core.engine.sources.profile import FieldProfile

MOST = 4
"""Record types that are kept of a table: the likeliest and its rivals."""


def rank_record_types(fields: Sequence[FieldProfile], domain: str) -> list[tuple[str | None, float]]:
    """Rank the entities of the domain, and None for none of them, with the chance of each; the likeliest first.

    `fields` are all fields of one table. Empty where the table has no field of its own, outside its lists.
    """
    words = lexicon(domain)
    if not fields:
        return []
    observed = observe(fields, words)
    chances = weigh_groups(observed.groups, trained_model().entities, words, observed.stream)
    root = chances.get("")
    if root is None:
        return []
    ranked: list[tuple[str | None, float]] = [
        (entity, float(chance)) for entity, chance in zip(words.entities, root, strict=True)
    ]
    ranked.append((None, max(0.0, 1.0 - float(root.sum()))))
    return sorted(ranked, key=lambda pair: -pair[1])
