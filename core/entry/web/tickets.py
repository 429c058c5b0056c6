"""Upload tickets: proof, for one hour, that a person may add files to one migration.

The streaming upload is plain HTTP and knows no screen session; the page that shows its address signs who asks and for
what with the tenant's own key, so nothing needs to be stored and another tenant's ticket never fits.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from typing import NoReturn, TypedDict

from core.context import Context
from core.db.keys import tenant_key
from core.errors import NotAllowedError
from core.platform.access.actions import action
from core.platform.audit.actions import note_refusal, record

TICKET_TTL = timedelta(hours=1)
_FORM = re.compile(r"(?P<payload>[A-Za-z0-9_-]{1,2000}={0,2})\.(?P<signature>[0-9a-f]{64})")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IDS = ("tenant", "person", "migration")
_MAX_UNTIL = 1 << 40  # seconds since 1970 a ticket may name


class Claim(TypedDict):
    """The content of a ticket: ids, the second since 1970 until which it is good, and whether it creates the migration.

    `sign_in` is the sign-in session (id) that it ends with; '' where nobody signed in (the demo, a program).
    """

    tenant: str
    person: str
    migration: str
    until: int
    creates: bool
    sign_in: str


@action("migration.write")
def issue_ticket(context: Context, migration_id: str, *, creates: bool = False) -> str:
    """Issue a ticket for uploads to this migration by this person; valid for an hour.

    `creates`: the first upload creates the migration under this id, named after its file.
    """
    until = int((context.now + TICKET_TTL).timestamp())
    claim = {"tenant": context.tenant.id, "person": context.person, "migration": migration_id, "until": until}
    if creates:
        claim["creates"] = "yes"
    if context.sign_in:
        claim["sign_in"] = context.sign_in
    record(context, "upload.link", "tenant", context.tenant.id, creates=creates)
    payload = base64.urlsafe_b64encode(json.dumps(claim, separators=(",", ":")).encode()).decode()
    return f"{payload}.{_sign(context, payload)}"


def claims(ticket: str) -> Claim:
    """Parse a ticket, before its signature is checked: whom to enter as, and where.

    NotAllowedError for what is no ticket: other characters, too long, not exactly the fields and types of ours.
    """
    match = _FORM.fullmatch(ticket)
    if match is None:
        _refuse()
    try:
        claim = json.loads(base64.urlsafe_b64decode(match["payload"]))
    except (ValueError, RecursionError):  # also of base64 and of UTF-8
        _refuse()
    if not isinstance(claim, dict) or not claim.keys() <= {*_IDS, "until", "creates", "sign_in"}:
        _refuse()
    ids = {name: value for name in _IDS if isinstance(value := claim.get(name), str) and _ID.fullmatch(value)}
    until, creates, sign_in = claim.get("until"), claim.get("creates", ""), claim.get("sign_in", "")
    if (
        len(ids) < len(_IDS)
        or type(until) is not int
        or not 0 <= until <= _MAX_UNTIL
        or creates not in ("", "yes")
        or not isinstance(sign_in, str)
        or not (sign_in == "" or _ID.fullmatch(sign_in))
    ):
        _refuse()
    return Claim(
        tenant=ids["tenant"],
        person=ids["person"],
        migration=ids["migration"],
        until=until,
        creates=creates == "yes",
        sign_in=sign_in,
    )


def check_ticket(context: Context, ticket: str) -> str:
    """Check a ticket and return its migration (id). The context must be entered as `claims` says."""
    claim = claims(ticket)
    payload, _, signature = ticket.partition(".")
    if (claim["tenant"], claim["person"]) != (context.tenant.id, context.person):
        _refuse()
    if not hmac.compare_digest(_sign(context, payload).encode(), signature.encode()):
        note_refusal(context, "upload.refused", "tenant", context.tenant.id, why="signature")
        _refuse()
    if datetime.fromtimestamp(claim["until"], tz=UTC) < context.now:
        note_refusal(context, "upload.refused", "tenant", context.tenant.id, why="expired")
        raise NotAllowedError("This upload address has expired.", hint="Copy a new one from Connect.")
    return claim["migration"]


def _refuse() -> NoReturn:
    raise NotAllowedError("This upload address is not valid.", hint="Copy a new one from Connect.")


def _sign(context: Context, payload: str) -> str:
    return hmac.digest(tenant_key(context.session), b"upload_ticket|" + payload.encode(), "sha256").hex()
