"""Encrypt the name of who ordered, bound to the row of the order, and decrypt it."""

from __future__ import annotations

from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit import crypto


def encrypted_signer(session: TenantSession, order_id: str, name: str) -> bytes:
    """Encrypt a name under the key of the session's tenant, for the order of this id."""
    return crypto.encrypt(tenant_key(session), name.encode(), _bound_to(session, order_id))


def signer_of(session: TenantSession, order_id: str, encrypted: bytes) -> str:
    """Decrypt the name of who ordered, in a session of the customer's."""
    return crypto.decrypt(tenant_key(session), encrypted, _bound_to(session, order_id)).decode()


def _bound_to(session: TenantSession, order_id: str) -> str:
    return f"{session.tenant}|engagement|ordered_by|{order_id}"
