"""Keys: one data key per tenant, wrapped by the newest master key. Master keys live outside the database."""

from __future__ import annotations

import base64
import os
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import LargeBinary, Text, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, SessionTransaction, mapped_column

from core.db.base import Table
from core.db.session import TenantSession
from core.db.types import Id, Moment
from core.errors import ConflictError, InvalidInputError
from core.kit import clock, crypto
from core.settings import settings

_ASKED = "tenant_key"
"""What a session remembers its key by, with the transaction that asked for it."""


class TenantKey(Table):
    """The tenant's data key, wrapped. Destroying the row makes all the tenant's sealed data unreadable."""

    __tablename__ = "tenant_key"

    tenant_id: Mapped[str] = mapped_column(Id, primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    master: Mapped[str] = mapped_column(Text)  # fingerprint of the master key that wraps it
    created_at: Mapped[datetime] = mapped_column(Moment)


@cache
def _master_keys() -> dict[str, bytes]:
    given = settings().app_master_keys
    if given is None:
        keys = [_key_file().read_bytes()]
    else:
        keys = [base64.b64decode(part) for part in given.get_secret_value().split(",") if part.strip()]
    if not keys or any(len(key) != crypto.KEY for key in keys):
        raise InvalidInputError(
            "APP_MASTER_KEYS must be base64 of 32 bytes each.", hint="Make one: openssl rand -base64 32"
        )
    return {_name(key): key for key in keys}


def _name(key: bytes) -> str:
    return crypto.fingerprints(key, [b"master"])[0].hex()[:16]


def _key_file() -> Path:
    path = settings().app_data_dir / "keys" / "master.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path
        with os.fdopen(handle, "wb") as file:
            file.write(crypto.new_key())
    return path


@cache
def _unwrapped(tenant: str, wrapped: bytes, master: str) -> bytes:
    key = _master_keys().get(master)
    if key is None:
        raise ConflictError(
            "The master key that guards this tenant's data is not configured.",
            hint="Set APP_MASTER_KEYS.",
            master=master,
        )
    return crypto.unseal(key, wrapped, f"tenant_key|{tenant}")


def tenant_key(session: TenantSession) -> bytes:
    """Ask for the data key of the session's tenant, once in a transaction; it is made on first use.

    A savepoint asks again: where it is taken back, so is a key that was made after it.
    """
    known: tuple[SessionTransaction, bytes] | None = session.info.get(_ASKED)
    if known and known[0] is _transaction(session):
        return known[1]
    key = _stored_key(session)
    session.info[_ASKED] = _transaction(session), key
    return key


def _transaction(session: TenantSession) -> SessionTransaction | None:
    return session.get_nested_transaction() or session.get_transaction()


def _stored_key(session: TenantSession) -> bytes:
    tenant = session.tenant
    row = session.execute(select(TenantKey.wrapped, TenantKey.master)).first()
    if row is None:
        master, secret = next(iter(_master_keys().items()))
        wrapped = crypto.seal(secret, crypto.new_key(), f"tenant_key|{tenant}")
        session.execute(
            insert(TenantKey)
            .values(tenant_id=tenant, wrapped=wrapped, master=master, created_at=clock.now())
            .on_conflict_do_nothing()
        )
        row = session.execute(select(TenantKey.wrapped, TenantKey.master)).one()
    return _unwrapped(tenant, row.wrapped, row.master)
