"""Gives proposals the form in which their numbers are read, and the unit of their money"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.match import Evidence
from core.engine.mapping.numbers.readings import NumberField, Reading, readings
from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.proposal import MEMORY, Proposal, StreamSample
from core.engine.plan import ImportSettings
from core.engine.units import MAJOR, UNIT, UNKNOWN, Proof, prove_units, with_conversion, without_conversion

PLANNED = 0.5
"""Suggestions from this confidence on take part in the proof of units."""


def with_readings(
    proposals: Sequence[Proposal], members: Sequence[StreamSample], settings: ImportSettings
) -> list[Proposal]:
    """Return the proposals with the form of their numbers decided, as far as they are of `members`, the streams of one file."""
    samples = {sample.name: sample for sample in members}
    mine = [proposal for proposal in proposals if proposal.stream in samples]
    fields = [_number_field(proposal, samples[proposal.stream]) for proposal in mine]
    read = iter(readings(fields, settings))
    return [
        _read_so(proposal, next(read)) if proposal.stream in samples else proposal for proposal in proposals
    ]


def _number_field(proposal: Proposal, sample: StreamSample) -> NumberField:
    facts = sample.facts.get(proposal.source)
    return NumberField(
        proposal.source,
        proposal.target,
        proposal.transform,
        sample.rows[proposal.source],
        facts.numbers if facts else None,
        is_settled=proposal.origin == "documentation",
        stream=proposal.stream,
    )


def _read_so(proposal: Proposal, reading: Reading) -> Proposal:
    return replace(
        proposal,
        transform=reading.transform,
        evidence=(*proposal.evidence, *reading.evidence),
        question=" ".join(filter(None, (proposal.question, reading.question))),
    )


def with_units(
    proposals: Sequence[Proposal],
    members: Sequence[StreamSample],
    settings: ImportSettings,
    decisions: Sequence[Link],
) -> list[Proposal]:
    """Return the proposals with the unit of their money proved, as far as they are of `members`, the streams of one file."""
    streams = {sample.name: sample.entity for sample in members}
    settled = {(link.stream, link.source) for link in decisions}
    links = [link for link in decisions if link.stream in streams]
    links += [
        Link(
            proposal.stream,
            proposal.source,
            proposal.target,
            proposal.transform,
            False,
            proposal.confidence or 0,
            proposal.position,
        )
        for proposal in proposals
        if proposal.stream in streams
        and proposal.target
        and (proposal.confidence or 0) >= PLANNED
        and (proposal.stream, proposal.source) not in settled
    ]
    hint_units = {
        (sample.name, source): hint.unit
        for sample in members
        for source, hint in sample.hints.items()
        if hint.unit
    }
    rows = {sample.name: sample.rows for sample in members}
    unconverted = [replace(link, transform=without_conversion(link.transform)) for link in links]
    facts = {sample.name: sample.facts for sample in members}
    proofs = prove_units(build_plan(unconverted, streams, settings, facts=facts), rows, hint_units)
    return [
        _converted(proposal, proofs.get((proposal.stream, proposal.target or ""))) for proposal in proposals
    ]


def _converted(proposal: Proposal, proof: Proof | None) -> Proposal:
    if proof is None:
        return proposal
    reasons = "; ".join(proof.reasons)
    text = {
        "minor": f"In cents, divided by 100 ({proof.confidence:.0%} sure): {reasons}.",
        "major": f"Not in cents ({proof.confidence:.0%} sure): {reasons}.",
        UNKNOWN: f"Whether it is in cents could not be proved: {reasons}.",
    }[proof.unit]
    transform = proposal.transform
    if proposal.origin == MEMORY and proof.unit == MAJOR:  # what was in cents elsewhere is not in cents here
        transform = without_conversion(transform)
    reason = Evidence(UNIT, 0.0 if proof.unit == UNKNOWN else round(proof.confidence, 3), text)
    return replace(
        proposal,
        transform=with_conversion(transform, proof),
        evidence=(*proposal.evidence, reason),
    )
