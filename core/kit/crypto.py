"""Sealing of bytes with AES-256-GCM. What is sealed is bound to its place by associated data:

a ciphertext copied to another tenant, table or row does not open. Format: 12-byte nonce, then ciphertext with tag.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
KEY = 32


class SealBrokenError(ValueError):
    """The bytes were changed, belong elsewhere, or the key is another one."""


def new_key() -> bytes:
    return AESGCM.generate_key(KEY * 8)


def seal(key: bytes, data: bytes | memoryview, place: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """Raises SealBrokenError unless key and place are those it was sealed with."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
    except InvalidTag:
        raise SealBrokenError(f"what is sealed for {place!r} does not open") from None


def fingerprints(key: bytes, items: Iterable[bytes]) -> list[bytes]:
    """Keyed 128-bit fingerprints (BLAKE2b): equal for equal bytes, and of no use to guess them by."""
    begun = hashlib.blake2b(digest_size=16, key=key[:64]).copy  # the key is worked in once
    found = []
    for item in items:
        one = begun()
        one.update(item)
        found.append(one.digest())
    return found
