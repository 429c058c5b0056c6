"""The partitions under the target: a door through which the app's role adds its own tenant's rows, and nothing else."""

import polars as pl
import psycopg
import pytest
from sqlalchemy import text

from core.db.binary import binary_copy
from core.db.session import TenantSession, driver_connection
from core.db.target import TARGETS, insert_partition, target_table
from core.kit import clock
from core.kit.ids import new_id, new_id_bytes

TYPES = {column.name: column.type for column in target_table("category").c}


def category(tenant, name="Pizza"):
    now = pl.lit(clock.now(), pl.Datetime("us", "UTC"))
    return pl.DataFrame(
        {
            "tenant_id": [tenant], "id": new_id_bytes(1), "source_name": ["toast"], "external_id": [name],
            "name": [name], "migration_id": [new_id()], "run_id": [new_id()], "row_hash": [b"hash"],
        }
    ).with_columns(now.alias("created_at"), now.alias("updated_at"))  # fmt: skip


def carry_in(session, frame):
    names = ", ".join(f'"{name}"' for name in frame.columns)
    cursor = driver_connection(session).cursor()
    with cursor.copy(
        f"copy {insert_partition('category')} ({names}) from stdin with (format binary)"
    ) as copy:
        for part in binary_copy(frame, TYPES):
            copy.write(part)


def names_of(session):
    return session.scalars(text("select name from target_category order by name")).all()


def test_what_comes_in_by_the_door_stands_in_the_tenant_s_table_and_in_no_other(tenants):
    with TenantSession(tenants["bella"], "") as session:
        carry_in(session, category(tenants["bella"]))
        session.commit()
        assert names_of(session) == ["Pizza"]
    with TenantSession(tenants["coffee"], "") as session:
        assert names_of(session) == []


@pytest.mark.parametrize("intruder", ["coffee", ""])
def test_nobody_brings_in_another_tenant_s_row(tenants, intruder):
    with TenantSession(tenants.get(intruder, ""), "") as session:
        with pytest.raises(psycopg.errors.CheckViolation):
            carry_in(session, category(tenants["bella"], "planted"))
        session.rollback()
    with TenantSession(tenants["bella"], "") as session:
        assert "planted" not in names_of(session)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from {rows}",
        "update {rows} set revision = 1",
        "delete from {rows}",
        "truncate {rows}",
        "copy {rows} to stdout",
        "insert into {rows} (id) values (null) returning *",
    ],
)
def test_nothing_can_be_seen_or_changed_through_it(tenants, statement):
    with TenantSession(tenants["bella"], "") as session:
        cursor = driver_connection(session).cursor()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute(statement.format(rows=insert_partition("category")))


@pytest.mark.parametrize("entity", sorted(TARGETS))
def test_every_target_table_has_its_door_and_the_app_may_only_add(database, entity):
    query = text(
        """select string_agg(privilege_type, ',') from information_schema.table_privileges
        where table_name = :rows and grantee = 'aura_app'"""
    )
    checks = text(
        "select pg_get_constraintdef(oid) from pg_constraint where conname = 'own_tenant' and conrelid = cast(:rows as regclass)"
    )
    with TenantSession("", "") as session:
        rows = {"rows": insert_partition(entity)}
        assert session.scalar(query, rows) == "INSERT"
        assert "app.tenant" in session.scalar(checks, rows)


def test_each_change_is_counted_unless_an_earlier_count_is_put_back(tenants):
    with TenantSession(tenants["bella"], "") as session:
        carry_in(session, category(tenants["bella"]))

        def revision(change):
            session.execute(text(f"update target_category set {change}"))
            return session.scalar(text("select revision from target_category"))

        assert [revision("name = 'Pasta'"), revision("name = name")] == [1, 2]
        assert revision("name = 'Pizza', revision = 0") == 0
