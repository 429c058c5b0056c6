"""Ask about columns that would make people of whom a table has neither name nor address nor number. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.proposal import Proposal
from core.schema import Entity, entity_label, target_schema, target_title

_TELLS_WHO = frozenset(
    {"external_id", "first_name", "last_name", "display_name", "company", "email", "phone"}
)


def with_names(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals of one stream with a question on fields of people whom no column of it surely names."""
    targets = {proposal.target for proposal in proposals if proposal.target}
    sure = {proposal.target for proposal in proposals if (proposal.confidence or 0.0) >= AMBER_FROM}
    nameless = {
        entity
        for entity in {target.partition(".")[0] for target in targets}
        if _needs_no_name(target_schema().entity(entity))
        and not any(f"{entity}.{name}" in sure for name in _TELLS_WHO)
    }
    return [
        replace(proposal, question=_question(proposal))
        if _is_guess(proposal) and (proposal.target or "").partition(".")[0] in nameless
        else proposal
        for proposal in proposals
    ]


def _needs_no_name(entity: Entity) -> bool:
    """Tell whether these are people whose records are complete without a name."""
    name = entity.fields.get("first_name")
    return name is not None and not name.required


def _is_guess(proposal: Proposal) -> bool:
    return not proposal.question and proposal.origin not in {"documentation", "memory"}


def _question(proposal: Proposal) -> str:
    target = proposal.target or ""
    kind = entity_label(target.partition(".")[0]).lower()
    return (
        f"No column of this table surely names the {kind}: {proposal.source!r} would make records without a name. "
        f"Is it {target_title(target)}?"
    )
