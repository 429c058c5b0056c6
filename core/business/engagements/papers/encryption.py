"""Encrypt what is written about an order under the customer's key, bound to its table, column and row."""

from __future__ import annotations

import json
from typing import Any

from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit import crypto


def encrypt_bytes(session: TenantSession, column: str, row_id: str, data: bytes) -> bytes:
    """Encrypt the value of a column ('document.content') of a row of the session's tenant."""
    return crypto.encrypt(tenant_key(session), data, _bound_to(session, column, row_id))


def decrypt_bytes(session: TenantSession, column: str, row_id: str, encrypted: bytes) -> bytes:
    """Decrypt what `encrypt_bytes` made. DecryptionError for the value of another row, column or tenant."""
    return crypto.decrypt(tenant_key(session), encrypted, _bound_to(session, column, row_id))


def encrypt_text(session: TenantSession, column: str, row_id: str, text: str) -> bytes:
    """Encrypt a text of a column of a row."""
    return encrypt_bytes(session, column, row_id, text.encode())


def decrypt_text(session: TenantSession, column: str, row_id: str, encrypted: bytes | None) -> str:
    """Decrypt a text of a column of a row; '' for none."""
    return "" if encrypted is None else decrypt_bytes(session, column, row_id, encrypted).decode()


def encrypt_json(session: TenantSession, column: str, row_id: str, document: Any) -> bytes:
    """Encrypt what JSON can hold, of a column of a row."""
    return encrypt_text(session, column, row_id, json.dumps(document, ensure_ascii=False))


def decrypt_json(session: TenantSession, column: str, row_id: str, encrypted: bytes) -> Any:
    """Decrypt what `encrypt_json` made."""
    return json.loads(decrypt_bytes(session, column, row_id, encrypted))


def _bound_to(session: TenantSession, column: str, row_id: str) -> str:
    return f"{session.tenant}|{column}|{row_id}"
