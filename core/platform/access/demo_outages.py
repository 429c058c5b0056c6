"""Break a part of a demo on purpose (AI, the source, the network) to show what then still works, and mend it.

The database keeps what is broken and refuses every tenant that is no demo; resetting a demo mends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text, update

from core.context import Context
from core.db.demo_schema import PARTS
from core.db.session import TenantSession
from core.errors import InvalidInputError, NotFoundError
from core.kit.wording import listed
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.platform.events.tables import OutboxMessage

AI, SOURCE, NETWORK = PARTS

CAUSES: Mapping[str, str] = {
    AI: "AI is switched off for this demo.",
    SOURCE: "The source is switched off for this demo.",
    NETWORK: "The network is switched off for this demo.",
}
"""Part -> what is said where it is missing."""

_BROKEN = text("select part, since from demo_broken()")


def outages(session: TenantSession) -> dict[str, datetime]:
    """Return part -> since when it is broken, of the session's tenant; empty for every tenant that is no demo."""
    return {row.part: row.since for row in session.execute(_BROKEN)}


def outage_of(context: Context, part: str) -> datetime | None:
    """Return since when a part is broken in the tenant, None while it works; in a transaction of its own."""
    if not context.tenant.is_demo:
        return None
    with TenantSession(context.tenant.id, context.person, system=context.session.system) as session:
        return outages(session).get(part)


@action("demo.reset")
def break_part(context: Context, part: str) -> None:
    """Break a part of the demo until it is mended or reset. NotFoundError for a tenant that is no demo."""
    _require_demo(context)
    if part not in PARTS:
        raise InvalidInputError(f"A demo has no part {part!r}.", hint=f"Choose {listed([*PARTS])}.")
    context.session.execute(text("select break_demo(:part)"), {"part": part})
    record(context, "demo.break", "tenant", context.tenant.id, part=part)


@action("demo.reset")
def mend(context: Context) -> tuple[str, ...]:
    """Mend all parts of the demo and return them; messages that waited for the network are due at once."""
    _require_demo(context)
    parts = tuple(outages(context.session))
    if not parts:
        return ()
    context.session.execute(text("select mend_demo()"))
    context.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == "failed", OutboxMessage.error == CAUSES[NETWORK])
        .values(state="waiting", attempts=0, next_at=context.now, error=None)
    )
    record(context, "demo.mend", "tenant", context.tenant.id, parts=list(parts))
    return parts


def _require_demo(context: Context) -> None:
    if not context.tenant.is_demo:
        raise NotFoundError(f"{context.tenant.name} is no demo tenant.")
