"""Encrypt the minutes of a guided session by the customer's data key, bound to its row, and decrypt them."""

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
    return crypto.encrypt(tenant_key(session), document.encode(), _bound_to(session, session_id))


def decrypt_minutes(session: TenantSession, session_id: str, encrypted: bytes | None) -> Minutes | None:
    """Decrypt minutes; None for none. DecryptionError for those of another row."""
    if encrypted is None:
        return None
    document = json.loads(crypto.decrypt(tenant_key(session), encrypted, _bound_to(session, session_id)))
    return Minutes(document["text"], tuple(document["decisions"]))


def _bound_to(session: TenantSession, session_id: str) -> str:
    return f"{session.tenant}|guided_session|minutes|{session_id}"
