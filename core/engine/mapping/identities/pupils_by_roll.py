"""Ask about pupils known by number and name only, where other pupils have ids: they may be the same. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.sources.reshape.wide import PUPIL_KEY

_ID = "student.external_id"


def with_known_pupils(proposals: Sequence[Proposal], samples: Sequence[StreamSample]) -> list[Proposal]:
    """Return the proposals with a question on a pupil key that the reader made, where pupils with ids are known."""
    by_roll = {proposal.stream for proposal in proposals if _is_made(proposal)}
    if not by_roll:
        return list(proposals)
    is_known = any(sample.has_pupils for sample in samples) or any(
        proposal.target == _ID and not _is_made(proposal) for proposal in proposals
    )
    question = (
        "This table knows pupils by their number in the class and their name only, and there are pupils with ids:"
        " which column is the pupil's id? Accepted as it is, they become pupils of their own."
    )
    return [
        replace(proposal, question=proposal.question or question)
        if is_known and _is_made(proposal)
        else proposal
        for proposal in proposals
    ]


def _is_made(proposal: Proposal) -> bool:
    return proposal.source == PUPIL_KEY and bool(proposal.target)
