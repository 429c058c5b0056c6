"""Make the links by which prospects read quotes. A link is 256 random bits; only its SHA-256 is stored.

It is written in the open transaction of an action that sends a quote or renews its link.
"""

from __future__ import annotations

from datetime import datetime

from core.business.sales.tables import QuoteLink
from core.business.sales.withdrawal import withdraw_links
from core.context import Context
from core.errors import InvalidInputError
from core.kit.ids import new_id
from core.platform.delivery.composing import public_url
from core.platform.signin.tokens import new_token, token_hash

PATH = "/q"
"""Where the page of a link is served."""


def new_link(context: Context, quote_id: str, expires_at: datetime) -> str:
    """Withdraw the open links of a quote and make one that works until `expires_at`; return its token, told this once.

    InvalidInputError for a moment that is not ahead.
    """
    if expires_at <= context.now:
        raise InvalidInputError("The link would have expired.", hint="Choose a later validity.")
    withdraw_links(context, quote_id)
    token = new_token()
    context.session.add(
        QuoteLink(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            quote_id=quote_id,
            digest=token_hash(token),
            person_id=context.person,
            expires_at=expires_at,
        )
    )
    context.session.flush()
    return token


def address(token: str) -> str:
    """Write the address under which a link is opened."""
    return f"{public_url()}{PATH}/{token}"
