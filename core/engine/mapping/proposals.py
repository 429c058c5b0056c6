"""Proposes where every source field goes and how: the matcher's choice, the transform it needs, the unit of its money.

Pure, so that a file can be judged without a database. What a recognised source documents goes before what names and
values suggest; nothing here overrules a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from core.engine.mapping import units
from core.engine.mapping.match import Candidate, Evidence, Suggestion, suggest
from core.engine.mapping.plans import Link
from core.engine.plan import Plan
from core.engine.sources.contract import Hint
from core.engine.sources.profile import FieldProfile, profile_frame
from core.engine.validation.money_proof import UNKNOWN, Proof
from core.kit.text import tokens
from core.schema import target_schema

PLANNED = 0.5
"""Suggestions from this confidence on take part in the proof of units."""

UNIT = "unit"
"""The feature of the evidence that says how the unit was proved, or that it was not."""

_NEGATIONS = frozenset(
    {"archived", "hidden", "inactive", "deleted", "disabled", "terminated", "unsubscribed", "optout"}
)
_NOT_TRUE = "not_equals('true', 'yes', 'y', 't', '1')"


@dataclass(frozen=True, slots=True)
class StreamSample:
    """What a stream is judged by: some of its rows as text, and the documentation where its source is recognised.

    `known` is False for a record that a recognised source does not declare: it belongs to nothing and is left alone.
    `file` joins streams whose amounts have one unit.
    """

    name: str
    entity: str | None
    rows: pl.DataFrame
    hints: Mapping[str, Hint] = field(default_factory=dict)
    known: bool = True
    file: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One source field and one target; a field that feeds several targets has several, slot 0, 1, …

    `confidence` is None where nothing fits. `profile` is what the column was judged by.
    """

    stream: str
    source: str
    slot: int
    position: int
    target: str | None
    transform: str | None
    confidence: float | None
    evidence: tuple[Evidence, ...]
    alternatives: tuple[Candidate, ...]
    profile: FieldProfile


def propose(samples: Sequence[StreamSample], frame: Plan, decided: Sequence[Link] = ()) -> list[Proposal]:
    """Proposals for every field, in the order of streams and columns. `decided`: links a person chose, as context."""
    proposals = [one for sample in samples for one in _of_stream(sample, frame.domain)]
    files = {sample.file: [one for one in samples if one.file == sample.file] for sample in samples}
    for members in files.values():
        proposals = _with_units(proposals, members, frame, decided)
    return proposals


def _of_stream(sample: StreamSample, domain: str) -> Iterator[Proposal]:
    profiles = profile_frame(sample.name, sample.rows)
    if not sample.known:
        reason = Evidence("record", 0.0, "The source's documentation does not say what these records are.")
        for profile in profiles:
            place = (sample.name, profile.source, 0, profile.position)
            yield Proposal(*place, None, None, None, (reason,), (), profile)
        return
    suggestions = suggest(profiles, domain, hints=sample.hints or None, entity=sample.entity)
    taken = {suggestion.target for suggestion in suggestions}
    for profile, suggestion in zip(profiles, suggestions, strict=True):
        hint = sample.hints.get(profile.source)
        yield from _of_field(profile, suggestion, hint, taken)


def _of_field(
    profile: FieldProfile, suggestion: Suggestion, hint: Hint | None, taken: set[str | None]
) -> Iterator[Proposal]:
    target = None if profile.filled == 0 and hint is None else suggestion.target
    documented = hint is not None and hint.target == target
    transform = hint.transform if hint and documented else _transform(profile, target)
    if hint is None and _is_a_mark(profile, target):
        target, transform = None, None
    first = Proposal(
        profile.stream,
        profile.source,
        0,
        profile.position,
        target,
        transform,
        suggestion.confidence if target else None,
        suggestion.evidence,
        suggestion.alternatives,
        profile,
    )
    yield first
    also: list[tuple[str, str | None]] = []
    if hint and documented:
        also = [(other, None) for other in hint.also]
    if (
        target
        and transform == "first_word"
        and (other := target.replace("first_name", "last_name")) not in taken
    ):
        also.append((other, "last_words"))
    for slot, (other, how) in enumerate(also, start=1):
        yield replace(first, slot=slot, target=other, transform=how, alternatives=())


def _is_a_mark(profile: FieldProfile, target: str | None) -> bool:
    """A column of yes and no about one thing named in its header is no list of things."""
    return bool(target) and target_schema().field(target or "").is_list and profile.kind == "bool"


def _transform(profile: FieldProfile, target: str | None) -> str | None:
    """What the values need before the target's own reader can take them, where names and values show it."""
    if target is None:
        return None
    wanted, words = target_schema().field(target), set(tokens(profile.source))
    if profile.kind == "epoch" and wanted.kind in ("date", "datetime"):
        return "epoch_ms"
    if wanted.name == "first_name" and not words & {"first", "given", "fore"} and profile.words >= 1.5:
        return "first_word"
    if wanted.kind == "bool" and (words & _NEGATIONS or {"opt", "out"} <= words):
        return _NOT_TRUE if wanted.name in ("is_active", "marketing_opt_in") else None
    if wanted.kind == "percent" and profile.high is not None and 0 < profile.high <= 1 and profile.whole < 1:
        return "fraction_to_percent"
    return None


# --- units of money -----------------------------------------------------------------------------------------------


def _with_units(
    proposals: Sequence[Proposal], members: Sequence[StreamSample], frame: Plan, decided: Sequence[Link]
) -> list[Proposal]:
    streams = {sample.name: sample.entity for sample in members}
    settled = {(link.stream, link.source) for link in decided}
    links = [link for link in decided if link.stream in streams]
    links += [
        Link(one.stream, one.source, one.target, one.transform, False, one.confidence or 0, one.position)
        for one in proposals
        if one.stream in streams
        and one.target
        and (one.confidence or 0) >= PLANNED
        and (one.stream, one.source) not in settled
    ]
    hint_units = {
        (sample.name, source): hint.unit
        for sample in members
        for source, hint in sample.hints.items()
        if hint.unit
    }
    rows = {sample.name: sample.rows for sample in members}
    proofs = units.prove(links, streams, rows, hint_units, frame)
    return [_converted(one, proofs.get((one.stream, one.target or ""))) for one in proposals]


def _converted(proposal: Proposal, proof: Proof | None) -> Proposal:
    if proof is None:
        return proposal
    said = "; ".join(proof.reasons)
    text = {
        "minor": f"In cents, divided by 100 ({proof.confidence:.0%} sure): {said}.",
        "major": f"Not in cents ({proof.confidence:.0%} sure): {said}.",
        UNKNOWN: f"Whether it is in cents could not be proved: {said}.",
    }[proof.unit]
    reason = Evidence(UNIT, 0.0 if proof.unit == UNKNOWN else round(proof.confidence, 3), text)
    return replace(
        proposal,
        transform=units.with_unit(proposal.transform, proof),
        evidence=(*proposal.evidence, reason),
    )
