"""Ask about columns that would make people of whom a table has neither name nor address nor number, or of whom the name would become an id. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.proposal import Proposal
from core.schema import Entity, entity_label, target_schema, target_title

_DIGIT = re.compile(r"\d")
_NAMES = frozenset({"first_name", "last_name", "display_name", "company"})
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
    asked = [
        replace(proposal, question=_question(proposal))
        if _is_guess(proposal) and (proposal.target or "").partition(".")[0] in nameless
        else proposal
        for proposal in proposals
    ]
    return [_with_question_of_name(proposal, targets) for proposal in asked]


def _with_question_of_name(proposal: Proposal, targets: Collection[str]) -> Proposal:
    """Return a reference to people with a question where its values are names of people whom other columns tell of."""
    if not proposal.target or not _is_guess(proposal):
        return proposal
    entity = target_schema().field(proposal.target).refers_to
    if not entity or not _needs_no_name(target_schema().entity(entity)):
        return proposal
    told = {target.partition(".")[2] for target in targets if target.startswith(f"{entity}.")}
    samples = proposal.profile.samples
    is_name = sum(" " in text.strip() for text in samples) * 2 > len(samples)
    if not told or told & {*_NAMES, "external_id"} or not is_name or any(map(_DIGIT.search, samples)):
        return proposal
    question = (
        f"{proposal.source!r} holds names, and would be the id of each {entity_label(entity).lower()}, "
        f"who would have no name. Is it {target_title(f'{entity}.first_name')}?"
    )
    return replace(proposal, question=question)


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
