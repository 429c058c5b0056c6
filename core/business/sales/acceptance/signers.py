"""Encrypt the name of who answered a quote, bound to the row of the quote, and decrypt it."""

from __future__ import annotations

from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit import crypto


def encrypted_signer(session: TenantSession, quote_id: str, name: str) -> bytes:
    """Encrypt a name under the key of the operator, for the quote of this id."""
    return crypto.encrypt(tenant_key(session), name.encode(), _bound_to(session, quote_id))


def signer_of(session: TenantSession, quote_id: str, encrypted: bytes | None) -> str | None:
    """Decrypt the name of who answered a quote, in a session of the operator's; None without one."""
    if encrypted is None:
        return None
    return crypto.decrypt(tenant_key(session), encrypted, _bound_to(session, quote_id)).decode()


def _bound_to(session: TenantSession, quote_id: str) -> str:
    return f"{session.tenant}|quote|signer|{quote_id}"
