"""Each tenant has a data key of its own, and only the configured master key opens it."""

import base64

import pytest
from sqlalchemy import create_engine, event, text

from core.db import keys
from core.db.base import owner_url
from core.db.session import TenantSession
from core.errors import ConflictError, InvalidInputError
from core.settings import settings


@pytest.fixture
def master_keys(monkeypatch):
    """Sets APP_MASTER_KEYS as a new process would find it."""

    def forget():
        for cached in (settings, keys._master_keys, keys._unwrapped):
            cached.cache_clear()

    def use(*given):
        monkeypatch.setenv("APP_MASTER_KEYS", ",".join(base64.b64encode(key).decode() for key in given))
        forget()

    yield use
    monkeypatch.undo()
    forget()


def _key(tenant):
    with TenantSession(tenant, "") as session:
        key = keys.tenant_key(session)
        session.commit()
        return key


def _destroy_key(tenant):
    """Delete the tenant's key as the owner; the app's role may not."""
    engine = create_engine(owner_url())
    with engine.begin() as connection:
        connection.execute(text("select set_config('app.tenant', :tenant, true)"), {"tenant": tenant})
        connection.execute(text("delete from tenant_key"))
    engine.dispose()


def test_a_tenant_s_key_is_made_once_and_stays(tenants):
    first = _key(tenants["bella"])
    assert len(first) == 32
    assert _key(tenants["bella"]) == first


def test_tenants_have_different_keys(tenants):
    assert _key(tenants["bella"]) != _key(tenants["coffee"])


def test_the_key_does_not_stand_in_the_database_in_the_clear(tenants):
    key = _key(tenants["bella"])
    with TenantSession(tenants["bella"], "") as session:
        wrapped = session.execute(text("select wrapped from tenant_key")).scalar_one()
    assert key not in bytes(wrapped)


def test_a_newer_master_key_opens_what_the_older_one_wrapped(tenants, master_keys):
    old, new = b"o" * 32, b"n" * 32
    master_keys(old)
    key = _key(tenants["bella"])
    master_keys(new, old)
    assert _key(tenants["bella"]) == key


def test_without_its_master_key_a_tenant_s_data_stays_shut(tenants, master_keys):
    master_keys(b"a" * 32)
    _key(tenants["bella"])
    master_keys(b"b" * 32)
    with pytest.raises(ConflictError, match="master key"):
        _key(tenants["bella"])


def test_a_master_key_of_the_wrong_length_is_refused(tenants, master_keys):
    master_keys(b"short")
    with pytest.raises(InvalidInputError, match="32 bytes"):
        _key(tenants["bella"])


def test_the_key_file_is_for_its_owner_only(tenants):
    _key(tenants["bella"])
    assert (settings().app_data_dir / "keys" / "master.key").stat().st_mode & 0o077 == 0


def test_the_key_is_asked_for_once_in_a_transaction_and_again_in_the_next(tenants):
    _key(tenants["bella"])
    with TenantSession(tenants["bella"], "") as session:
        asked = []
        event.listen(session.connection(), "before_cursor_execute", lambda *call: asked.append(call[2]))
        first, second = keys.tenant_key(session), keys.tenant_key(session)
        assert first == second
        assert len(asked) == 1
        session.commit()
        _destroy_key(tenants["bella"])
        assert keys.tenant_key(session) != first


def test_a_key_that_is_taken_back_with_its_savepoint_is_used_no_more(tenants):
    with TenantSession(tenants["coffee"], "") as session:
        with session.begin_nested() as savepoint:
            lost = keys.tenant_key(session)
            savepoint.rollback()
        kept = keys.tenant_key(session)
        assert kept != lost
        session.commit()
    assert _key(tenants["coffee"]) == kept
