"""Ask about tables that may be reports of totals: sales of a day or of a server, how often a discount was given. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.proposal import Proposal
from core.schema import target_title

_COUNTS = re.compile(
    r"^(?:#|no\.?|nr\.?|num|number|count|total|anzahl|nombre|n[uú]mero|numero)?\s*(?:of|de|der|di)?\s*"
    r"(?:orders|checks|tickets|transactions|bills|invoices|receipts|sales count|count|qty|quantity|uses|used|times used|"
    r"redemptions|redeemed|usage|times applied|bestellungen|belege|bons|rechnungen|verwendungen|commandes|additions|"
    r"(?:order|check|ticket|transaction|bill) (?:count|qty)|pedidos|facturas|usos|ordini|scontrini|utilizzi|bestellingen)\s*(?:count|total|anzahl)?$",
    re.IGNORECASE,
)
_PARTS = frozenset({"order_line", "payment"})
_DISCOUNT = frozenset({"discount.amount", "discount.percent"})


def with_summaries(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals of all streams with a question on fields that would make orders or discounts of sums."""
    questions: dict[str, dict[str, str]] = {}
    for stream in dict.fromkeys(proposal.stream for proposal in proposals):
        members = [proposal for proposal in proposals if proposal.stream == stream]
        questions[stream] = _of_orders(members) | _of_discounts(members)
    return [
        replace(proposal, question=question)
        if _is_guess(proposal) and (question := questions[proposal.stream].get(proposal.target or ""))
        else proposal
        for proposal in proposals
    ]


def _is_guess(proposal: Proposal) -> bool:
    return not proposal.question and proposal.origin not in {"documentation", "memory"}


def _targets(proposals: Sequence[Proposal]) -> dict[str, Proposal]:
    """Return the sure targets of a stream, those with a question too, each with a column that feeds it."""
    return {
        proposal.target: proposal
        for proposal in proposals
        if proposal.target and (proposal.confidence or 0.0) >= AMBER_FROM
    }


def _of_orders(proposals: Sequence[Proposal]) -> dict[str, str]:
    """Ask on orders that nothing numbers, and whose time of day is not known or that a column counts."""
    sure = _targets(proposals)
    orders = [target for target in sure if target.startswith("order.")]
    if not orders or any(_is_number(proposal) for proposal in proposals):
        return {}
    if any(target.partition(".")[0] in _PARTS for target in sure):
        return {}
    count = _count(proposals)
    if "order.opened_at" in sure and not count:
        return {}
    seen = f"and {count!r} counts them" if count else "nor is there a time of each"
    text = (
        f"No column numbers the orders, {seen}: are the rows orders, or totals of a day, a place or a person?"
    )
    return {target: f"{text} Is it {target_title(target)}?" for target in orders}


def _is_number(proposal: Proposal) -> bool:
    """Tell whether the column may number the orders, however unsure that is."""
    return proposal.target in {"order.external_id", "order.number"} and not _COUNTS.match(
        proposal.source.strip()
    )


def _of_discounts(proposals: Sequence[Proposal]) -> dict[str, str]:
    """Ask whether amounts beside a count are what one discount takes off, or what all together took off."""
    count = _count(proposals)
    if not count:
        return {}
    return {
        target: f"{count!r} counts how often: is {field.source!r} what the discount takes off once, or the sum of all?"
        for target, field in _targets(proposals).items()
        if target in _DISCOUNT
    }


def _count(proposals: Sequence[Proposal]) -> str:
    """Name the column that counts orders or uses; '' where there is none."""
    return next((field.source for field in proposals if _COUNTS.match(field.source.strip())), "")
