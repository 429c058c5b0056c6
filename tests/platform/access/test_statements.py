"""2,000 generated statements of the app's role, in a customer's and in the portfolio's scope.

No row comes out of a customer that the person at work does not reach, nothing is written there, and through the
portfolio no column of a person's comes out.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from psycopg import Error

from adapters import SOURCES
from core.db.migrate import all_metadata
from core.db.session import TenantSession, driver_connection
from core.engine.mapping.actions import suggest_mapping
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation.actions import validate
from core.platform.access.actions import enter
from tests.platform.access.statements import PORTFOLIO, Statements
from tests.staff import add_contact, add_staff, assign, deactivate, end_assignments, give_to

EACH = 250
"""Statements of each of the eight cases: 2,000."""

GUEST = "Quillfeatherian"
REACHING = ("assigned", "owner", "contact")
REACHING_NOTHING = ("ended", "deactivated")


@pytest.fixture(scope="module")
def world(people, new_tenants, tmp_path_factory):
    """Two customers with a migration each, its rows and a validation: name -> tenant id."""
    tenants = new_tenants()
    for handle, name in (("alice", "bella"), ("mallory", "coffee")):
        path = tmp_path_factory.mktemp(name) / f"guests_of_{name}.csv"
        path.write_text(f"Guest Id,First name,Email\n1,{GUEST},guest@example.com\n", encoding="utf-8")
        with enter(people[handle], tenants[name]) as context:
            migration = create_migration(context, f"Move of {name}").id
            add_file(context, migration, path, SOURCES)
            suggest_mapping(context, migration, SOURCES)
            validate(context, migration)
    return tenants


@pytest.fixture(scope="module")
def actors(world):
    """How a person stands to Bella -> the person's id."""
    people = {
        "assigned": add_staff("specialist"),
        "ended": add_staff("specialist"),
        "owner": add_staff("sales"),
    }
    people["deactivated"] = add_staff("specialist")
    people["contact"] = add_contact(world["bella"])
    assign(world["bella"], people["assigned"])
    assign(world["bella"], people["ended"], is_over=True)
    assign(world["bella"], people["deactivated"])
    give_to(world["bella"], people["owner"])
    deactivate(people["deactivated"])
    return people


def _columns() -> dict[str, list[str]]:
    return {
        table.name: [column.name for column in table.columns]
        for table in all_metadata().sorted_tables
        if "tenant_id" in table.c
    }


def _run(session: TenantSession, statement: str) -> str | None:
    """Everything that a statement shows as text; None where the database refuses it. Nothing of it stays."""
    connection = driver_connection(session)
    visible: list[Any] = []
    try:
        with connection.cursor() as cursor:
            if statement.startswith("copy"):
                with cursor.copy(statement) as copy:
                    visible += [bytes(block) for block in copy]
            else:
                cursor.execute(statement)
                visible += _results(cursor)
                if statement.startswith("declare"):
                    cursor.execute(f"fetch 50 from {statement.split()[1]}")
                    visible += _results(cursor)
    except Error as error:
        return str(error) if "found" in str(error) else None
    finally:
        session.rollback()
    return " ".join(
        item.decode(errors="replace") if isinstance(item, bytes) else str(item) for item in visible
    )


def _results(cursor: Any) -> list[Any]:
    visible: list[Any] = []
    while True:
        if cursor.description:
            # What a statement that turns to another customer answers is the name that was given to it.
            named = cursor.description[0].name == "set_config"
            visible += [] if named else cursor.fetchall()
        if not cursor.nextset():
            return visible


def _leaks(tenant: str, person: str, foreign: str, hidden: set[str], seed: str) -> tuple[list[str], int]:
    """The statements that showed something hidden, and how many the database carried out."""
    statements, carried_out, leaking = Statements(Random(seed), _columns(), foreign), 0, []
    with TenantSession(tenant, person) as session:
        for _ in range(EACH):
            statement = statements.next()
            visible = _run(session, statement)
            carried_out += visible is not None
            if visible and any(word in visible for word in hidden):
                leaking.append(statement)
    return leaking, carried_out


@pytest.mark.parametrize("actor", REACHING)
def test_in_a_customer_s_scope_no_statement_shows_another_customer(world, actors, actor):
    hidden = {world["coffee"], "Move of coffee", GUEST}
    leaking, carried_out = _leaks(world["bella"], actors[actor], world["coffee"], hidden, actor)
    assert leaking == []
    assert carried_out > EACH / 2


@pytest.mark.parametrize("actor", REACHING_NOTHING)
def test_whose_access_has_ended_sees_nothing_of_the_customer(world, actors, actor):
    hidden = {world["bella"], world["coffee"], "Move of bella", "Move of coffee", GUEST}
    leaking, carried_out = _leaks(world["bella"], actors[actor], world["bella"], hidden, actor)
    assert leaking == []
    assert carried_out > EACH / 2


@pytest.mark.parametrize("actor", ["assigned", "owner", "ended"])
def test_in_the_portfolio_s_scope_no_table_of_a_customer_shows_a_row(world, actors, actor):
    """Rows of the tables, also of customers that the person reaches, are not to be seen without entering one."""
    hidden = {world["coffee"], "Move of coffee", "guests_of_bella", GUEST}
    random = Random(f"portfolio {actor}")
    statements = Statements(random, _columns(), world["coffee"])
    leaking = []
    with TenantSession("", actors[actor]) as session:
        for _ in range(EACH):
            is_portfolio = random.random() < 0.4
            statement = (
                random.choice(PORTFOLIO).replace("{}", world["coffee"]) if is_portfolio else statements.next()
            )
            visible = _run(session, statement)
            same_tenant = set() if is_portfolio else {"Move of bella"}
            if visible and any(word in visible for word in hidden | same_tenant):
                leaking.append(statement)
    assert leaking == []


def test_the_person_s_own_customer_is_shown_so_that_the_statements_can_fail(world, actors):
    leaking, _ = _leaks(world["bella"], actors["assigned"], world["bella"], {world["bella"]}, "control")
    assert len(leaking) > EACH / 10
    with TenantSession("", actors["assigned"]) as session:
        visible = [_run(session, statement.replace("{}", world["bella"])) for statement in PORTFOLIO]
    assert sum("Move of bella" in (text or "") for text in visible) >= 7


@pytest.mark.parametrize("ending", ["assignment", "person", "owner"])
def test_an_access_that_ends_is_over_at_the_next_statement_of_an_open_session(world, ending):
    person = add_staff("sales" if ending == "owner" else "specialist")
    if ending == "owner":
        give_to(world["bella"], person)
    else:
        assign(world["bella"], person)
    statement = "select t::text from migration t"
    with TenantSession(world["bella"], person) as session:
        assert world["bella"] in (_run(session, statement) or "")
        if ending == "assignment":
            end_assignments(world["bella"], person)
        elif ending == "person":
            deactivate(person)
        else:
            give_to(world["bella"], None)
        assert _run(session, statement) == ""
        assert world["bella"] not in (_run(session, "select p::text from portfolio_migration p") or "")
