"""Applies what the shape of a table says about its columns to the suggestions of their mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.match import Candidate, Evidence
from core.engine.mapping.proposal import Proposal
from core.engine.sources.contract import Hint
from core.engine.sources.reshape.shape import Reading
from core.engine.transforms.arithmetic import SINGLE_AMOUNT
from core.schema import entity_label, target_schema, target_title

SHAPE = "shape"
"""The feature of the evidence that says what the reader made of a table."""

_WEIGHT = 3.5
_SURE = 0.97
_PROBABLE = 0.85
_BY_HAND = frozenset({SINGLE_AMOUNT})
"""Transforms of columns as people type them, whose values do not look like the target's."""

_FREE = ("text", "phone", "id", "ref")
"""Kinds of targets that the look of the values does not contradict."""

_COUNTERPARTS = {
    "menu_item": "item_variant",
    "item_variant": "menu_item",
    "order": "order_line",
    "order_line": "order",
}
"""A record of a group and the record that stands in the same rows."""

_DOCUMENTED = ("documented", "documented_values")


def hints_of_shape(readings: Mapping[str, Reading], domain: str) -> dict[str, Hint]:
    """Return the readings as hints: column -> the target it feeds, or none; targets of other domains are left out."""
    entities = target_schema().domain(domain)

    def is_here(target: str) -> bool:
        return target.partition(".")[0] in entities

    return {
        column: Hint(reading.target, reading.transform, also=tuple(filter(is_here, reading.also)))
        for column, reading in readings.items()
        if not reading.entity and not reading.is_open and (reading.target is None or is_here(reading.target))
    }


def with_shape(firsts: Sequence[Proposal], readings: Mapping[str, Reading], domain: str) -> list[Proposal]:
    """Return the suggestions with the reasons and the questions of the table's shape; its targets are taken by no other column."""
    if not readings:
        return [*firsts]
    claimed_targets = {
        target for reading in readings.values() for target in (reading.target, *reading.also) if target
    }
    return [
        _as_read(
            _of_entity(
                _typed(first, readings[first.source], domain), readings[first.source].entity, claimed_targets
            ),
            readings[first.source],
        )
        if first.source in readings
        else (
            _given_up(first)
            if first.target in claimed_targets and not target_schema().field(first.target).is_list
            else _asked_with_people(first, readings)
        )
        for first in firsts
    ]


def _asked_with_people(first: Proposal, readings: Mapping[str, Reading]) -> Proposal:
    """Return a suggestion about a guardian with the question of the guardians' other columns: part of a person makes none."""
    question_of_people = next(
        (reading.question for reading in readings.values() if reading.question and not reading.target), ""
    )
    is_guardian = (first.target or "").startswith("guardian.")
    return (
        replace(first, question=first.question or question_of_people)
        if question_of_people and is_guardian
        else first
    )


def _typed(first: Proposal, reading: Reading, domain: str) -> Proposal:
    """Return the suggestion of a column that the reading's transform reads, although its values do not look like the target's."""
    is_here = (reading.target or "").partition(".")[0] in target_schema().domain(domain)
    if reading.transform not in _BY_HAND or not is_here:
        return first
    return replace(
        first,
        target=reading.target,
        transform=reading.transform,
        confidence=max(_PROBABLE, first.confidence or 0.0),
    )


def _as_read(first: Proposal, reading: Reading) -> Proposal:
    remaining = tuple(reason for reason in first.evidence if reason.feature not in _DOCUMENTED)
    reason = Evidence(SHAPE, _WEIGHT if reading.target or reading.entity else 0.0, reading.reason)
    is_free_text = first.target is not None and target_schema().field(first.target).kind in _FREE
    confidence = _SURE if is_free_text and first.target == reading.target else first.confidence
    question = reading.question or first.question
    return replace(first, confidence=confidence, evidence=(reason, *remaining), question=question)


def _of_entity(first: Proposal, about: str, claimed_targets: set[str]) -> Proposal:
    """Return the suggestion with a field of the entity that the column is about, where it is one of its counterpart's."""
    entity, _, name = (first.target or "").partition(".")
    if not about or entity != _COUNTERPARTS[about]:
        return (
            replace(first, target=None, transform=None, confidence=None)
            if about and first.target in claimed_targets
            else first
        )
    has_field = name in target_schema().entity(about).fields
    target = f"{about}.{name}" if has_field else _alternative(first, about)
    if target is None or target in claimed_targets:
        question = "" if target else _homeless(first, about)
        return replace(first, target=None, transform=None, confidence=None, question=question)
    return replace(first, target=target, transform=first.transform if has_field else None)


def _homeless(first: Proposal, about: str) -> str:
    """Ask about a column of one record of a group whose field only the other has."""
    entity = entity_label(about).lower()
    title = target_title(first.target)
    return f"{title} is no field of a {entity}, and the column is about each {entity}: exclude it, or choose another target."


def _alternative(model: Proposal, entity: str) -> str | None:
    """Return the likeliest alternative of the entity that is as good as a suggestion."""
    targets = [
        alternative.target for alternative in model.alternatives if alternative.confidence >= AMBER_FROM
    ]
    return next((target for target in targets if target.startswith(f"{entity}.")), None)


def _given_up(first: Proposal) -> Proposal:
    """Return the suggestion of a column whose target another column feeds by the shape of the table."""
    behind = Candidate(first.target or "", first.confidence or 0.0, first.evidence)
    return replace(
        first,
        target=None,
        transform=None,
        confidence=None,
        evidence=(
            Evidence(SHAPE, 0.0, "The shape of the table gives its target to another column."),
            *first.evidence,
        ),
        alternatives=(behind, *first.alternatives),
    )
