"""A tenant's rows are there for that tenant alone, whatever the statement and however the connection was used before."""

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from core.db.base import APP, app_engine
from core.db.migrate import all_metadata
from core.db.session import TenantSession
from core.engine.sources.tables import Migration
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.tables import Membership
from tests.staff import add_contact, add_staff

TENANT_TABLES = sorted(table.name for table in all_metadata().sorted_tables if "tenant_id" in table.c)
OPEN_TABLES = {"worker_beat", "ai_price", "confidence_outcome", "mapping_memory"}
"""The processes at work, prices, and what was decided by columns' names: no customer's data."""

OF_ONE_PERSON = {"notification"}
"""Tables whose rows are one person's, of all tenants that the person reaches."""


def _rows(session, query, **values):
    return session.execute(text(query), values).all()


def _migration(tenant, name="Toast to AuraConnect"):
    return Migration(
        tenant_id=tenant,
        id=new_id(),
        created_at=clock.now(),
        name=name,
        source="toast",
        phase="setup",
        settings={},
        created_by=new_id(),
    )


@pytest.fixture
def bella(tenants):
    """A tenant with one migration in it."""
    with TenantSession(tenants["bella"], "") as session:
        session.add(_migration(tenants["bella"]))
        session.commit()
    return tenants["bella"]


def test_the_app_s_role_cannot_pass_row_level_security(database):
    with TenantSession("", "") as session:
        [role] = _rows(
            session, "select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user"
        )
        assert tuple(role) == (APP, False, False)
        assert not _rows(
            session,
            "select tablename from pg_tables where tableowner = current_user and schemaname = 'public'",
        )


def test_every_table_is_guarded_also_against_its_owner(database):
    query = "select relname, relrowsecurity and relforcerowsecurity from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
    with TenantSession("", "") as session:
        guarded = {name for name, forced in _rows(session, query) if forced}
    table_names = {table.name for table in all_metadata().sorted_tables}
    assert table_names - guarded == OPEN_TABLES


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_policy_binds_reading_and_writing_to_the_tenant(database, table):
    with TenantSession("", "") as session:
        policies = _rows(
            session,
            "select qual, with_check, cmd from pg_policies where tablename = :table and permissive = 'PERMISSIVE' and roles && '{public,aura_app}'",
            table=table,
        )
    if table in OF_ONE_PERSON:
        assert sorted(policy.cmd for policy in policies) == ["INSERT", "SELECT", "UPDATE"]
        reading = [policy for policy in policies if policy.cmd != "INSERT"]
        assert all("app.person" in policy.qual and "reachable_tenants" in policy.qual for policy in reading)
        assert all("app.tenant" in policy.with_check for policy in policies if policy.cmd == "INSERT")
        return
    assert [policy.cmd for policy in policies] == ["ALL"]
    assert "app.tenant" in policies[0].qual
    assert "app.tenant" in policies[0].with_check


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_without_a_tenant_every_tenant_table_is_empty(bella, table):
    with TenantSession("", "") as session:
        assert _rows(session, f'select 1 from "{table}" limit 1') == []


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_keys_between_tenants_tables_carry_the_tenant(database, table):
    inspector = inspect(app_engine())
    for key in inspector.get_foreign_keys(table):
        if key["referred_table"] in TENANT_TABLES:
            assert key["constrained_columns"][0] == "tenant_id"
            assert key["referred_columns"][0] == "tenant_id"
    assert "tenant_id" in inspector.get_pk_constraint(table)["constrained_columns"]
    for index in inspector.get_indexes(table):
        assert "tenant_id" in index["column_names"]  # else a conflict would tell what another tenant has


def test_another_tenant_sees_nothing_even_when_it_names_the_id(bella, tenants):
    with TenantSession(tenants["coffee"], "") as session:
        assert _rows(session, "select 1 from migration where tenant_id = :it", it=bella) == []
        assert session.query(Migration).filter_by(tenant_id=bella).count() == 0
        update = session.execute(
            text("update migration set name = 'mine' where tenant_id = :it"), {"it": bella}
        )
        deleted = session.execute(text("delete from migration where tenant_id = :it"), {"it": bella})
        assert (update.rowcount, deleted.rowcount) == (0, 0)


def test_a_row_cannot_be_written_into_another_tenant(bella, tenants):
    with TenantSession(tenants["coffee"], "") as session:
        session.add(_migration(bella, "planted"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()


def test_a_row_cannot_be_moved_to_another_tenant(bella, tenants):
    with TenantSession(bella, "") as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("update migration set tenant_id = :other"), {"other": tenants["coffee"]})


def test_a_row_cannot_refer_to_another_tenant_s(bella, tenants):
    with TenantSession(bella, "") as session:
        [[foreign]] = _rows(session, "select id from migration")
    columns = "tenant_id, id, migration_id, created_at, digest, plan, totals, created_by"
    values = {"tenant": tenants["coffee"], "id": new_id(), "foreign": foreign, "at": clock.now()}
    with TenantSession(tenants["coffee"], "") as session, pytest.raises(IntegrityError, match="foreign key"):
        session.execute(
            text(
                f"insert into validation ({columns}) values (:tenant, :id, :foreign, :at, '', '{{}}', '{{}}', :id)"
            ),
            values,
        )


def test_the_tenant_ends_with_its_transaction(bella):
    """The pool hands the same connection on: nothing of the one before may be left in it."""
    with TenantSession(bella, "") as session:
        assert len(_rows(session, "select 1 from migration")) == 1
        session.commit()
    with app_engine().connect() as connection:
        assert connection.execute(text("select current_setting('app.tenant', true)")).scalar() in {"", None}
        assert connection.execute(text("select 1 from migration")).all() == []


def test_a_new_transaction_of_a_session_has_its_tenant_again(bella):
    with TenantSession(bella, "") as session:
        session.rollback()
        assert len(_rows(session, "select 1 from migration")) == 1


def test_a_member_sees_the_tenants_it_belongs_to_and_no_other(tenants, people):
    def visible_people(person):
        with TenantSession("", people[person]) as session:
            return {str(row.id) for row in _rows(session, "select id from tenant")}

    assert tenants["bella"] in visible_people("alice")
    assert tenants["coffee"] not in visible_people("alice")
    assert {tenants["bella"], tenants["coffee"]} <= visible_people("sam")


def test_nobody_joins_a_tenant_from_outside(tenants, people):
    with TenantSession(tenants["coffee"], people["mallory"]) as session:
        session.add(Membership(tenant_id=tenants["bella"], person_id=people["mallory"], role="manager"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()


def _visible_migrations(tenant, person, *, system=False):
    with TenantSession(tenant, person, system=system) as session:
        return len(_rows(session, "select 1 from migration"))


def test_a_tenant_is_empty_for_a_person_who_does_not_reach_it(bella, people):
    assert _visible_migrations(bella, people["alice"]) == 1
    assert _visible_migrations(bella, people["mallory"]) == 0
    assert _visible_migrations(bella, people["mallory"], system=True) == 1


def test_a_person_who_does_not_reach_a_tenant_cannot_write_there(bella, people):
    with TenantSession(bella, people["mallory"]) as session:
        session.add(_migration(bella, "planted"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()


def test_a_person_who_does_not_reach_a_tenant_cannot_copy_into_its_records(bella, people):
    from tests.db.test_target_door import carry_in, category

    with TenantSession(bella, people["mallory"]) as session:
        with pytest.raises(InsufficientPrivilege, match="does not reach"):
            carry_in(session, category(bella, "Pizza"))
        session.rollback()


def test_nobody_gives_themselves_a_role_where_they_have_none(bella, people):
    with TenantSession(bella, people["mallory"]) as session:
        session.add(Membership(tenant_id=bella, person_id=people["mallory"], role="manager"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()


def _refused(at, by, query, **values):
    """Whether the database refuses a statement, or it changes nothing."""
    with TenantSession(at, by) as session:
        try:
            return session.execute(text(query), values).rowcount == 0
        except ProgrammingError as error:
            return "row-level security" in str(error)


_JOIN = "insert into membership (tenant_id, person_id, role) values (:tenant, :person, 'manager')"
_PROMOTE = "update membership set role = 'manager' where tenant_id = :tenant and person_id = :person"
_INVITE = """insert into one_time_link (tenant_id, id, created_at, kind, token_hash, email, role, expires_at)
    values (:tenant, gen_random_uuid(), now(), 'invitation', 'x', 'carol@example.com', 'manager', now())"""
_RENAME = "update person set name = 'Renamed' where id = :person"


def test_only_who_manages_a_tenant_changes_its_people(bella, people):
    contact, newcomer = add_contact(bella), add_staff("sales")
    for by in (people["bob"], contact):
        assert _refused(bella, by, _JOIN, tenant=bella, person=newcomer)
        assert _refused(bella, by, _PROMOTE, tenant=bella, person=contact)
        assert _refused(bella, by, _INVITE, tenant=bella)
    assert _refused(bella, people["bob"], _RENAME, person=contact)
    for query in (_JOIN, _PROMOTE, _RENAME):
        person = newcomer if query is _JOIN else contact
        values = {"person": person} if query is _RENAME else {"tenant": bella, "person": person}
        assert not _refused(bella, people["alice"], query, **values)
    assert not _refused(bella, people["alice"], _INVITE, tenant=bella)


def test_nobody_changes_their_own_role(bella, people):
    assert _refused(bella, people["alice"], _PROMOTE, tenant=bella, person=people["alice"])


def _sees(tenant, by, person):
    with TenantSession(tenant, by) as session:
        return bool(_rows(session, "select email from person where id = :person", person=person))


def test_staff_is_known_to_staff_and_in_customers_it_serves_and_to_nobody_else(bella, people):
    staff, colleague, contact = add_staff("sales"), add_staff("sales"), add_contact(bella)
    assert _sees("", colleague, staff)
    assert _sees(bella, contact, staff)
    assert not _sees("", contact, staff)
    for person in ("", people["alice"]):
        assert not _sees("", person, staff)
    assert not _sees(bella, people["mallory"], staff)
    assert not _sees(bella, people["mallory"], contact)


@pytest.mark.demo
def test_a_demo_shows_no_staff_of_the_installation(bella, people):
    staff = add_staff("sales")
    assert not _sees(bella, people["alice"], staff)
    assert _sees(bella, add_staff("specialist"), staff)
