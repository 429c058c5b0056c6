"""Suggest a column of days with times for the moment of its record, as sure as for the day and the moment together. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from core.engine.mapping.match import Candidate, Evidence
from core.engine.mapping.proposal import Proposal
from core.kit.text import tokens

_MOMENTS = {"order.business_date": "order.opened_at"}
"""The day of a record -> its moment."""
_DAY_NAMES = frozenset({"business", "trading", "accounting", "fiscal"})
_MIDNIGHT = r"[\sT]0?0:00(?::00(?:\.0+)?)?\s*(?:Z|UTC)?\s*$|(?i:\s12:00(?::00)?\s*am\s*$)"
_SUREST = 0.95
_MAY_BE_DAY = 0.2  # chance of the day from which the name may be the day's


def with_moments(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Suggest a column whose values hold a time of day for the moment of its record, where no other column is."""
    targets = {proposal.target for proposal in proposals}
    moments = [
        _of_moment(proposal, moment)
        if (moment := _MOMENTS.get(proposal.target or ""))
        and moment not in targets
        and proposal.origin == "rules"
        and not _DAY_NAMES & set(tokens(proposal.source))
        and _has_times(proposal)
        else proposal
        for proposal in proposals
    ]
    return [_of_day(_sure_of_moment(proposal, targets), targets) for proposal in _sure_of_both(moments)]


def _of_day(proposal: Proposal, targets: Collection[str | None]) -> Proposal:
    """Return a moment whose times are all midnight as its day, where the name may be the day's and no other column is it."""
    day = next((day for day, moment in _MOMENTS.items() if moment == proposal.target), None)
    by_day = sum(candidate.confidence for candidate in proposal.alternatives if candidate.target == day)
    is_day = proposal.profile.kind == "datetime" and not _has_times(proposal)
    if day is None or day in targets or proposal.origin != "rules" or not is_day or by_day < _MAY_BE_DAY:
        return proposal
    return _instead(proposal, day, by_day, "No value holds a time of day.")


def _has_times(proposal: Proposal) -> bool:
    """Whether the values are days with a time of day, midnight alone being none."""
    texts = proposal.profile.samples
    return proposal.profile.kind == "datetime" and any(not re.search(_MIDNIGHT, text) for text in texts)


def _sure_of_moment(proposal: Proposal, targets: Collection[str | None]) -> Proposal:
    """Return a column with times of day as sure of its moment as of the moment and its day together."""
    day = next((day for day, moment in _MOMENTS.items() if moment == proposal.target), None)
    if day is None or day in targets or proposal.origin != "rules" or not _has_times(proposal):
        return proposal
    by_day = sum(candidate.confidence for candidate in proposal.alternatives if candidate.target == day)
    sure = proposal.confidence or 0.0
    return replace(proposal, confidence=max(sure, min(_SUREST, sure + by_day)))


def _sure_of_both(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return a column's proposals for a day and its moment as sure as for either: it feeds both."""
    sums = {
        proposal.source: min(
            _SUREST,
            (proposal.confidence or 0.0)
            + sum(candidate.confidence for candidate in proposal.alternatives if candidate.target == moment),
        )
        for proposal in proposals
        if (moment := _MOMENTS.get(proposal.target or ""))
        and any(member.source == proposal.source and member.target == moment for member in proposals)
    }
    both = {target for pair in _MOMENTS.items() for target in pair}
    return [
        replace(proposal, confidence=max(proposal.confidence or 0.0, sums[proposal.source]))
        if proposal.source in sums and proposal.target in both
        else proposal
        for proposal in proposals
    ]


def _of_moment(proposal: Proposal, moment: str) -> Proposal:
    """Return the proposal for the moment: as sure as for the day and the moment together, of which the column is one."""
    by_name = sum(candidate.confidence for candidate in proposal.alternatives if candidate.target == moment)
    return _instead(proposal, moment, by_name, "The values hold a time of day besides the day.")


def _instead(proposal: Proposal, target: str, chance: float, why: str) -> Proposal:
    """Return the proposal for the day's or the moment's other target, as sure as of both: the column is either of them."""
    behind = [candidate for candidate in proposal.alternatives if candidate.target != target]
    first = Candidate(proposal.target or "", proposal.confidence or 0.0, proposal.evidence)
    return replace(
        proposal,
        target=target,
        confidence=min(_SUREST, (proposal.confidence or 0.0) + chance),
        evidence=(*proposal.evidence, Evidence("day_and_time", 1.0, why)),
        alternatives=(first, *behind),
    )
