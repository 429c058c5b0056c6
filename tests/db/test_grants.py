"""What the app's role cannot do, whatever statement it sends: stop the others, empty tables, destroy keys, list people."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from core.db import grants, keys
from core.db.base import owner_url
from core.db.migrate import all_metadata
from core.db.session import TenantSession
from core.engine.sources.actions import create_migration
from core.entry.tenants import create_person
from core.kit.ids import new_id
from core.platform.access.views import demo_cast, person_by_handle

ALL_TABLES = text(
    """select c.oid::regclass::text from pg_class c
    where c.relnamespace in ('public'::regnamespace, 'dbos'::regnamespace) and c.relkind in ('r', 'p')"""
)
LOCKED_BY_DELETE = grants.DELETED_FROM | {f"dbos.{name}" for name in grants.QUEUE_DELETED_FROM}
"""Tables the program deletes from: DELETE includes LOCK TABLE. docs/security.md gives the reason for each."""


def refused(tenant, statement, person="", **values):
    """Whether PostgreSQL refuses the statement to the app's role for want of a privilege."""
    with TenantSession(tenant, person) as session:
        try:
            session.execute(text(statement), values)
        except ProgrammingError as error:
            return error.orig.sqlstate == "42501"
        finally:
            session.rollback()
    return False


@pytest.fixture(scope="module")
def every_table(database):
    with TenantSession("", "") as session:
        return session.scalars(ALL_TABLES).all()


def test_no_table_can_be_truncated(every_table):
    assert [name for name in every_table if not refused("", f"truncate {name} cascade")] == []


def test_no_table_can_be_locked_against_the_others_but_those_the_program_deletes_from(every_table):
    locking = [
        name for name in every_table if not refused("", f"lock table {name} in access exclusive mode nowait")
    ]
    assert set(locking) == LOCKED_BY_DELETE


def test_a_tenant_cannot_destroy_or_replace_its_key(tenants):
    with TenantSession(tenants["bella"], "") as session:
        keys.tenant_key(session)
        session.commit()
    for statement in ("delete from tenant_key", "update tenant_key set wrapped = ''", "truncate tenant_key"):
        assert refused(tenants["bella"], statement), statement


def test_a_person_sees_colleagues_and_the_demo_s_cast_and_nobody_else(tenants, people):
    stranger = create_person(f"stranger-{new_id()}"[:40], "A Stranger")
    with TenantSession(tenants["bella"], people["alice"]) as session:
        visible = {str(person) for person in session.scalars(text("select id from person"))}
    assert {people["alice"], people["bob"]} <= visible
    assert stranger not in visible
    with TenantSession("", stranger) as session:
        names = session.scalars(text("select name from person where not is_demo")).all()
    assert names == ["A Stranger"]
    assert stranger not in dict(demo_cast())


def test_a_handle_finds_its_person_and_lists_nobody(database):
    handle = f"handle-{new_id()}"[:40]
    person = create_person(handle, "Handle")
    assert person_by_handle(handle) == person
    assert person_by_handle(handle[:-1]) is None
    assert person_by_handle("%") is None


@pytest.mark.parametrize(
    "statement",
    [
        "update person set is_demo = false",
        "update person set handle = 'root'",
        "delete from person",
    ],
)
def test_nobody_removes_a_person_or_changes_who_it_is(tenants, people, statement):
    assert refused(tenants["bella"], statement, people["alice"])


def test_a_person_changes_no_colleague(tenants, people):
    with TenantSession(tenants["bella"], people["alice"]) as session:
        updated_ids = session.scalars(text("update person set name = 'Mallory' returning id")).all()
        session.rollback()
    assert [str(person) for person in updated_ids] == [people["alice"]]


def test_a_person_is_added_only_under_the_id_at_work(tenants, people):
    adding = "insert into person (id, name, handle, is_demo, created_at) values (cast(:id as uuid), 'X', :id, false, now())"
    assert refused(tenants["bella"], adding, people["alice"], id=new_id())


def test_a_row_stays_with_its_tenant_and_its_id(every_table):
    """No key column can be updated, whatever the policy says."""
    with TenantSession("", "") as session:
        moving = session.execute(
            text(
                """select c.relname, a.attname from pg_index i join pg_class c on c.oid = i.indrelid
                join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
                where i.indisprimary and c.relnamespace = 'public'::regnamespace
                and has_column_privilege(c.oid, a.attnum, 'update')"""
            )
        ).all()
    assert moving == []


def test_only_a_demo_is_emptied(alice):
    migration = create_migration(alice, "Spring").id
    with TenantSession(alice.tenant.id, alice.person) as session:
        with pytest.raises(DBAPIError, match="only a demo"):
            session.execute(text("select empty_demo()"))
        session.rollback()
        assert session.scalar(text("select id from migration")) is not None, migration


@pytest.mark.parametrize("tenant", ["coffee", ""])
def test_records_of_another_tenant_are_not_removed(tenants, tenant):
    from tests.db.test_target_door import carry_in, category

    frame = category(tenants["bella"], f"Pizza {new_id()}")
    with TenantSession(tenants["bella"], "") as session:
        carry_in(session, frame)
        session.commit()
        ids = [str(id_) for id_ in session.scalars(text("select id from target_category"))]
    with TenantSession(tenants.get(tenant, ""), "") as session:
        removing = text("select remove_records('category', cast(:ids as uuid[]))")
        assert session.scalar(removing, {"ids": ids}) == 0
        session.commit()
    with TenantSession(tenants["bella"], "") as session:
        assert len(session.scalars(text("select id from target_category")).all()) == len(ids)


def test_granting_again_changes_nothing(database):
    query = text(
        """select c.oid::regclass::text, c.relacl::text,
        (select string_agg(a.attname || a.attacl::text, ' ' order by a.attnum) from pg_attribute a
          where a.attrelid = c.oid and a.attacl is not null)
        from pg_class c where c.relnamespace in ('public'::regnamespace, 'dbos'::regnamespace) order by 1"""
    )
    engine = create_engine(owner_url())
    with engine.begin() as connection:
        before = connection.execute(query).all()
        grants.apply(connection, all_metadata())
        assert connection.execute(query).all() == before
    engine.dispose()


def test_functions_that_run_as_the_owner_have_a_fixed_search_path_and_are_not_for_everybody(database):
    with TenantSession("", "") as session:
        functions = session.execute(
            text(
                """select proname, proconfig, has_function_privilege('aura_app', oid, 'execute') as ours,
                coalesce(proacl::text, '{=X/') like '%{=X/%' or proacl::text like '%,=X/%' as everybody
                from pg_proc where prosecdef and pronamespace in ('public'::regnamespace, 'dbos'::regnamespace)"""
            )
        ).all()
    assert functions
    for function in functions:
        assert "search_path=pg_catalog, public, pg_temp" in function.proconfig, function.proname
        assert (function.ours, function.everybody) == (True, False), function.proname
