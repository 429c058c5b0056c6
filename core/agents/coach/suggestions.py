"""Suggest targets for named fields, with samples if there are any, without a migration. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.engine.mapping.match import Candidate, Evidence, Suggestion, suggest
from core.engine.sources.profile import profile_samples

SourceFields = Mapping[str, Sequence[object]] | Sequence[tuple[str, Sequence[object]]]
"""Source field -> some of its values; as pairs where names repeat."""


@dataclass(frozen=True, slots=True)
class FieldSuggestion:
    """`target_field` None: nothing in the schema fits, and `confidence` is how sure that is. `alternatives`: best first."""

    source_field: str
    target_field: str | None
    confidence: float
    reasoning: str
    alternatives: tuple[tuple[str, float], ...]


def suggest_fields(fields: SourceFields, domain: str) -> list[FieldSuggestion]:
    """Suggest a target for each field, in their order, as columns of one table.

    InvalidInputError where there is no such domain.
    """
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    profiles = [
        profile_samples(name, values, position=position) for position, (name, values) in enumerate(pairs)
    ]
    return [_field_suggestion(suggestion) for suggestion in suggest(profiles, domain)]


def suggest_among(source_field: str, targets: Collection[str], domain: str) -> FieldSuggestion | None:
    """Choose the best of `targets` for a field by its name alone; None where the matcher considers none of them."""
    (suggestion,) = suggest([profile_samples(source_field, [])], domain)
    target_candidate = (
        (Candidate(suggestion.target, suggestion.confidence, suggestion.evidence),)
        if suggestion.target
        else ()
    )
    best = next(
        (
            candidate
            for candidate in (*target_candidate, *suggestion.alternatives)
            if candidate.target in targets
        ),
        None,
    )
    if best is None:
        return None
    return FieldSuggestion(source_field, best.target, best.confidence, _strongest(best.evidence), ())


def _field_suggestion(suggestion: Suggestion) -> FieldSuggestion:
    return FieldSuggestion(
        suggestion.source,
        suggestion.target,
        suggestion.confidence,
        _strongest(suggestion.evidence),
        tuple((alternative.target, alternative.confidence) for alternative in suggestion.alternatives),
    )


def _strongest(evidence: Sequence[Evidence]) -> str:
    """Return the strongest reason; evidence is strongest first."""
    return evidence[0].text if evidence else "No reason spoke for or against any target."
