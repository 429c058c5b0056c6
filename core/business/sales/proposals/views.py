"""Show the proposal of a quote: its PDF, and the name of the file."""

from __future__ import annotations

from sqlalchemy import select

from core.business.sales.proposals.contents import file_name, find_quote, proposal_of
from core.business.sales.proposals.frozen import sent_contents
from core.business.sales.proposals.rendering import render
from core.business.sales.quotes.approval import require_approved
from core.business.sales.quotes.rules import QuoteState, number_text
from core.business.sales.tables import Prospect, Quote
from core.context import Context
from core.errors import NotAllowedError
from core.platform.access.actions import view


@view("quote.read")
def proposal_pdf(context: Context, quote_id: str) -> bytes:
    """Print the proposal of a quote: two pages, equal bytes for equal content. The contact is noted as read.

    NotFoundError for a quote that the person does not see; NotAllowedError, which names who can approve, for a draft
    whose discount waits for approval.
    """
    row = find_quote(context, quote_id)
    _check_approved(context, row)
    return render(proposal_of(context, row))


@view("quote.read")
def proposal_refusal(context: Context, quote_id: str) -> str:
    """Tell why a quote has no PDF yet, and who can change that; '' where it has one."""
    row = find_quote(context, quote_id)
    try:
        _check_approved(context, row)
    except NotAllowedError as error:
        return f"{error.message} {error.hint}"
    return ""


@view("quote.read")
def proposal_name(context: Context, quote_id: str) -> str:
    """Return the name of the proposal's file: 'Proposal Q-0042 v2 Bella.pdf'."""
    row = find_quote(context, quote_id)
    contents = sent_contents(row)
    name = contents and contents.proposal.customer
    if name is None:
        name = context.session.scalar(select(Prospect.name).where(Prospect.id == row.prospect_id))
    return file_name(number_text(row.number, row.version), name or "")


def _check_approved(context: Context, row: Quote) -> None:
    if row.state == QuoteState.DRAFT:
        require_approved(context, row)
