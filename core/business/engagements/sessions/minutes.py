"""Encrypt minutes of a guided session, and reasons of its changes, by the customer's data key, bound to their rows; decrypt them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit import crypto


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was said, and what was decided, a line a decision."""

    text: str
    decisions: tuple[str, ...]


def encrypt_minutes(session: TenantSession, session_id: str, text: str, decisions: Sequence[str]) -> bytes:
    """Encrypt minutes in a session of the customer's."""
    document = json.dumps({"text": text, "decisions": list(decisions)}, ensure_ascii=False)
    return crypto.encrypt(tenant_key(session), document.encode(), _bound_to(session, "minutes", session_id))


def decrypt_minutes(session: TenantSession, session_id: str, encrypted: bytes | None) -> Minutes | None:
    """Decrypt minutes; None for none. DecryptionError for those of another row."""
    if encrypted is None:
        return None
    document = json.loads(
        crypto.decrypt(tenant_key(session), encrypted, _bound_to(session, "minutes", session_id))
    )
    return Minutes(document["text"], tuple(document["decisions"]))


def encrypt_reason(session: TenantSession, row_id: str, reason: str) -> bytes:
    """Encrypt the reason of a change in a session of the customer's; the row (id) is the guided session, or the entry of it."""
    return crypto.encrypt(tenant_key(session), reason.encode(), _bound_to(session, "reason", row_id))


def decrypt_reason(session: TenantSession, row_id: str, encrypted: bytes | None) -> str | None:
    """Decrypt a reason; None for none. DecryptionError for that of another row."""
    if encrypted is None:
        return None
    return crypto.decrypt(tenant_key(session), encrypted, _bound_to(session, "reason", row_id)).decode()


def _bound_to(session: TenantSession, column: str, row_id: str) -> str:
    return f"{session.tenant}|guided_session|{column}|{row_id}"
