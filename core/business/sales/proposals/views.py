"""Show the proposal of a quote: its PDF, and the name of the file."""

from __future__ import annotations

from sqlalchemy import select

from core.business.sales.proposals.contents import file_name, find_quote, proposal_of
from core.business.sales.proposals.rendering import render
from core.business.sales.quotes.rules import number_text
from core.business.sales.tables import Prospect
from core.context import Context
from core.platform.access.actions import view


@view("quote.read")
def proposal_pdf(context: Context, quote_id: str) -> bytes:
    """Print the proposal of a quote: two pages, equal bytes for equal content. The contact is noted as read.

    NotFoundError for a quote that the person does not see.
    """
    return render(proposal_of(context, find_quote(context, quote_id)))


@view("quote.read")
def proposal_name(context: Context, quote_id: str) -> str:
    """Return the name of the proposal's file: 'Proposal Q-0042 v2 Bella.pdf'."""
    row = find_quote(context, quote_id)
    name = context.session.scalar(select(Prospect.name).where(Prospect.id == row.prospect_id))
    return file_name(number_text(row.number, row.version), name or "")
