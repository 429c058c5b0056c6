"""Show who answered a quote."""

from __future__ import annotations

from core.business.sales.acceptance.signers import signer_of
from core.business.sales.tables import Quote
from core.context import Context
from core.errors import NotFoundError
from core.kit.ids import is_id
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.audit.actions import note_reading


@view("quote.read")
def answering_person(context: Context, quote_id: str) -> str | None:
    """Return the name under which a quote was accepted or declined, None without an answer; it is noted as a reading.

    NotFoundError for a quote that the person does not see.
    """
    require_operator(context)
    quote = context.session.get(Quote, (context.tenant.id, quote_id)) if is_id(quote_id) else None
    if quote is None:
        raise NotFoundError("There is no such quote for you.", hint="Choose one on Quotes.")
    name = signer_of(context.session, quote.id, quote.signer)
    if name is not None:
        note_reading(context, "quote", quote.id, data="contact", purpose="contact of a prospect")
    return name
