"""One-time links: each does one thing once, until it expires. Looking at it uses nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Row, text, update

from core.db.session import TenantSession
from core.errors import NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.delivery.composing import public_url
from core.platform.signin.tables import FIRST_ADMIN, INVITATION, PASSWORD_RESET, OneTimeLink
from core.platform.signin.tokens import new_token, token_hash

PATHS = {INVITATION: "invitation", PASSWORD_RESET: "reset", FIRST_ADMIN: "set-up"}
"""Kind of link -> where under /auth it is opened."""

_SHOW = text("select * from link_by_token(:hash, :moment)")
_USE = text("select * from use_link(:hash, :moment)")


class LinkGoneError(NotFoundError):
    """The link is unknown, used, withdrawn or expired: which of these is not said."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that still works; columns as in OneTimeLink."""

    tenant_id: str
    id: str
    kind: str
    person_id: str | None
    email: str | None
    name: str | None
    role: str | None


def create_link(
    session: TenantSession,
    kind: str,
    ttl: timedelta,
    *,
    person: str | None = None,
    invited: tuple[str, str, str] | None = None,
) -> tuple[OneTimeLink, str]:
    """Add a link to the open transaction, in the session's tenant; return it and its token.

    It is for a person (id), or for somebody invited: e-mail, name, role.
    """
    email, name, role = invited or (None, None, None)
    token, now = new_token(), clock.now()
    link = OneTimeLink(
        tenant_id=session.tenant,
        id=new_id(),
        created_at=now,
        kind=kind,
        token_hash=token_hash(token),
        person_id=person,
        email=email,
        name=name,
        role=role,
        created_by=session.person or None,
        expires_at=now + ttl,
        used_at=None,
        withdrawn_at=None,
    )
    session.add(link)
    return link, token


def find_link(kind: str, token: str) -> Link:
    """Find a link by its token, without using it. LinkGoneError where it does not work."""
    with TenantSession("", "") as session:
        return _link(session.execute(_SHOW, _by(token)).first(), kind)


def use_link(session: TenantSession, kind: str, token: str) -> Link:
    """Use a link up in the open transaction: of several at once one gets it, the others LinkGoneError."""
    return _link(session.execute(_USE, _by(token)).first(), kind)


def withdraw_own_links(session: TenantSession) -> None:
    """Withdraw what is open of the links of the session's person, in the open transaction in the installation."""
    session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.tenant_id == session.tenant,
            OneTimeLink.person_id == session.person,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )


def address(kind: str, token: str) -> str:
    """Write the address under which a link is opened."""
    return f"{public_url()}/auth/{PATHS[kind]}/{token}"


def _by(token: str) -> dict[str, object]:
    return {"hash": token_hash(token), "moment": clock.now()}


def _link(row: Row[tuple[object, ...]] | None, kind: str) -> Link:
    if row is None or row.kind != kind:
        raise LinkGoneError("This link is no longer valid.", hint="Ask for a new one.")
    person = str(row.person_id) if row.person_id else None
    return Link(str(row.tenant_id), str(row.id), row.kind, person, row.email, row.name, row.role)
