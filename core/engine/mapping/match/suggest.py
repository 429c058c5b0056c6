"""The public verb of the matcher, and the values it returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.engine.mapping.match.assignment import assign, solver
from core.engine.mapping.match.features import Pairs, build_pairs, observe
from core.engine.mapping.match.languages import english_names, language_of
from core.engine.mapping.match.lexicon import Doubles, Lexicon, lexicon
from core.engine.mapping.match.model import (
    NONE_TERMS,
    Model,
    confidence,
    confidence_terms,
    log_odds,
    none_values,
    trained_model,
)
from core.engine.mapping.match.reasons import (
    FAMILY_SHARES,
    Evidence,
    alone_reasons,
    hint_reasons,
    reasons,
)
from core.engine.mapping.match.values import contradicts
from core.engine.mapping.match.vocabulary import Language
from core.engine.sources.contract import Hint
from core.engine.sources.profile import FieldProfile
from core.schema import target_schema

_ALTERNATIVES = 5
_DOCUMENTED = 0.97  # confidence in what the documentation of a known source says
_CONTRADICTED = 0.60  # and when the values cannot be read as its type: for a person to look at


@dataclass(frozen=True, slots=True)
class Candidate:
    """A target that could also be meant, with the probability the model gives it."""

    target: str
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a source field most likely is. With target None the confidence is that nothing in the schema fits.

    Confidences are calibrated: of all suggestions at 0.8, eight in ten were right on systems never seen before.
    `alternatives` are best first, without the target.
    """

    stream: str
    source: str
    target: str | None
    confidence: float
    evidence: tuple[Evidence, ...]
    alternatives: tuple[Candidate, ...]


def preload(domain: str) -> None:
    """Load what suggesting for a domain needs: half a second, which may pass while something else is waited for."""
    solver()
    lexicon(domain)
    trained_model()


def suggest(
    fields: Sequence[FieldProfile],
    domain: str,
    *,
    hints: Mapping[str, Hint] | None = None,
    entity: str | None = None,
) -> list[Suggestion]:
    """One suggestion per field, in their order. `fields` are all fields of one stream: they are each other's context.

    `hints` (by source field) and `entity` are given when the source is known; without them nothing is assumed of it.
    Raises InvalidInputError when there is no such domain.
    """
    words = lexicon(domain)
    if not fields:
        return []
    model = trained_model()
    pairs = build_pairs(observe(fields, words), model.entities, words, entity)
    probabilities = model.probabilities(pairs)
    choice = assign(pairs, probabilities, model.bias, model.repeat)
    sure = confidence(model.fits, confidence_terms(probabilities, choice, pairs))
    alone = confidence(model.lacks, np.column_stack([log_odds(probabilities[:, -1]), np.ones(len(fields))]))
    effects = model.effects(pairs.values, len(fields), FAMILY_SHARES)
    without = none_values(pairs.values, len(fields))
    suggestions = [
        _suggestion(row, field, int(choice[row]), float((alone if choice[row] == probabilities.shape[1] - 1 else sure)[row]),
                    pairs, probabilities, effects[row], without[row], words, model)
        for row, field in enumerate(fields)
    ]  # fmt: skip
    suggestions = _with_languages(suggestions)
    if hints:
        suggestions = [
            _as_documented(suggestion, field, hints[field.source], words)
            if field.source in hints
            else suggestion
            for suggestion, field in zip(suggestions, fields, strict=True)
        ]
    return suggestions


def _suggestion(  # noqa: PLR0913, PLR0917  (one row of everything the stages found)
    row: int, field: FieldProfile, choice: int, sure: float,
    pairs: Pairs, probabilities: Doubles, effects: Doubles, without: Doubles, words: Lexicon, model: Model,
) -> Suggestion:  # fmt: skip
    width = probabilities.shape[1] - 1
    candidates = slice(row * width, (row + 1) * width)
    targets, values = pairs.target[candidates], pairs.values[candidates]
    order = [
        int(index) for index in np.argsort(-probabilities[row, :width], kind="stable") if index != choice
    ]

    def why(index: int) -> tuple[Evidence, ...]:
        return reasons(
            effects[index], values[index], words.targets[int(targets[index])], field, pairs.field_names[row]
        )

    if choice < width:
        evidence = why(choice)
    else:
        evidence = alone_reasons(
            dict(zip(NONE_TERMS, map(float, without), strict=True)),
            dict(zip(NONE_TERMS, map(float, model.none_weights), strict=True)),
        )
    return Suggestion(
        stream=field.stream,
        source=field.source,
        target=words.targets[int(targets[choice])].key if choice < width else None,
        confidence=sure,
        evidence=evidence,
        alternatives=tuple(
            Candidate(words.targets[int(targets[index])].key, float(probabilities[row, index]), why(index))
            for index in order[:_ALTERNATIVES]
        ),
    )


def _with_languages(suggestions: list[Suggestion]) -> list[Suggestion]:
    """Return the suggestions of a table in another language, each with what its header was read as."""
    headers = tuple(suggestion.source for suggestion in suggestions)
    language = language_of(headers)
    if language is None:
        return suggestions
    english = english_names(headers)
    return [
        replace(
            suggestion,
            evidence=(*suggestion.evidence, _language_reason(language, english[suggestion.source])),
        )
        if suggestion.source in english
        else suggestion
        for suggestion in suggestions
    ]


def _language_reason(language: Language, name: str) -> Evidence:
    return Evidence("language", 0.0, f"The table's headers are {language.title}; read as '{name}'.")


def _as_documented(suggestion: Suggestion, field: FieldProfile, hint: Hint, words: Lexicon) -> Suggestion:
    """Return the documented target in front, what the matcher found behind it."""
    target = target_schema().field(hint.target) if hint.target else None
    doubtful = target is not None and contradicts(field, target)
    behind = suggestion.alternatives
    if suggestion.target and suggestion.target != hint.target:
        behind = (Candidate(suggestion.target, suggestion.confidence, suggestion.evidence), *behind)
    schema_targets = {field.key for field in words.targets}
    return Suggestion(
        stream=suggestion.stream,
        source=suggestion.source,
        target=hint.target,
        confidence=_CONTRADICTED if doubtful else _DOCUMENTED,
        evidence=(*hint_reasons(target, field, doubtful=doubtful), *_evidence_for(suggestion, hint.target)),
        alternatives=tuple(
            candidate
            for candidate in behind
            if candidate.target != hint.target and candidate.target in schema_targets
        )[:_ALTERNATIVES],
    )


def _evidence_for(suggestion: Suggestion, target: str | None) -> tuple[Evidence, ...]:
    """Return the matcher's evidence for this very target; empty where it was no candidate."""
    if suggestion.target == target:
        return suggestion.evidence
    return next(
        (alternative.evidence for alternative in suggestion.alternatives if alternative.target == target), ()
    )
