"""Proposes where every source field goes and how: the matcher's choice, the transform it needs, the unit of its money.

Pure, so that a file can be judged without a database. A customer's own decisions about the same columns go first, then
what a recognised source documents, then what names and values suggest; what other customers decided is a hint.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from math import log

from core.engine.mapping.ambiguity.companions import with_companions
from core.engine.mapping.ambiguity.resolve import resolve
from core.engine.mapping.ambiguity.unfit import asked_alike
from core.engine.mapping.amounts import with_readings, with_units
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.commerce.columns import with_commerce
from core.engine.mapping.commerce.payment_rows import with_payment_rows
from core.engine.mapping.dates import with_dates
from core.engine.mapping.identities.pupils_by_roll import with_known_pupils
from core.engine.mapping.match import Candidate, Evidence, Suggestion, suggest
from core.engine.mapping.match.record_types import related_entities, suggest_settled
from core.engine.mapping.match.values import contradicts
from core.engine.mapping.memory.trust import HINT, Recollection
from core.engine.mapping.plans import Link
from core.engine.mapping.proposal import MEMORY, Proposal, StreamSample
from core.engine.mapping.shapes import hints_of_shape, with_shape
from core.engine.mapping.texts.empty_words import (
    with_words_for_nothing,
    without_plain_words,
    without_words,
    words_of,
)
from core.engine.mapping.texts.leftovers import with_leftovers
from core.engine.mapping.texts.person_names import (
    further_names,
    name_transform,
    with_person_names,
    without_repeated_names,
)
from core.engine.plan import ImportSettings
from core.engine.sources.contract import Hint
from core.engine.sources.profile import FieldProfile, profile_frame
from core.kit import clock
from core.schema import target_schema, target_title

Recalled = Mapping[tuple[str, str], Recollection]
"""(stream, source field) -> what people decided about it before."""


def propose(
    samples: Sequence[StreamSample],
    settings: ImportSettings,
    decisions: Sequence[Link] = (),
    recalled: Recalled | None = None,
    *,
    year: int | None = None,
) -> list[Proposal]:
    """Propose for every field, in the order of streams and columns. `decisions`: links a person chose, as context.

    `year` is the last that a birthday can be in, this year where none is given.
    """
    proposals = [
        proposal
        for sample in samples
        for proposal in _of_stream(sample, settings.domain, recalled or {}, _columns_of(sample.file, samples))
    ]
    proposals = with_person_names(proposals, samples, settings)
    proposals = with_leftovers(proposals, samples)
    all_rows, samples = samples, [without_words(sample, proposals) for sample in samples]
    proposals = with_dates(proposals, samples, settings, year or clock.now().year)
    files = {sample.file: [member for member in samples if member.file == sample.file] for sample in samples}
    for members in files.values():
        proposals = with_readings(proposals, members, settings)
    proposals = [
        proposal
        for sample in samples
        for proposal in with_payment_rows(
            resolve([proposal for proposal in proposals if proposal.stream == sample.name], sample, settings),
            sample,
        )
    ]
    proposals = asked_alike(proposals)
    proposals = with_companions(proposals, samples)
    for members in files.values():
        proposals = with_units(proposals, members, settings, decisions)
    return with_known_pupils(with_words_for_nothing(proposals, all_rows), samples)


def _columns_of(file: str, samples: Sequence[StreamSample]) -> list[str]:
    return [column for sample in samples if sample.file == file for column in sample.rows.columns]


def _hints_about(hints: Mapping[str, Hint], entities: Container[str]) -> dict[str, Hint]:
    """Return the hints of which every target is one of the tenant's: a system of another trade says nothing here."""
    return {
        name: hint
        for name, hint in hints.items()
        if all(target.partition(".")[0] in entities for target in (hint.target, *hint.also) if target)
    }


def _of_stream(
    sample: StreamSample, domain: str, recalled: Recalled, file_columns: Sequence[str]
) -> Iterator[Proposal]:
    profiles = profile_frame(sample.name, without_plain_words(sample.rows, words_of(sample)))
    if not sample.is_known:
        reason = Evidence("record", 0.0, sample.unknown_because)
        for profile in profiles:
            key = (sample.name, profile.source, 0, profile.position)
            origin = "documentation" if profile.source in sample.hints else "rules"
            yield Proposal(*key, None, None, None, (reason,), (), profile, origin)
        return
    entities = target_schema().domain(domain)
    hints = {**_hints_about(sample.hints, entities), **hints_of_shape(sample.readings, domain)}
    entity = sample.entity if sample.entity in entities else None
    if sample.is_settled and entity:
        suggestions = suggest_settled(profiles, domain, entity, hints=hints or None)
        recalled = _about(recalled, related_entities(entity, domain))
    else:
        suggestions = suggest(profiles, domain, hints=hints or None, entity=entity)
    by_rules = [
        _by_rules(profile, suggestion, hints.get(profile.source))
        for profile, suggestion in zip(profiles, suggestions, strict=True)
    ]
    firsts = with_shape(_with_memory(by_rules, recalled), sample.readings, domain)
    firsts = with_commerce(firsts, sample, domain, file_columns)
    used_targets = {suggestion.target for suggestion in suggestions} | {first.target for first in firsts}
    firsts, free_targets = without_repeated_names(firsts)
    used_targets = (used_targets - free_targets) | {first.target for first in firsts}
    for first in firsts:
        yield first
        yield from _further(first, hints.get(first.source), used_targets)


def _by_rules(profile: FieldProfile, suggestion: Suggestion, hint: Hint | None) -> Proposal:
    is_empty_column = (
        profile.filled == 0 and profile.rows > 0
    )  # of an export without rows the names are all there is
    target = None if is_empty_column and hint is None else suggestion.target
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


def _further(first: Proposal, hint: Hint | None, used_targets: set[str | None]) -> Iterator[Proposal]:
    """Return the other targets that a field feeds besides its first."""
    also: list[tuple[str, str | None]] = []
    if hint and hint.target == first.target:
        also = [
            (target, first.transform if _is_money(first.target, target) else None) for target in hint.also
        ]
    also += further_names(first, used_targets)
    moments = {"order.opened_at", "order.closed_at"}
    if (
        first.target == "order.business_date"
        and first.profile.kind in {"datetime", "epoch"}
        and not moments & used_targets
    ):
        also.append(("order.opened_at", first.transform))  # the time of day is kept as well
    for slot, (target, how) in enumerate(also, start=1):
        yield replace(first, slot=slot, target=target, transform=how, alternatives=())


def _is_money(*targets: str | None) -> bool:
    return all(target and target_schema().field(target).kind == "money" for target in targets)


def _is_a_mark(profile: FieldProfile, target: str | None) -> bool:
    """Tell whether a column of yes and no is about one thing named in its header, and thus no list of things."""
    return bool(target) and target_schema().field(target or "").is_list and profile.kind == "bool"


def transform_for(profile: FieldProfile, target: str | None) -> str | None:
    """Return the transform that the values need before the target's own reader, where names and values show it."""
    if target is None:
        return None
    target_field = target_schema().field(target)
    if profile.kind == "epoch" and target_field.kind in ("date", "datetime"):
        return "epoch_ms"
    return name_transform(profile, target_field)


# --- what people decided before -----------------------------------------------------------------------------------


def _about(recalled: Recalled, entities: Container[str]) -> Recalled:
    """Return what memory says of these entities, and which columns it excludes."""
    return {
        key: memory
        for key, memory in recalled.items()
        if memory.target is None or memory.target.partition(".")[0] in entities
    }


def _with_memory(firsts: Sequence[Proposal], recalled: Recalled) -> list[Proposal]:
    """Memory beside rules: what people decided is suggested, and never costs a field a well-supported suggestion."""
    entities = {first.target.partition(".")[0] for first in firsts if first.target}
    rivals = {first.target: first for first in firsts if first.target and _is_supported(first)}
    adjusted = [
        _recalled(first, recalled.get((first.stream, first.source)), entities, rivals) for first in firsts
    ]
    claimed = {
        new.target
        for old, new in zip(firsts, adjusted, strict=True)
        if new.target and new.target != old.target and not target_schema().field(new.target).is_list
    }
    return [
        _given_up(proposal) if proposal.origin != MEMORY and proposal.target in claimed else proposal
        for proposal in adjusted
    ]


def _is_supported(proposal: Proposal) -> bool:
    """Whether documentation stands behind the suggestion, or the matcher is at least amber."""
    return proposal.target is not None and (
        proposal.origin == "documentation" or (proposal.confidence or 0.0) >= AMBER_FROM
    )


def _recalled(
    first: Proposal, memory: Recollection | None, entities: set[str], rivals: Mapping[str, Proposal]
) -> Proposal:
    """Return the proposal as memory has it, unless the values contradict it or a well-supported suggestion stands.

    A decision in a stream with other columns only speaks for what the matcher considers possible here, about records
    that the stream has (`entities`), where it is surer than the rules and where the source documents nothing. Other
    customers do not take a target from a column that it suits well (`rivals`).
    """
    if memory is None:
        return first
    if memory.target == first.target:
        return _agreed(first, memory)
    possible = {alternative.target for alternative in first.alternatives}
    fits_entity = (memory.target or "").partition(".")[0] in entities and first.origin != "documentation"
    surer = memory.confidence > (first.confidence or 0)
    if not memory.exact and not (memory.target in possible and surer and fits_entity):
        return first
    if why := _against(first, memory, rivals):
        return _stopped(first, memory, why)
    if _is_supported(first) and not (memory.is_own and memory.exact and memory.target):
        return _doubted(first, memory)
    behind = [alternative for alternative in first.alternatives if alternative.target != memory.target]
    if first.target:
        behind.insert(0, Candidate(first.target, first.confidence or 0.0, first.evidence))
    return replace(
        first,
        target=memory.target,
        transform=memory.transform or transform_for(first.profile, memory.target),
        confidence=memory.confidence if memory.target else None,
        evidence=(_memory_reason(memory), *first.evidence),
        alternatives=tuple(behind),
        origin=MEMORY,
    )


def _against(first: Proposal, memory: Recollection, rivals: Mapping[str, Proposal]) -> str:
    """Why a remembered target is not suggested here; '' where nothing speaks against it."""
    if memory.target is None:
        return ""
    target = target_schema().field(memory.target)
    if contradicts(first.profile, target):
        return f"the values cannot be read as {target.kind}"
    rival = rivals.get(memory.target)
    return (
        f"{rival.source} suits {target.title} better"
        if rival and not memory.is_own and not target.is_list
        else ""
    )


def _agreed(first: Proposal, memory: Recollection) -> Proposal:
    """Memory confirms the suggestion; a well-supported one keeps its origin, any other comes from memory now."""
    surer = first.confidence is None or memory.confidence >= first.confidence
    return replace(
        first,
        transform=memory.transform or first.transform,
        confidence=max(memory.confidence, first.confidence or 0.0) if first.target else None,
        evidence=(_memory_reason(memory), *first.evidence),
        origin=MEMORY if surer and not _is_supported(first) else first.origin,
    )


def _stopped(first: Proposal, memory: Recollection, why: str) -> Proposal:
    return replace(
        first, evidence=(Evidence(MEMORY, 0.0, f"{memory.text} Not applied: {why}."), *first.evidence)
    )


def _doubted(first: Proposal, memory: Recollection) -> Proposal:
    """Return the well-supported suggestion at amber at most, with what people decided as a reason against it."""
    decision_text = (
        f" Mapped to {target_title(memory.target)} there" if memory.target else " Not imported there"
    )
    reason = Evidence(MEMORY, -_odds(memory), f"{memory.text}{decision_text}; review this suggestion.")
    alternatives = [alternative for alternative in first.alternatives if alternative.target != memory.target]
    if memory.target:
        alternatives.insert(0, Candidate(memory.target, memory.confidence, (_memory_reason(memory),)))
    return replace(
        first,
        confidence=min(HINT, first.confidence or 0.0),
        evidence=(reason, *first.evidence),
        alternatives=tuple(alternatives),
    )


def _memory_reason(memory: Recollection) -> Evidence:
    return Evidence(MEMORY, _odds(memory), memory.text)


def _odds(memory: Recollection) -> float:
    return round(log(memory.confidence / (1 - memory.confidence)), 2)


def _given_up(proposal: Proposal) -> Proposal:
    """Return the proposal after the customer's people gave its target to another column: at amber at most, or none."""
    text = f"Your team mapped another column of such a file to {target_title(proposal.target)}."
    if _is_supported(proposal):
        reason = Evidence(MEMORY, -1.0, text)
        return replace(
            proposal, confidence=min(HINT, proposal.confidence or 0.0), evidence=(reason, *proposal.evidence)
        )
    first = Candidate(proposal.target or "", proposal.confidence or 0.0, proposal.evidence)
    return replace(
        proposal,
        target=None,
        transform=None,
        confidence=None,
        evidence=(Evidence(MEMORY, 0.0, text), *proposal.evidence),
        alternatives=(first, *proposal.alternatives),
    )
