"""Make the secrets of sessions, links and recovery codes; only their hashes are stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that reads like another
_CODE_LENGTH = 12  # 60 bits
_MAX_TOKEN = 200  # characters


def new_token() -> str:
    """Generate 256 random bits as 43 characters of an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Hash a token as it is stored (SHA-256: there is nothing to guess)."""
    return hashlib.sha256(token[:_MAX_TOKEN].encode("utf-8", "replace")).digest()


def new_recovery_code() -> str:
    """Generate a recovery code: 'ABCD-EFGH-JKLM'."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_LENGTH, 4))


def normal_code(code: str) -> str:
    """Reduce a typed code to its letters and digits, in capitals."""
    return "".join(character for character in code.upper() if character.isalnum())[:_MAX_TOKEN]


def code_hash(key: bytes, code: str) -> bytes:
    """Hash a recovery code under a key that the database does not have."""
    return hmac.digest(key, normal_code(code).encode(), "sha256")
