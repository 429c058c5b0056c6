"""Apply claims of columns on targets to the suggestions of a stream: a claim never takes what is documented or remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.match import Candidate, Evidence
from core.engine.mapping.proposal import Proposal, StreamSample, without_target
from core.schema import target_schema

COMMERCE = "commerce"
"""The feature of the evidence that says what a column of a shop or a till is."""

_WEIGHT = 2.0
_CERTAIN = 0.9
_SETTLED = frozenset({"documentation", "memory"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A column that feeds a target by its name, its values and the columns beside it, and one sentence that says why.

    `is_proved`: its values leave no other reading, whatever its name suggests. `question`: what a person must say first.
    """

    target: str
    confidence: float
    reason: str
    transform: str | None = None
    is_proved: bool = False
    question: str = ""


def with_claims(firsts: Sequence[Proposal], claims: Mapping[str, Claim]) -> list[Proposal]:
    """Return the suggestions with the claims (column -> claim); what claims the same target less surely is given up."""
    valid = {source: claim for source, claim in claims.items() if _holds(source, claim, firsts, claims)}
    targets = {claim.target for claim in valid.values() if not target_schema().field(claim.target).is_list}
    adjusted = []
    for first in firsts:
        if claim := valid.get(first.source):
            adjusted.append(_claimed(first, claim))
        elif first.target in targets and first.origin not in _SETTLED:
            reason = Evidence(COMMERCE, 0.0, "Another column of the table is its target.")
            adjusted.append(without_target(first, reason))
        else:
            adjusted.append(first)
    return adjusted


def _holds(source: str, claim: Claim, firsts: Sequence[Proposal], claims: Mapping[str, Claim]) -> bool:
    """Tell whether nothing surer speaks against a claim: about its column, or about its target."""
    for first in firsts:
        confidence = first.confidence or 0.0
        if first.source != source:
            is_rival = first.target == claim.target and first.source not in claims
            if is_rival and (first.origin in _SETTLED or confidence >= max(claim.confidence, _CERTAIN)):
                return False
        elif (
            first.origin in _SETTLED
            or first.question
            or (
                first.target not in {claim.target, None}
                and not claim.is_proved
                and confidence >= max(claim.confidence, _CERTAIN)
            )
        ):
            return False
    return True


def _claimed(first: Proposal, claim: Claim) -> Proposal:
    reason = Evidence(COMMERCE, _WEIGHT, claim.reason)
    if first.target == claim.target:
        return replace(
            first,
            transform=first.transform or claim.transform,
            confidence=max(first.confidence or 0.0, claim.confidence),
            evidence=(reason, *first.evidence),
            question=claim.question,
        )
    behind = [alternative for alternative in first.alternatives if alternative.target != claim.target]
    if first.target:
        behind.insert(0, Candidate(first.target, first.confidence or 0.0, first.evidence))
    return replace(
        first,
        target=claim.target,
        transform=claim.transform,
        confidence=claim.confidence,
        evidence=(reason,),
        alternatives=tuple(behind),
        question=claim.question,
    )


def is_free(first: Proposal, sample: StreamSample) -> bool:
    """Tell whether a column may be claimed: it has values, and the shape of its table does not say what it is."""
    reading = sample.readings.get(first.source)
    is_read = reading is not None and (reading.target is not None or not reading.entity)
    return bool(first.profile.filled) and not is_read and not first.question and first.origin not in _SETTLED


def is_sure(firsts: Iterable[Proposal], *targets: str) -> bool:
    """Tell whether a column is well supported for one of the targets."""
    return any(first.target in targets and (first.confidence or 0.0) >= AMBER_FROM for first in firsts)
