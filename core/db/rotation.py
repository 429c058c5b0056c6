"""Rotate the master key: every tenant's data key is wrapped anew, in one transaction; what is sealed stays as it is.

With APP_MASTER_KEYS the new key is put first by hand, before the old one; the old one may go when this is done. The
key file of an embedded database is replaced by a new one here. A rotation that breaks off is gone on with by the next.
"""

from __future__ import annotations

from sqlalchemy import NullPool, create_engine, select, text, update

from core.db import keys
from core.db.base import owner_url
from core.db.keys import TenantKey
from core.errors import ConflictError
from core.kit import crypto
from core.settings import settings


def rotate() -> int:
    """Wrap every tenant's data key by the newest master key; return how many were wrapped by another one before.

    ConflictError where a key is wrapped by a master key that is not configured: then nothing has changed.
    """
    of_file = settings().app_master_keys is None
    if of_file:
        keys.require_master_keys()
        if not keys.key_file().exists():
            keys.write_key_file(keys.key_file())
        keys.write_key_file(keys.next_key_file())
    keys.forget_keys()
    masters = keys.configured_keys()
    newest = keys.key_name(keys.next_key_file().read_bytes()) if of_file else next(iter(masters))
    rewrapped = _rewrap(masters, newest)
    if of_file:
        keys.next_key_file().replace(keys.key_file())
    keys.forget_keys()
    return rewrapped


def _rewrap(masters: dict[str, bytes], newest: str) -> int:
    engine = create_engine(owner_url(), poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        # The owner sees all tenants only without the table's guard, which is back when the transaction ends.
        connection.execute(text("alter table tenant_key no force row level security"))
        rows = connection.execute(select(TenantKey.tenant_id, TenantKey.wrapped, TenantKey.master)).all()
        old = [row for row in rows if row.master != newest]
        for row in old:
            if row.master not in masters:
                raise ConflictError(
                    "A tenant's key is wrapped by a master key that is not configured.",
                    hint="Add that key to APP_MASTER_KEYS, behind the new one, and rotate again.",
                    master=row.master,
                )
            bound_to = f"tenant_key|{row.tenant_id}"
            key = crypto.decrypt(masters[row.master], row.wrapped, bound_to)
            connection.execute(
                update(TenantKey)
                .where(TenantKey.tenant_id == row.tenant_id)
                .values(wrapped=crypto.encrypt(masters[newest], key, bound_to), master=newest)
            )
        connection.execute(text("alter table tenant_key force row level security"))
    engine.dispose()
    return len(old)
