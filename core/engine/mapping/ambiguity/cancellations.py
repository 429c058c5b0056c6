"""Ask about orders that a column says were cancelled, and another that they were paid: 'Cancelled at' beside 'Financial Status'. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from core.engine.mapping.ambiguity.unfit import readable
from core.engine.mapping.proposal import Proposal
from core.engine.plan import ImportSettings
from core.kit.text import tokens
from core.kit.wording import counted

_CANCELLED = frozenset({"cancelled", "canceled", "voided", "storniert", "annule", "cancelado", "annullato"})
_MOMENTS = frozenset({"datetime", "date", "epoch"})
_ENDED = ("cancelled", "refunded")


def with_cancellations(
    proposals: Sequence[Proposal], rows: pl.DataFrame, settings: ImportSettings
) -> list[Proposal]:
    """Return the proposals; the state of orders has a question where it contradicts the moment of their cancellation."""
    moments = [
        proposal.source
        for proposal in proposals
        if proposal.profile.kind in _MOMENTS and _CANCELLED & set(tokens(proposal.source))
    ]
    if not moments:
        return list(proposals)
    is_cancelled = pl.any_horizontal(pl.col(name).fill_null("").str.strip_chars() != "" for name in moments)
    cancelled_rows = rows.filter(is_cancelled)
    return [
        _asked(proposal, moments[0], cancelled_rows, settings)
        if proposal.target == "order.state" and not proposal.question
        else proposal
        for proposal in proposals
    ]


def _asked(proposal: Proposal, moment: str, rows: pl.DataFrame, settings: ImportSettings) -> Proposal:
    states = readable(rows[proposal.source], proposal, settings)
    contradicted = rows[proposal.source].filter(states.is_not_null() & ~states.is_in(_ENDED))
    if contradicted.is_empty():
        return proposal
    question = (
        f"{counted(len(contradicted), 'order')} with {moment!r} filled would not be cancelled by {proposal.source!r}"
        f" ({contradicted[0]!r}): correct them in the file, or accept the state as it is."
    )
    return replace(proposal, question=question)
