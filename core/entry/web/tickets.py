"""Upload tickets: proof, for one hour, that a person may add files to one migration.

The streaming upload is plain HTTP and knows no screen session; the page that shows its address signs who asks and for
what with the tenant's own key, so nothing needs to be stored and another tenant's ticket never fits.
"""

from __future__ import annotations

import base64
import hmac
import json
from datetime import datetime, timedelta
from uuid import UUID

from core.context import Context
from core.db.keys import tenant_key
from core.errors import NotAllowedError
from core.platform.access.actions import action

LIFE = timedelta(hours=1)


@action("migration.write")
def issue_ticket(context: Context, migration_id: str, *, creates: bool = False) -> str:
    """A ticket for uploads to this migration by this person; good for an hour.

    `creates`: the first upload creates the migration under this id, named after its file.
    """
    until = int((context.now + LIFE).timestamp())
    claim = {"tenant": context.tenant.id, "person": context.person, "migration": migration_id, "until": until}
    if creates:
        claim["creates"] = "yes"
    payload = base64.urlsafe_b64encode(json.dumps(claim, separators=(",", ":")).encode()).decode()
    return f"{payload}.{_sign(context, payload)}"


def claims(ticket: str) -> dict[str, str]:
    """What a ticket says, before its signature is checked: whom to enter as, and where."""
    payload, _, _ = ticket.partition(".")
    try:
        claim = json.loads(base64.urlsafe_b64decode(payload))
        ids = {name: str(UUID(claim[name])) for name in ("tenant", "person", "migration")}
        return ids | {"until": str(claim["until"]), "creates": str(claim.get("creates", ""))}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotAllowedError(
            "This upload address is not valid.", hint="Copy a new one from Connect."
        ) from None


def check_ticket(context: Context, ticket: str) -> str:
    """The migration (id) the ticket is good for. The context must be entered as `claims` says."""
    payload, _, signature = ticket.partition(".")
    if not hmac.compare_digest(_sign(context, payload).encode(), signature.encode()):
        raise NotAllowedError("This upload address is not valid.", hint="Copy a new one from Connect.")
    claim = claims(ticket)
    if datetime.fromtimestamp(int(claim["until"]), tz=context.now.tzinfo) < context.now:
        raise NotAllowedError("This upload address has expired.", hint="Copy a new one from Connect.")
    return claim["migration"]


def _sign(context: Context, payload: str) -> str:
    return hmac.digest(tenant_key(context.session), b"upload_ticket|" + payload.encode(), "sha256").hex()
