"""Each tenant has a data key of its own, and only the configured master key opens it."""

import base64
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text

from core.db import keys, rotation
from core.db.base import owner_url
from core.db.migrate import migrate
from core.db.session import TenantSession
from core.errors import ConflictError, InvalidInputError
from core.kit.ids import new_id
from core.settings import settings
from tests.stored import stored_records


@pytest.fixture
def master_keys(monkeypatch):
    """Sets APP_MASTER_KEYS as a new process would find it."""

    def forget():
        for cached in (settings, keys._master_keys, keys.unwrap):
            cached.cache_clear()

    def use(*master_keys):
        monkeypatch.setenv("APP_MASTER_KEYS", ",".join(base64.b64encode(key).decode() for key in master_keys))
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
        queries = []
        event.listen(session.connection(), "before_cursor_execute", lambda *call: queries.append(call[2]))
        first, second = keys.tenant_key(session), keys.tenant_key(session)
        assert first == second
        assert len(queries) == 1
        session.commit()
        _destroy_key(tenants["bella"])
        assert keys.tenant_key(session) != first


def test_a_key_stands_at_once_so_that_a_second_session_never_waits_for_the_first_one_s_end(tenants):
    with TenantSession(tenants["coffee"], "") as session, TenantSession(tenants["coffee"], "") as parallel:
        with session.begin_nested() as savepoint:
            key = keys.tenant_key(session)
            parallel.execute(text("set local lock_timeout = '2s'"))
            assert keys.tenant_key(parallel) == key
            savepoint.rollback()
        assert keys.tenant_key(session) == key
    assert _key(tenants["coffee"]) == key


def test_with_a_database_server_a_start_without_master_keys_is_refused(database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner:secret@localhost:1/name")
    settings.cache_clear()
    try:
        with pytest.raises(InvalidInputError, match="APP_MASTER_KEYS") as refusal:
            migrate()
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert "every host" in refusal.value.hint


def test_after_a_rotation_the_old_master_key_opens_nothing_and_the_new_one_opens_the_same(
    tenants, master_keys
):
    of_file = list(keys.configured_keys().values())
    spare_keys = [b"o" * 32, b"n" * 32, b"a" * 32, b"b" * 32, *of_file]
    master_keys(b"o" * 32)
    before = {name: _key(tenant) for name, tenant in tenants.items()}
    master_keys(b"R" * 32, *spare_keys)
    assert rotation.rotate() >= len(tenants)
    assert rotation.rotate() == 0
    master_keys(b"R" * 32)
    assert {name: _key(tenant) for name, tenant in tenants.items()} == before
    master_keys(*spare_keys)
    with pytest.raises(ConflictError, match="master key"):
        _key(tenants["bella"])
    master_keys(*of_file, b"R" * 32)
    rotation.rotate()  # back to the key of the other tests


def _lose_power(*_):
    raise OSError("power cut")


def test_a_rotation_replaces_the_key_file_and_goes_on_where_one_broke_off(tenants, monkeypatch):
    key_before = _key(tenants["bella"])
    old = keys.key_file().read_bytes()
    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", _lose_power)
        with pytest.raises(OSError, match="power"):
            rotation.rotate()
    keys.forget_keys()
    assert _key(tenants["bella"]) == key_before  # wrapped by the next key, which lies beside the old one
    rotation.rotate()
    assert keys.key_file().read_bytes() != old
    assert not keys.next_key_file().exists()
    assert _key(tenants["bella"]) == key_before


def test_guests_are_read_and_recognised_after_a_rotation(importer):
    text = "first name,last name,email\nAda,Byron,ada@example.com\nBen,Carr,ben@example.com\n"
    importer.import_file(text, name="guests.csv")
    before = keys.key_file().read_bytes()
    importer.context.session.rollback()
    rotation.rotate()
    assert keys.key_file().read_bytes() != before
    again = importer.import_file(text, name="guests.csv")
    assert {count.changed for count in again.entities} == {0}
    records = stored_records(importer.context, "customer")
    assert {record["external_id"]: record["first_name"] for record in records} == {
        "ada@example.com": "Ada",
        "ben@example.com": "Ben",
    }


def test_a_rotation_that_lacks_a_key_changes_nothing(tenants, master_keys):
    master_keys(b"x" * 32)
    key = _key(tenants["bella"])
    master_keys(b"y" * 32)
    with pytest.raises(ConflictError, match="not configured"):
        rotation.rotate()
    master_keys(b"x" * 32)
    assert _key(tenants["bella"]) == key


def test_a_key_file_that_was_cut_short_is_refused_and_stays(tmp_path, monkeypatch, database):
    monkeypatch.setattr(keys, "key_file", lambda: tmp_path / "keys" / "master.key")
    keys.write_key_file(keys.key_file())
    keys.key_file().write_bytes(b"short")
    keys.forget_keys()
    with pytest.raises(ConflictError, match="5 bytes"):
        keys.configured_keys()
    assert keys.key_file().read_bytes() == b"short"
    monkeypatch.undo()
    keys.forget_keys()


def test_a_session_that_works_in_a_second_tenant_has_that_one_s_key_there(tenants):
    first, second = (_key(tenants[name]) for name in ("bella", "coffee"))
    with TenantSession(tenants["bella"], "", system=True) as session:
        assert keys.tenant_key(session) == first
        with session.working_in(tenants["coffee"]):
            assert keys.tenant_key(session) == second
        assert keys.tenant_key(session) == first


def test_the_key_of_a_new_tenant_goes_with_a_transaction_that_fails(tenants):
    tenant = new_id()
    with TenantSession(tenant, "", system=True) as session:
        keys.add_new_key(session)
        assert len(keys.tenant_key(session)) == 32
        session.rollback()
        assert (
            session.scalar(text("select count(*) from tenant_key where tenant_id = :t"), {"t": tenant}) == 0
        )
