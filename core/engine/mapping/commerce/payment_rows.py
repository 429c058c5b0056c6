"""Give the payments of a till's transactions what each row says of the transaction: its moment, its amount and its tip. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.engine.mapping.commerce.claims import COMMERCE
from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.sources.reshape.headers import word_set
from core.kit.text import tokens

_COPIED: Mapping[str, str] = {
    "order.total": "payment.amount",
    "order.tip_total": "payment.tip_amount",
    "order.opened_at": "payment.paid_at",
}
"""Field of an order -> the field of its payment that has the same value where each row is one payment."""

_PAID = word_set(
    "collected paid tendered received captured settled bezahlt gezahlt encaisse paye cobrado pagado pagato incassato pago betaald"
    " ontvangen"
)
"""Words of totals that were paid, not only due."""

_MOST = 0.86


def with_payment_rows(proposals: Sequence[Proposal], sample: StreamSample) -> list[Proposal]:
    """Return the proposals of a stream; where each row is one order and one payment of it, the payment has its values too."""
    targets = {proposal.target for proposal in proposals}
    if not targets.isdisjoint(_COPIED.values()) or not _are_payments(proposals, sample):
        return list(proposals)
    slots: dict[str, int] = {}
    for proposal in proposals:
        slots[proposal.source] = max(slots.get(proposal.source, 0), proposal.slot)
    result: list[Proposal] = []
    for proposal in proposals:
        result.append(proposal)
        target = _COPIED.get(proposal.target or "")
        if target and not proposal.question:
            slots[proposal.source] += 1
            result.append(_copy(proposal, target, slots[proposal.source]))
    return sorted(result, key=lambda proposal: (proposal.position, proposal.slot))


def _copy(proposal: Proposal, target: str, slot: int) -> Proposal:
    reason = Evidence(COMMERCE, 0.0, "Each row is one payment of one order.")
    return replace(
        proposal,
        slot=slot,
        target=target,
        confidence=min(_MOST, proposal.confidence or 0.0),
        evidence=(reason, *proposal.evidence),
        alternatives=(),
    )


def _are_payments(proposals: Sequence[Proposal], sample: StreamSample) -> bool:
    """Tell whether every row has an order and a payment of its own, and a total that was paid."""
    totals = [
        proposal for proposal in proposals if proposal.target == "order.total" and not proposal.question
    ]
    if not any(_PAID & set(tokens(proposal.source)) for proposal in totals):
        return False
    is_order_each = any(
        _is_in_every_row(target, proposals, sample) for target in ("order.external_id", "order.number")
    )
    return is_order_each and _is_in_every_row("payment.external_id", proposals, sample)


def _is_in_every_row(target: str, proposals: Sequence[Proposal], sample: StreamSample) -> bool:
    sources = [
        proposal.source for proposal in proposals if proposal.target == target and not proposal.question
    ]
    if (
        len(sources) != 1
        or sample.rows[sources[0]].null_count()
        or not sample.rows[sources[0]].is_unique().all()
    ):
        return False
    facts = sample.facts.get(sources[0])
    return facts is None or facts.is_unique is not False
