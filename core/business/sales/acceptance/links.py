"""Find the quote of a link by its token, for the program: nobody is signed in.

An unknown token takes the same questions to the database as a withdrawn one, so that the time tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from core.business.sales.acceptance.rules import LinkState, link_state_of
from core.business.sales.quotes.rules import end_of_validity
from core.business.sales.tables import Prospect, Quote, QuoteLink
from core.db.session import TenantSession
from core.kit import clock
from core.platform.access.tables import TenantRecord
from core.platform.audit.tables import INSTALLATION
from core.platform.signin.tokens import token_hash

_FIND = text(
    "select tenant_id::text as tenant_id, id::text as id, quote_id::text as quote_id from quote_of_link(:digest)"
)
_NO_ID = INSTALLATION


@dataclass(frozen=True, slots=True)
class LinkedQuote:
    """The quote of a link with its prospect and operator, all None for an unknown link; `now` is the moment of asking."""

    link_state: LinkState
    now: datetime
    link: QuoteLink | None
    quote: Quote | None
    prospect: Prospect | None
    operator: TenantRecord | None


@contextmanager
def program_session(token: str) -> Iterator[tuple[TenantSession, str, str]]:
    """Open a transaction of the program in the operator of a link; yield it with the ids of link and quote.

    An unknown token opens one in no tenant, with ids that nothing has.
    """
    with TenantSession("", "", system=True) as session:
        row = session.execute(_FIND, {"digest": token_hash(token)}).first()
        session.rollback()
    tenant, link, quote = row or (_NO_ID, _NO_ID, _NO_ID)
    with TenantSession(tenant, "", system=True) as session:
        yield session, link, quote


def read_linked(session: TenantSession, link_id: str, quote_id: str, *, lock: bool = False) -> LinkedQuote:
    """Read what a link opens at this moment. `lock`: hold the quote, then its prospect, until the transaction ends."""
    quotes = select(Quote).where(Quote.tenant_id == session.tenant, Quote.id == quote_id)
    quote = session.scalar(quotes.with_for_update() if lock else quotes)
    prospect_id = quote.prospect_id if quote else _NO_ID
    prospects = select(Prospect).where(Prospect.tenant_id == session.tenant, Prospect.id == prospect_id)
    prospect = session.scalar(prospects.with_for_update() if lock else prospects)
    link = session.scalar(
        select(QuoteLink).where(QuoteLink.tenant_id == session.tenant, QuoteLink.id == link_id)
    )
    operator = session.scalar(select(TenantRecord).where(TenantRecord.id == session.tenant))
    now = clock.now()  # once the locks are held: validity is that of the moment of the answer
    if link is None or quote is None or prospect is None or operator is None:
        return LinkedQuote(LinkState.UNKNOWN, now, None, None, None, None)
    validity_ends = end_of_validity(quote.valid_until, operator.zone)
    link_state = link_state_of(quote.state, validity_ends, link.expires_at, link.withdrawn_at, now)
    return LinkedQuote(link_state, now, link, quote, prospect, operator)
