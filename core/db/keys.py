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

_SESSION_KEY = "tenant_key"
"""What a session remembers its key by, with the transaction and the tenant that asked for it."""


class TenantKey(Table):
    """The tenant's data key, wrapped. Destroying the row makes all the tenant's sealed data unreadable."""

    __tablename__ = "tenant_key"

    tenant_id: Mapped[str] = mapped_column(Id, primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    master: Mapped[str] = mapped_column(Text)  # fingerprint of the master key that wraps it
    created_at: Mapped[datetime] = mapped_column(Moment)


def require_master_keys() -> None:
    """Raise InvalidInputError where a database server is used without APP_MASTER_KEYS.

    Each host would make a key file of its own, and open nothing of what the others sealed.
    """
    if settings().database_url is not None and settings().app_master_keys is None:
        raise InvalidInputError(
            "APP_MASTER_KEYS is not set, although DATABASE_URL is.",
            hint="Set the same APP_MASTER_KEYS on every host. A new one: openssl rand -base64 32. An installation that"
            " had none so far: base64 < APP_DATA_DIR/keys/master.key on the host that made it.",
        )


@cache
def _master_keys() -> dict[str, bytes]:
    """Name -> master key, the one that wraps new keys first."""
    configured = settings().app_master_keys
    if configured is None:
        require_master_keys()
        return {key_name(key): key for key in _keys_of_files()}
    try:
        parts = [part for part in configured.get_secret_value().split(",") if part.strip()]
        keys = [base64.b64decode(part.strip(), validate=True) for part in parts]
    except ValueError:
        keys = []
    if not keys or any(len(key) != crypto.KEY for key in keys):
        raise InvalidInputError(
            "APP_MASTER_KEYS must be base64 of 32 bytes each.", hint="Make one: openssl rand -base64 32"
        )
    return {key_name(key): key for key in keys}


def configured_keys() -> dict[str, bytes]:
    """Name -> master key, as this process has them."""
    return dict(_master_keys())


def forget_keys() -> None:
    """Have the master keys read anew when they are needed next."""
    _master_keys.cache_clear()
    unwrap.cache_clear()


def key_name(key: bytes) -> str:
    """Return what the database knows a master key by."""
    return crypto.fingerprints(key, [b"master"])[0].hex()[:16]


def key_file() -> Path:
    """Return the file of the master key of an embedded database without APP_MASTER_KEYS."""
    return settings().app_data_dir / "keys" / "master.key"


def next_key_file() -> Path:
    """Return the file of the key that a rotation under way brings; it goes when that is done."""
    return key_file().with_name("master.next.key")


def _keys_of_files() -> list[bytes]:
    if not key_file().exists():
        write_key_file(key_file())
    files = [path for path in (key_file(), next_key_file()) if path.exists()]
    keys = [path.read_bytes() for path in files]
    for path, key in zip(files, keys, strict=True):
        if len(key) != crypto.KEY:
            raise ConflictError(
                f"The file of the master key has {len(key)} bytes instead of {crypto.KEY}.",
                hint="Restore it from a backup. Without it what was sealed under it stays shut.",
                file=str(path),
            )
    return keys


def write_key_file(path: Path) -> None:
    """Make a key in a file that is there whole or not at all; one that another process made first stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary_path = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(temporary_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(crypto.new_key())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary_path, path)
    except FileExistsError:
        return
    finally:
        temporary_path.unlink()


@cache
def unwrap(tenant: str, wrapped: bytes, master: str) -> bytes:
    """Open a tenant's data key by the master key of that name; ConflictError where it is not configured."""
    if master not in _master_keys():
        _master_keys.cache_clear()  # another process may have rotated the file's key
    key = _master_keys().get(master)
    if key is None:
        raise ConflictError(
            "The master key that guards this tenant's data is not configured.",
            hint="Add it to APP_MASTER_KEYS, or restore the file of the key.",
            master=master,
        )
    return crypto.decrypt(key, wrapped, f"tenant_key|{tenant}")


def new_wrapped_key(tenant: str) -> tuple[bytes, str]:
    """Generate a data key for a tenant; return it wrapped by the newest master key, and that one's name."""
    master, secret = next(iter(_master_keys().items()))
    return crypto.encrypt(secret, crypto.new_key(), f"tenant_key|{tenant}"), master


def tenant_key(session: TenantSession) -> bytes:
    """Ask for the data key of the session's tenant, once in a transaction; it is made on first use.

    It is made in a transaction of its own: a second session of the same person never waits for the first one's end.
    """
    cached: tuple[SessionTransaction | None, str, bytes] | None = session.info.get(_SESSION_KEY)
    if cached and cached[0] is _transaction(session) and cached[1] == session.tenant:
        return cached[2]
    key = _stored_key(session)
    session.info[_SESSION_KEY] = _transaction(session), session.tenant, key
    return key


def add_new_key(session: TenantSession) -> None:
    """Make the data key of a new tenant in the open transaction, so that it goes with the tenant where that fails."""
    wrapped, master = new_wrapped_key(session.tenant)
    session.add(TenantKey(tenant_id=session.tenant, wrapped=wrapped, master=master, created_at=clock.now()))
    session.flush()


def _transaction(session: TenantSession) -> SessionTransaction | None:
    return session.get_nested_transaction() or session.get_transaction()


def _stored_key(session: TenantSession) -> bytes:
    tenant = session.tenant
    row = session.execute(select(TenantKey.wrapped, TenantKey.master)).first()
    if row is None:
        with TenantSession(tenant, session.person, system=session.system) as apart:
            wrapped, master = new_wrapped_key(tenant)
            apart.execute(
                insert(TenantKey)
                .values(tenant_id=tenant, wrapped=wrapped, master=master, created_at=clock.now())
                .on_conflict_do_nothing()
            )
            apart.commit()
            row = apart.execute(select(TenantKey.wrapped, TenantKey.master)).one()
    return unwrap(tenant, row.wrapped, row.master)
