"""Encrypt and decrypt the contact of a prospect by the operator's data key, bound to its row; fingerprint it."""

from __future__ import annotations

import json

from core.business.sales.prospects.rules import ContactDetails, fold_email, fold_phone
from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit import crypto
from core.kit.chain import derive

_INDEX = "prospect contact index"


def encrypt_contact(session: TenantSession, prospect_id: str, contact: ContactDetails) -> bytes | None:
    """Encrypt a contact; None for an empty one."""
    if not contact:
        return None
    document = {"name": contact.name, "email": contact.email, "phone": contact.phone}
    data = json.dumps(document, ensure_ascii=False).encode()
    return crypto.encrypt(tenant_key(session), data, _binding(session, prospect_id))


def decrypt_contact(
    session: TenantSession, prospect_id: str, encrypted: bytes | None
) -> ContactDetails | None:
    """Decrypt a contact; None without one. DecryptionError for one of another row."""
    if encrypted is None:
        return None
    data = crypto.decrypt(tenant_key(session), encrypted, _binding(session, prospect_id))
    return ContactDetails(**json.loads(data))


def contact_prints(session: TenantSession, contact: ContactDetails) -> list[str]:
    """Compute the fingerprints of e-mail address and telephone number, by which a prospect is found again."""
    words = [
        *([f"email|{fold_email(contact.email)}"] if contact.email else []),
        *([f"phone|{number}"] if (number := fold_phone(contact.phone)) else []),
    ]
    if not words:
        return []
    key = derive(tenant_key(session), _INDEX)
    return [print_.hex() for print_ in crypto.fingerprints(key, [word.encode() for word in words])]


def _binding(session: TenantSession, prospect_id: str) -> str:
    return f"{session.tenant}|prospect|contact|{prospect_id}"
