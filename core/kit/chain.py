"""Chains of signed entries: each signature covers the entry before it, so none can be changed, added, moved or removed.

A signature is HMAC-SHA256(key, length of the signature before | the signature before | canonical JSON of the entry).
Canonical JSON: keys sorted, no spaces, numbers by their value (a database may write 1e3 as 1000), UTF-8.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

AUDIT = "audit log"
"""The purpose of the key that signs a tenant's audit log."""


def derive(key: bytes, purpose: str) -> bytes:
    """Derive a key for one purpose from another key: HMAC-SHA256(key, purpose)."""
    return hmac.digest(key, purpose.encode(), "sha256")


def as_json(value: object) -> str:
    """Write a value as JSON; what JSON lacks becomes text, and NUL, which no database stores, U+FFFD."""
    return json.dumps(value, default=str, ensure_ascii=False).replace("\\u0000", "\ufffd")


def canonical(text: str) -> str:
    """Write a JSON document in the one form in which it is signed."""
    return _canonical(json.loads(text, parse_float=Decimal, parse_int=Decimal))


def sign(key: bytes, before: bytes, entry: str) -> bytes:
    """Sign an entry (canonical JSON) that follows the entry with the signature `before` (b'' for the first)."""
    content = bytes([len(before)]) + before + entry.encode("utf-8", "surrogatepass")
    return hmac.digest(key, content, hashlib.sha256)


def is_signed(key: bytes, before: bytes, entry: str, signature: bytes) -> bool:
    """Tell whether the signature is that of the entry behind `before`."""
    return hmac.compare_digest(sign(key, before, entry), signature)


def signed_content(
    tenant: str,
    seq: int,
    id_: str,
    at: datetime,
    person: str,
    role: str,
    entry: tuple[str, str, str, str | None, str],
) -> str:
    """Put a line of an audit log into the form that is signed; `entry` is action, object type, object id, reason, facts as JSON."""
    *words, facts = entry
    line = [tenant, id_, at.astimezone(UTC).isoformat(timespec="microseconds"), person, role, *words]
    return canonical(f"[{seq},{as_json(line)},{facts}]")


def _canonical(value: object) -> str:
    if isinstance(value, Decimal):
        number = value.normalize() + 0  # no minus before zero
        return f"{number:f}"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_canonical(key)}:{_canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
