"""Ranks the record types that a table may hold, and suggests its fields once a person chose one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.engine.mapping.match.context import weigh_groups
from core.engine.mapping.match.features import observe
from core.engine.mapping.match.lexicon import lexicon
from core.engine.mapping.match.model import trained_model
from core.engine.mapping.match.reasons import Evidence
from core.engine.mapping.match.suggest import Candidate, Suggestion, suggest
from core.engine.sources.contract import Hint
from core.engine.sources.profile import FieldProfile
from core.schema import entity_label, target_schema

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


def suggest_settled(
    fields: Sequence[FieldProfile], domain: str, entity: str, *, hints: Mapping[str, Hint] | None = None
) -> list[Suggestion]:
    """Suggest the fields of a table whose record type a person chose, as `suggest` does.

    The table is read as if it were named after the type. A target of an entity that has nothing to do with it is left
    among the alternatives.
    """
    renamed = [replace(field, stream=entity.replace("_", " ")) for field in fields]
    related = related_entities(entity, domain)
    return [
        replace(_within(suggestion, entity, related), stream=field.stream)
        for suggestion, field in zip(
            suggest(renamed, domain, hints=hints, entity=entity), fields, strict=True
        )
    ]


def related_entities(entity: str, domain: str) -> frozenset[str]:
    """Return the entity, those it refers to and those that refer to it."""
    entities = target_schema().domain(domain)
    referred = {field.refers_to for field in entities[entity].references if field.refers_to}
    referring = {
        name
        for name, other in entities.items()
        if any(field.refers_to == entity for field in other.references)
    }
    return frozenset({entity, *referred, *referring})


def _within(suggestion: Suggestion, entity: str, related: frozenset[str]) -> Suggestion:
    """Return the suggestion, without its target where that is of an entity that is not related."""
    if suggestion.target is None or suggestion.target.partition(".")[0] in related:
        return suggestion
    candidate = Candidate(suggestion.target, suggestion.confidence, suggestion.evidence)
    reason = Evidence("record", 0.0, f"The table's record type is {entity_label(entity)}.")
    return replace(
        suggestion,
        target=None,
        confidence=1 - suggestion.confidence,
        evidence=(reason, *suggestion.evidence),
        alternatives=(candidate, *suggestion.alternatives[:-1]),
    )
