"""Keep the ID that the records of an earlier import have: another one would make each record of the next export a new one.

Pure. What tells the rows of one export apart may not tell those of the next: a number that stands twice, a code that is
missing once. The ID stays, and the rows that contradict it are held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import FormerId, Proposal, StreamSample, without_target
from core.kit.wording import listed
from core.schema import entity_label

FORMER = "former_id"
"""The feature of the evidence that says which ID the import before had."""

_SURE = 0.95


def with_former_ids(proposals: Sequence[Proposal], samples: Sequence[StreamSample]) -> list[Proposal]:
    """Return the proposals of all streams with the IDs of the imports before, where their columns are there."""
    result: list[Proposal] = []
    for sample in samples:
        members = [proposal for proposal in proposals if proposal.stream == sample.name]
        for entity, former in sample.former.items():
            if set(former.columns) <= set(sample.rows.columns):
                members = _with_former_id(members, entity, former)
        result += members
    return result


def _with_former_id(proposals: Sequence[Proposal], entity: str, former: FormerId) -> list[Proposal]:
    """Return the proposals of a stream with the former ID of the entity and no other of columns that were there then."""
    target = f"{entity}.external_id"
    present = [proposal for proposal in proposals if proposal.target == target]
    names = [proposal.source for proposal in present]
    is_new_column = any(name not in former.stream_columns for name in names)
    is_of_entity = any((proposal.target or "").startswith(f"{entity}.") for proposal in proposals)
    if set(names) == set(former.columns) or is_new_column or not is_of_entity:
        return list(proposals)
    label = entity_label(entity).lower()
    text = (
        f"{listed(former.columns)} was the ID of {label} in the import before."
        if former.columns
        else f"No column was the ID of {label} in the import before: with one, each of them would become a new record."
    )
    reason = Evidence(FORMER, 2.0, text)
    result = _without_ids(proposals, target, former.columns, reason)
    for name in former.columns:
        result = _with_id(result, name, target, former.transform, reason)
    return result


def _without_ids(
    proposals: Sequence[Proposal], target: str, columns: Sequence[str], reason: Evidence
) -> list[Proposal]:
    """Take the ID away from columns that were not part of it; a further target of a column goes altogether."""
    result = []
    for proposal in proposals:
        if proposal.target != target or proposal.source in columns:
            result.append(proposal)
        elif proposal.slot == 0:
            against = replace(reason, weight=-reason.weight)
            result.append(without_target(proposal, against))
    return result


def _with_id(
    proposals: Sequence[Proposal], name: str, target: str, transform: str | None, reason: Evidence
) -> list[Proposal]:
    """Give a column the ID as its target: as its first where it has none, else as a further one behind its others."""
    of_column = [proposal for proposal in proposals if proposal.source == name]
    if not of_column or any(proposal.target == target for proposal in of_column):
        return list(proposals)
    first = of_column[0]
    is_free = first.target is None
    added = replace(
        first,
        slot=first.slot if is_free else max(proposal.slot for proposal in of_column) + 1,
        target=target,
        transform=transform,
        confidence=_SURE,
        evidence=(reason,),
        alternatives=(),
        question="",
    )
    result: list[Proposal] = []
    for proposal in proposals:
        if proposal is first and is_free:
            result.append(added)
            continue
        result.append(proposal)
        if proposal is of_column[-1] and not is_free:
            result.append(added)
    return result
