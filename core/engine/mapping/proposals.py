"""Proposes where every source field goes and how: the matcher's choice, the transform it needs, the unit of its money.

Pure, so that a file can be judged without a database. A customer's own decisions about the same columns go first, then
what a recognised source documents, then what names and values suggest; what other customers decided is a hint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log

import polars as pl

from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.match import Candidate, Evidence, Suggestion, suggest
from core.engine.mapping.match.values import contradicts
from core.engine.mapping.memory.trust import HINT, Recollection
from core.engine.mapping.plans import Link, build_plan
from core.engine.plan import ImportSettings
from core.engine.sources.contract import Hint
from core.engine.sources.profile import FieldProfile, profile_frame
from core.engine.units import MAJOR, UNIT, UNKNOWN, Proof, prove_units, with_conversion, without_conversion
from core.kit.text import tokens
from core.schema import target_schema, target_title

Recalled = Mapping[tuple[str, str], Recollection]
"""(stream, source field) -> what people decided about it before."""

PLANNED = 0.5
"""Suggestions from this confidence on take part in the proof of units."""

MEMORY = "memory"
"""The feature of the evidence that says what people decided before, and the origin of what follows from it."""

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

    `confidence` is None where nothing fits. `profile` is what the column was judged by. `origin`: rules,
    documentation or memory.
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
    origin: str = "rules"


def propose(
    samples: Sequence[StreamSample],
    settings: ImportSettings,
    decided: Sequence[Link] = (),
    recalled: Recalled | None = None,
) -> list[Proposal]:
    """Proposals for every field, in the order of streams and columns. `decided`: links a person chose, as context."""
    proposals = [one for sample in samples for one in _of_stream(sample, settings.domain, recalled or {})]
    files = {sample.file: [one for one in samples if one.file == sample.file] for sample in samples}
    for members in files.values():
        proposals = with_units(proposals, members, settings, decided)
    return proposals


def _of_stream(sample: StreamSample, domain: str, recalled: Recalled) -> Iterator[Proposal]:
    profiles = profile_frame(sample.name, sample.rows)
    if not sample.known:
        reason = Evidence("record", 0.0, "The source's documentation does not say what these records are.")
        for profile in profiles:
            place = (sample.name, profile.source, 0, profile.position)
            yield Proposal(*place, None, None, None, (reason,), (), profile)
        return
    suggestions = suggest(profiles, domain, hints=sample.hints or None, entity=sample.entity)
    by_rules = [
        _by_rules(profile, suggestion, sample.hints.get(profile.source))
        for profile, suggestion in zip(profiles, suggestions, strict=True)
    ]
    firsts = _with_memory(by_rules, recalled)
    taken = {suggestion.target for suggestion in suggestions} | {first.target for first in firsts}
    for first in firsts:
        yield first
        yield from _further(first, sample.hints.get(first.source), taken)


def _by_rules(profile: FieldProfile, suggestion: Suggestion, hint: Hint | None) -> Proposal:
    target = None if profile.filled == 0 and hint is None else suggestion.target
    documented = hint is not None and hint.target == target
    transform = hint.transform if hint and documented else transform_for(profile, target)
    if hint is None and _is_a_mark(profile, target):
        target, transform = None, None
    return Proposal(
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
        "documentation" if any(reason.feature == "documented" for reason in suggestion.evidence) else "rules",
    )


def _further(first: Proposal, hint: Hint | None, taken: set[str | None]) -> Iterator[Proposal]:
    """The other targets that a field feeds besides its first."""
    also: list[tuple[str, str | None]] = []
    if hint and hint.target == first.target:
        also = [(other, None) for other in hint.also]
    if (
        first.target
        and first.transform == "first_word"
        and (other := first.target.replace("first_name", "last_name")) not in taken
    ):
        also.append((other, "last_words"))
    for slot, (other, how) in enumerate(also, start=1):
        yield replace(first, slot=slot, target=other, transform=how, alternatives=())


def _is_a_mark(profile: FieldProfile, target: str | None) -> bool:
    """A column of yes and no about one thing named in its header is no list of things."""
    return bool(target) and target_schema().field(target or "").is_list and profile.kind == "bool"


def transform_for(profile: FieldProfile, target: str | None) -> str | None:
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


# --- what people decided before -----------------------------------------------------------------------------------


def _with_memory(firsts: Sequence[Proposal], recalled: Recalled) -> list[Proposal]:
    """Memory beside rules: what people decided is suggested, and never costs a field a well-supported suggestion."""
    entities = {first.target.partition(".")[0] for first in firsts if first.target}
    rivals = {first.target: first for first in firsts if first.target and _is_supported(first)}
    told = [
        _recalled(first, recalled.get((first.stream, first.source)), entities, rivals) for first in firsts
    ]
    claimed = {
        new.target
        for old, new in zip(firsts, told, strict=True)
        if new.target and new.target != old.target and not target_schema().field(new.target).is_list
    }
    return [_given_up(one) if one.origin != MEMORY and one.target in claimed else one for one in told]


def _is_supported(one: Proposal) -> bool:
    """Whether documentation stands behind the suggestion, or the matcher is at least amber."""
    return one.target is not None and (one.origin == "documentation" or (one.confidence or 0.0) >= AMBER_FROM)


def _recalled(
    first: Proposal, said: Recollection | None, entities: set[str], rivals: Mapping[str, Proposal]
) -> Proposal:
    """The proposal as memory has it, unless the values contradict it or a well-supported suggestion stands.

    A decision in a stream with other columns only speaks for what the matcher considers possible here, about records
    that the stream has (`entities`), where it is surer than the rules and where the source documents nothing. Other
    customers do not take a target from a column that it suits well (`rivals`).
    """
    if said is None:
        return first
    if said.target == first.target:
        return _agreed(first, said)
    possible = {alternative.target for alternative in first.alternatives}
    here = (said.target or "").partition(".")[0] in entities and first.origin != "documentation"
    surer = said.confidence > (first.confidence or 0)
    if not said.exact and not (said.target in possible and surer and here):
        return first
    if why := _against(first, said, rivals):
        return _stopped(first, said, why)
    if _is_supported(first) and not (said.own and said.exact and said.target):
        return _doubted(first, said)
    behind = [alternative for alternative in first.alternatives if alternative.target != said.target]
    if first.target:
        behind.insert(0, Candidate(first.target, first.confidence or 0.0, first.evidence))
    return replace(
        first,
        target=said.target,
        transform=said.transform or transform_for(first.profile, said.target),
        confidence=said.confidence if said.target else None,
        evidence=(_memory_reason(said), *first.evidence),
        alternatives=tuple(behind),
        origin=MEMORY,
    )


def _against(first: Proposal, said: Recollection, rivals: Mapping[str, Proposal]) -> str:
    """Why a remembered target is not suggested here; '' where nothing speaks against it."""
    if said.target is None:
        return ""
    target = target_schema().field(said.target)
    if contradicts(first.profile, target):
        return f"the values cannot be read as {target.kind}"
    rival = rivals.get(said.target)
    return (
        f"{rival.source} suits {target.title} better" if rival and not said.own and not target.is_list else ""
    )


def _agreed(first: Proposal, said: Recollection) -> Proposal:
    """Memory confirms the suggestion; a well-supported one keeps its origin, any other comes from memory now."""
    surer = first.confidence is None or said.confidence >= first.confidence
    return replace(
        first,
        transform=said.transform or first.transform,
        confidence=max(said.confidence, first.confidence or 0.0) if first.target else None,
        evidence=(_memory_reason(said), *first.evidence),
        origin=MEMORY if surer and not _is_supported(first) else first.origin,
    )


def _stopped(first: Proposal, said: Recollection, why: str) -> Proposal:
    return replace(
        first, evidence=(Evidence(MEMORY, 0.0, f"{said.text} Not applied: {why}."), *first.evidence)
    )


def _doubted(first: Proposal, said: Recollection) -> Proposal:
    """The well-supported suggestion at amber at most, with what people decided as a reason against it."""
    chosen = f" Mapped to {target_title(said.target)} there" if said.target else " Not imported there"
    reason = Evidence(MEMORY, -_odds(said), f"{said.text}{chosen}; review this suggestion.")
    others = [alternative for alternative in first.alternatives if alternative.target != said.target]
    if said.target:
        others.insert(0, Candidate(said.target, said.confidence, (_memory_reason(said),)))
    return replace(
        first,
        confidence=min(HINT, first.confidence or 0.0),
        evidence=(reason, *first.evidence),
        alternatives=tuple(others),
    )


def _memory_reason(said: Recollection) -> Evidence:
    return Evidence(MEMORY, _odds(said), said.text)


def _odds(said: Recollection) -> float:
    return round(log(said.confidence / (1 - said.confidence)), 2)


def _given_up(one: Proposal) -> Proposal:
    """The proposal after the customer's people gave its target to another column: at amber at most, or none."""
    text = f"Your team mapped another column of such a file to {target_title(one.target)}."
    if _is_supported(one):
        reason = Evidence(MEMORY, -1.0, text)
        return replace(one, confidence=min(HINT, one.confidence or 0.0), evidence=(reason, *one.evidence))
    first = Candidate(one.target or "", one.confidence or 0.0, one.evidence)
    return replace(
        one,
        target=None,
        transform=None,
        confidence=None,
        evidence=(Evidence(MEMORY, 0.0, text), *one.evidence),
        alternatives=(first, *one.alternatives),
    )


# --- units of money -----------------------------------------------------------------------------------------------


def with_units(
    proposals: Sequence[Proposal],
    members: Sequence[StreamSample],
    settings: ImportSettings,
    decided: Sequence[Link],
) -> list[Proposal]:
    """The proposals with the unit of their money proved, as far as they are of `members`, the streams of one file."""
    streams = {sample.name: sample.entity for sample in members}
    settled = {(link.stream, link.source) for link in decided}
    links = [link for link in decided if link.stream in streams]
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
    proofs = prove_units(build_plan(unconverted, streams, settings), rows, hint_units)
    return [
        _converted(proposal, proofs.get((proposal.stream, proposal.target or ""))) for proposal in proposals
    ]


def _converted(proposal: Proposal, proof: Proof | None) -> Proposal:
    if proof is None:
        return proposal
    said = "; ".join(proof.reasons)
    text = {
        "minor": f"In cents, divided by 100 ({proof.confidence:.0%} sure): {said}.",
        "major": f"Not in cents ({proof.confidence:.0%} sure): {said}.",
        UNKNOWN: f"Whether it is in cents could not be proved: {said}.",
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
