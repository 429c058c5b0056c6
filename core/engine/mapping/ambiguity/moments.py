"""Suggest a column of days with times for the moment of its record, as sure as for the day and the moment together. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.match import Candidate, Evidence
from core.engine.mapping.proposal import Proposal
from core.kit.text import tokens

_MOMENTS = {"order.business_date": "order.opened_at"}
"""The day of a record -> its moment."""
_DAY_NAMES = frozenset({"business", "trading", "accounting", "fiscal"})
_MIDNIGHT = r"[\sT]0?0:00(?::00(?:\.0+)?)?\s*(?:Z|UTC)?\s*$|(?i:\s12:00(?::00)?\s*am\s*$)"
_SUREST = 0.95


def with_moments(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Suggest a column whose values hold a time of day for the moment of its record, where no other column is."""
    targets = {proposal.target for proposal in proposals}
    moments = [
        _of_moment(proposal, moment)
        if (moment := _MOMENTS.get(proposal.target or ""))
        and moment not in targets
        and proposal.profile.kind == "datetime"
        and proposal.origin == "rules"
        and not _DAY_NAMES & set(tokens(proposal.source))
        and any(not re.search(_MIDNIGHT, text) for text in proposal.profile.samples)
        else proposal
        for proposal in proposals
    ]
    return _sure_of_both(moments)


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
        and any(other.source == proposal.source and other.target == moment for other in proposals)
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
    behind = [candidate for candidate in proposal.alternatives if candidate.target != moment]
    day = Candidate(proposal.target or "", proposal.confidence or 0.0, proposal.evidence)
    reason = Evidence("day_and_time", 1.0, "The values hold a time of day besides the day.")
    return replace(
        proposal,
        target=moment,
        confidence=min(_SUREST, (proposal.confidence or 0.0) + by_name),
        evidence=(*proposal.evidence, reason),
        alternatives=(day, *behind),
    )
