"""Encrypt the contact of a partner, bound to its row, and decrypt it."""

from __future__ import annotations

from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit import crypto


def encrypted_contact(session: TenantSession, partner_id: str, contact: str) -> bytes | None:
    """Encrypt a contact under the key of the session's tenant, for the partner of this id; None for none."""
    if not contact:
        return None
    return crypto.encrypt(tenant_key(session), contact.encode(), _bound_to(session, partner_id))


def contact_of(session: TenantSession, partner_id: str, encrypted: bytes | None) -> str:
    """Decrypt the contact of a partner, in a session of the operator's; '' for none."""
    if encrypted is None:
        return ""
    return crypto.decrypt(tenant_key(session), encrypted, _bound_to(session, partner_id)).decode()


def _bound_to(session: TenantSession, partner_id: str) -> str:
    return f"{session.tenant}|partner|contact|{partner_id}"
