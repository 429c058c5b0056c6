"""Encrypt bytes with AES-256-GCM, bound to associated data that names their tenant, table and row.

A ciphertext copied to another tenant, table or row cannot be decrypted. Format: 12-byte nonce, then ciphertext with
tag.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
KEY = 32


class DecryptionError(ValueError):
    """The bytes were changed, are bound to other associated data, or the key is another one."""


def new_key() -> bytes:
    """Generate a key of KEY random bytes."""
    return AESGCM.generate_key(KEY * 8)


def encrypt(key: bytes, data: bytes | memoryview, associated_data: str) -> bytes:
    """Encrypt the data under a fresh nonce, which comes first in the result."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, associated_data.encode())


def decrypt(key: bytes, encrypted: bytes, associated_data: str) -> bytes:
    """Decrypt the data. DecryptionError unless key and associated data are those it was encrypted with."""
    try:
        return AESGCM(key).decrypt(encrypted[:NONCE], encrypted[NONCE:], associated_data.encode())
    except InvalidTag:
        raise DecryptionError(f"The data encrypted for {associated_data!r} does not open.") from None


def encrypt_all(
    key: bytes, items: Sequence[bytes | None], associated_data: Iterable[bytes]
) -> list[bytes | None]:
    """Encrypt each item as `encrypt` does, bound to the associated data at its place; None stays None."""
    seal = AESGCM(key).encrypt  # one object for all: its making takes longer than a short text
    nonces = os.urandom(NONCE * len(items))
    starts = range(0, len(nonces), NONCE)
    return [
        None if item is None else (nonce := nonces[start : start + NONCE]) + seal(nonce, item, bound_to)
        for item, bound_to, start in zip(items, associated_data, starts, strict=True)
    ]


def decrypt_all(
    key: bytes, items: Sequence[bytes | None], associated_data: Iterable[bytes]
) -> list[bytes | None]:
    """Decrypt what `encrypt_all` made. DecryptionError where one does not open."""
    unseal = AESGCM(key).decrypt
    try:
        return [
            None if item is None else unseal(item[:NONCE], item[NONCE:], bound_to)
            for item, bound_to in zip(items, associated_data, strict=True)
        ]
    except InvalidTag:
        raise DecryptionError("A value was changed, or belongs to another row, column or tenant.") from None


def fingerprints(key: bytes, items: Iterable[bytes]) -> list[bytes]:
    """Compute keyed 128-bit fingerprints (BLAKE2b): equal for equal bytes, and of no use to guess them by."""
    new_hash = hashlib.blake2b(digest_size=16, key=key[:64]).copy  # the key is hashed once, not per item
    digests = []
    for item in items:
        hash_ = new_hash()
        hash_.update(item)
        digests.append(hash_.digest())
    return digests
