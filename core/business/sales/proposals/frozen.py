"""Keep what a quote says when it is sent in its row, and read it again: contact and author are encrypted, bound to the row."""

from __future__ import annotations

import base64
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from core.business.sales.proposals.document import Fact, Proposal
from core.business.sales.tables import Quote
from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit import crypto

_PEOPLE = ("contact", "ours")
"""Parts of a proposal that name people."""


class SentContents(BaseModel):
    """What a quote says as it was sent: its proposal without the parts that name people, package and payment in words."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    proposal: Proposal
    package: str
    plan: str


def sealed(session: TenantSession, quote_id: str, contents: SentContents) -> dict[str, Any]:
    """Return the stored form of contents, for the quote of this id."""
    document = contents.model_dump(mode="json")
    people = {name: document["proposal"][name] for name in _PEOPLE}
    document["proposal"] |= {name: [] for name in _PEOPLE}
    data = json.dumps(people, ensure_ascii=False).encode()
    encrypted = crypto.encrypt(tenant_key(session), data, _binding(session, quote_id))
    return document | {"people": base64.b64encode(encrypted).decode()}


def sent_contents(quote: Quote) -> SentContents | None:
    """Return what a version said when it was sent, without the parts that name people; None where it was not kept."""
    if quote.state == "draft" or quote.sent_contents is None:
        return None
    return SentContents.model_validate(quote.sent_contents)


def sent_proposal(session: TenantSession, quote: Quote) -> Proposal | None:
    """Return the whole proposal of a version as it was sent; None where it was not kept."""
    contents = sent_contents(quote)
    if contents is None or quote.sent_contents is None:
        return None
    encrypted = base64.b64decode(quote.sent_contents["people"])
    people = json.loads(crypto.decrypt(tenant_key(session), encrypted, _binding(session, quote.id)))
    parts = {name: [Fact.model_validate(fact) for fact in people[name]] for name in _PEOPLE}
    return contents.proposal.model_copy(update=parts)


def _binding(session: TenantSession, quote_id: str) -> str:
    return f"{session.tenant}|quote|sent contents|{quote_id}"
