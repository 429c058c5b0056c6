"""Every line tells its purpose, the categories of data, the legal basis and the retention, in what is signed."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import text

from core.db.session import TenantSession
from core.engine.sources.actions import create_migration
from core.kit.masking import PERSONAL_ENTITIES
from core.platform.access.actions import action, view
from core.platform.access.audit_log import AuditFilter, audit_log
from core.platform.audit.actions import note_reading, record
from core.platform.audit.labels import ACTIONS
from core.platform.audit.processing import (
    KEYS,
    READING,
    UNDECLARED,
    is_declared,
    processing_facts,
    reading_purposes,
    split_facts,
)
from core.platform.audit.verifying import verify
from core.schema import target_schema
from tests.platform.audit.test_chain import as_superuser

CORE = Path(__file__).resolve().parents[3] / "core"


def calls(name):
    """Yield every call of a function of that name in core."""
    for path in CORE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                yield node


@view("personal.read")
def look(context, object_id, *, fails=False):
    note_reading(context, "customer", object_id, data="customer", purpose="source record")
    if fails:
        raise LookupError
    return "Zanzibarian"


@view("personal.read")
def look_twice(context):
    return [look(context, "1"), look(context, "2")]


@action("personal.read")
def look_and_act(context, *, fails=False):
    look(context, "1")
    if fails:
        raise LookupError


def readings(context):
    return [line.object_id for line in audit_log(context, AuditFilter(action=READING))]


def test_every_operation_and_every_reading_is_declared():
    assert [name for name in ACTIONS if name != READING and not is_declared(name)] == []
    purposes = {
        keyword.value.value
        for call in calls("note_reading")
        for keyword in call.keywords
        if keyword.arg == "purpose"
    }
    assert purposes == reading_purposes()


def test_every_entity_of_people_has_a_category_of_its_own():
    for entity in PERSONAL_ENTITIES:
        facts = processing_facts(READING, {"purpose": "held rows", "data": entity})
        assert facts["data_categories"] not in ([], ["business records"]), entity
    for domain in target_schema().domains:
        for entity in target_schema().domain(domain):
            assert len(processing_facts("run.chunk", {"entity": entity})["data_categories"]) == 1


@pytest.mark.parametrize(
    ("name", "facts", "categories"),
    [
        ("run.chunk", {"entity": "customer"}, ["guests"]),
        ("run.chunk", {"entity": "menu_item"}, ["business records"]),
        (
            "run.rollback",
            {"entities": ["guardian", "student", "school"]},
            ["business records", "guardians", "pupils"],
        ),
        ("run.pause", {}, []),
        ("file.add", {}, ["records"]),
        ("export.held_rows", {}, ["records"]),
        (READING, {"purpose": "held rows", "data": "all"}, ["records"]),
        (READING, {"purpose": "held rows", "data": "customer, employee"}, ["employees", "guests"]),
        ("membership.set", {}, ["accounts"]),
        ("never.heard", {}, []),
    ],
)
def test_the_categories_of_data_are_those_of_the_entities_named(name, facts, categories):
    assert processing_facts(name, facts)["data_categories"] == categories


def test_an_undeclared_operation_keeps_its_facts():
    facts = processing_facts("never.heard", {"words": 3})
    assert split_facts(facts) == ({"words": 3}, UNDECLARED)


def test_a_line_from_before_the_declaration_has_none():
    assert split_facts({"data": "customer", "purpose": "held rows"}) == (
        {"data": "customer", "purpose": "held rows"},
        None,
    )


def test_every_line_of_the_log_carries_the_four(alice):
    create_migration(alice, "Spring")
    look(alice, "1")
    lines = audit_log(alice)
    assert len(lines) == 2
    for line in lines:
        assert set(KEYS) <= line.facts.keys()
        assert line.processing.purpose
    assert lines[0].processing.data_categories == ("guests",)


@pytest.mark.parametrize("key", KEYS)
def test_a_purpose_that_is_changed_afterwards_shows(alice, key):
    look(alice, "1")
    as_superuser(
        f"update audit_line set facts = facts || '{{\"{key}\": 1}}' where tenant_id = :tenant",
        tenant=alice.tenant.id,
    )
    with TenantSession(alice.tenant.id, alice.person) as session:
        assert verify(session, ()).faults == ["Line 1 was changed, moved, or written without the key."]


def test_a_reading_is_committed_before_its_values_leave_the_view(alice, bob):
    assert look(bob, "1") == "Zanzibarian"
    bob.session.rollback()
    assert readings(alice) == ["1"]


def test_views_inside_a_view_note_each_look(alice):
    look_twice(alice)
    assert readings(alice) == ["2", "1"]


def test_a_view_that_fails_has_shown_nothing(alice):
    with pytest.raises(LookupError):
        look(alice, "1", fails=True)
    create_migration(alice, "Spring")
    assert readings(alice) == []
    look(alice, "1")
    assert readings(alice) == ["1"]


def test_a_reading_inside_an_action_stands_or_falls_with_it(alice):
    with pytest.raises(LookupError):
        look_and_act(alice, fails=True)
    assert readings(alice) == []
    look_and_act(alice)
    assert readings(alice) == ["1"]


def test_a_look_that_could_not_be_noted_is_noted_the_next_time(alice):
    as_superuser("update audit_head set mac = '' where tenant_id = :tenant", tenant=alice.tenant.id)
    alice.session.info["acting"] = True  # inside an action that is given up
    look(alice, "1")
    alice.session.rollback()
    del alice.session.info["acting"]
    look(alice, "1")
    assert readings(alice) == ["1"]


def test_a_reading_outside_of_a_view_stands_at_once(alice):
    note_reading(alice, "customer", "9", data="customer", purpose="held rows")
    alice.session.rollback()
    assert readings(alice) == ["9"]


def test_a_view_commits_nothing_but_its_own_reading(alice):
    alice.session.begin_nested()
    alice.session.execute(text("create temp table scribble (n int) on commit drop"))
    look(alice, "1")
    assert alice.session.in_transaction()
    alice.session.rollback()
    record(alice, "demo.reset", "tenant", "x")
    alice.session.rollback()
    assert "demo.reset" not in [line.action for line in audit_log(alice)]
