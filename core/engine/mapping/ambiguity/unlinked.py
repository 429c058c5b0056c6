"""Ask about columns that would make records which nothing in the row belongs to, or of which only a flag is known. Pure.

Categories named after waiters, schools after parents; order lines of which a reservation says only that they are void.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.amounts import PLANNED
from core.engine.mapping.proposal import Proposal, StreamSample
from core.schema import entity_label, target_schema, target_title

_STATED = frozenset({"documentation", "memory"})


def with_links(proposals: Sequence[Proposal], samples: Sequence[StreamSample]) -> list[Proposal]:
    """Return the proposals of all streams with a question where an entity has no relation to the others of its rows."""
    result: list[Proposal] = []
    for sample in samples:
        members = [proposal for proposal in proposals if proposal.stream == sample.name]
        result += members if sample.hints else _with_questions(members, sample.entity)
    return result


def _with_questions(proposals: Sequence[Proposal], declared: str | None) -> list[Proposal]:
    counts = Counter(_entity(proposal) for proposal in proposals if _is_planned(proposal))
    if len(counts) < 2:
        return list(proposals)
    main = declared if declared in counts else counts.most_common(1)[0][0]
    unlinked = {
        entity
        for entity in counts
        if entity != main
        and not any(_are_related(entity, relative) for relative in counts if relative != entity)
    }
    of_flags = {
        entity
        for entity in counts
        if entity != main
        and all(
            target_schema().field(proposal.target or "").kind == "bool"
            for proposal in proposals
            if _is_planned(proposal) and _entity(proposal) == entity
        )
    }
    return [
        replace(proposal, question=_question(_entity(proposal), str(main)))
        if _is_planned(proposal) and _entity(proposal) in unlinked and proposal.origin not in _STATED
        else replace(proposal, question=_question_of_flags(proposal))
        if _is_planned(proposal) and _entity(proposal) in of_flags and proposal.origin not in _STATED
        else proposal
        for proposal in proposals
    ]


def _is_planned(proposal: Proposal) -> bool:
    return bool(proposal.target) and not proposal.question and (proposal.confidence or 0) >= PLANNED


def _entity(proposal: Proposal) -> str:
    return (proposal.target or "").partition(".")[0]


def _are_related(entity: str, relative: str) -> bool:
    """Tell whether records of one entity can refer to those of the other."""
    pairs = ((entity, relative), (relative, entity))
    return any(
        reference.refers_to == to
        for source, to in pairs
        for reference in target_schema().entity(source).references
    )


def _question(entity: str, main: str) -> str:
    records, rows = entity_label(entity).lower(), entity_label(main).lower()
    return f"Nothing links {records} to the {rows} of the rows: import them as records of their own, or choose another target?"


def _question_of_flags(proposal: Proposal) -> str:
    records = entity_label(_entity(proposal)).lower()
    return (
        f"Nothing but {proposal.source!r} tells of {records}: import it as {target_title(proposal.target)}, "
        "or choose another target?"
    )
