"""Keep the id of a person and the person's name together: an id that is taken over alone names somebody whom nothing makes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import Proposal, StreamSample
from core.schema import entity_label, target_schema

COMPANIONS = "companions"
"""The feature of the evidence that says which columns are decided together."""

_MAKES = ("first_name", "last_name", "display_name", "company", "email", "phone")
_BELOW = 0.01
_SETTLED = frozenset({"documentation", "memory"})


def with_companions(proposals: Sequence[Proposal], samples: Sequence[StreamSample]) -> list[Proposal]:
    """Return the proposals of all streams; a reference to a person whom its own row makes is no surer than the person."""
    main_entities = {sample.entity for sample in samples} | {
        (proposal.target or "").partition(".")[0]
        for proposal in proposals
        if (proposal.target or "").endswith(".external_id")
    }
    return [_with_companion(proposal, proposals, main_entities) for proposal in proposals]


def _with_companion(
    proposal: Proposal, proposals: Sequence[Proposal], main_entities: set[str | None]
) -> Proposal:
    field = target_schema().field(proposal.target) if proposal.target else None
    entity = field.refers_to if field and not field.is_list and not field.required else None
    if not entity or entity in main_entities or proposal.origin in _SETTLED or proposal.question:
        return proposal
    targets = {f"{entity}.{name}" for name in _MAKES}
    people = [
        person
        for person in proposals
        if person.stream == proposal.stream and person.target in targets and person.source != proposal.source
    ]
    if not people or "first_name" not in target_schema().entity(entity).fields:
        return proposal
    surest = max(people, key=_certainty)
    confidence = _certainty(surest)
    if confidence >= (proposal.confidence or 0.0):
        return proposal
    label = entity_label(entity).lower()
    text = f"The {label} is made of {proposal.source!r} and {surest.source!r}: neither is taken over without the other."
    return replace(
        proposal, confidence=confidence, evidence=(*proposal.evidence, Evidence(COMPANIONS, 0.0, text))
    )


def _certainty(proposal: Proposal) -> float:
    """Return the confidence of a proposal, below amber where it waits for an answer."""
    confidence = proposal.confidence or 0.0
    return min(confidence, AMBER_FROM - _BELOW) if proposal.question else confidence
