"""Ask about columns of a table of people that would make categories, items or taxes: the departments of a payroll. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.proposal import Proposal
from core.schema import entity_label, target_title

_PEOPLE = frozenset({"customer", "employee"})
_MENU = frozenset(
    {
        "category",
        "menu_item",
        "item_variant",
        "modifier",
        "modifier_group",
        "tax_rate",
        "discount",
        "service_charge",
        "dining_option",
    }
)
_SALES = frozenset({"order", "order_line", "payment"})


def with_people_alone(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals of one stream with a question on records of the menu, where its rows are people and nothing else."""
    counts = Counter(
        _entity(proposal) for proposal in proposals if (proposal.confidence or 0.0) >= AMBER_FROM
    )
    people = max(_PEOPLE, key=lambda entity: counts[entity])
    menu = sum(counts[entity] for entity in _MENU)
    if counts[people] <= menu or any(counts[entity] for entity in _SALES):
        return list(proposals)
    return [
        replace(proposal, question=_question(proposal, people)) if _is_guess(proposal) else proposal
        for proposal in proposals
    ]


def _entity(proposal: Proposal) -> str:
    return (proposal.target or "").partition(".")[0]


def _is_guess(proposal: Proposal) -> bool:
    is_menu = _entity(proposal) in _MENU
    return is_menu and not proposal.question and proposal.origin not in {"documentation", "memory"}


def _question(proposal: Proposal, people: str) -> str:
    target = proposal.target or ""
    record = entity_label(_entity(proposal)).lower()
    return (
        f"The rows of this table are people ({entity_label(people).lower()}): {proposal.source!r} would make records of "
        f"{record}. Is it {target_title(target)}?"
    )
