"""The audit log reads in words, is filtered, shows each person what they may see, and can be exported."""

from __future__ import annotations

import ast
import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from core.engine.mapping.actions import decide
from core.engine.mapping.views import field_rows
from core.engine.sources.actions import create_migration
from core.errors import NotAllowedError, NotFoundError
from core.platform.access.audit_files import export_audit, last_verification, verify_log
from core.platform.access.audit_log import (
    AuditFilter,
    audit_choices,
    audit_choices_of,
    audit_count,
    audit_log,
    audit_log_of,
)
from core.platform.audit.actions import note_reading, record
from core.platform.audit.labels import ACTIONS, action_label, details

CORE = Path(__file__).resolve().parents[3] / "core"


POSITIONS = {"record": 1, "record_report": 2}
"""Function -> the position of the action among its arguments."""


def recorded() -> set[str]:
    """The actions that any call of `record` names, read from the source text; 'run.…' of an f-string in both forms."""
    names: set[str] = set()
    for path in CORE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = POSITIONS.get(getattr(node.func, "id", "")) if isinstance(node, ast.Call) else None
            if place is None or len(node.args) <= place or "context" not in ast.unparse(node.args[0]):
                continue
            constants = [
                part.value
                for part in ast.walk(node.args[place])
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            names |= {text for text in constants if "." in text.strip(".")}
            if "run." in constants:
                names |= {f"run.{text}" for text in constants if text in {"pause", "cancel"}}
    return names


def test_every_recorded_action_has_a_label():
    assert recorded() - set(ACTIONS) == set()
    assert len(recorded()) > 25


def test_an_action_is_named_in_words():
    assert action_label("mapping.decide") == "Mapping decided"
    assert action_label("run.start") == "Run started"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"rows": 32, "levels": {"error": 6, "warning": 1}}, "32 rows, 6 errors, 1 warning"),
        (
            {"source_field": "price", "target": "menu_item.price", "status": "accepted"},
            "column price, maps to Menu item › Price, accepted",
        ),
        ({"source_field": "x", "target": None, "status": "ignored"}, "column x, not mapped, ignored"),
        ({"undone": {"order_line": 1200}}, "Order line 1,200"),
        ({"entities": ["order", "payment"], "also_edited": 0}, "entities order and payment, edited later 0"),
    ],
)
def test_details_are_words_and_not_the_marks_of_a_language(facts, words):
    assert details(facts) == words


def test_a_person_without_the_right_sees_only_own_activity(alice, bob, sam):
    create_migration(alice, "Spring")
    create_migration(bob, "Summer")
    assert {line.person_id for line in audit_log(alice)} == {alice.person, bob.person}
    assert {line.person_id for line in audit_log(bob)} == {bob.person}
    assert {line.person_id for line in audit_log(bob, AuditFilter(person=alice.person))} == {bob.person}
    assert audit_log(sam) == []


def test_the_log_is_filtered_by_person_action_and_period(alice, bob):
    create_migration(alice, "Spring")
    create_migration(bob, "Summer")
    record(alice, "demo.reset", "tenant", alice.tenant.id, migrations=1)
    alice.session.commit()
    assert audit_count(alice) == 3
    assert audit_count(alice, AuditFilter(person=bob.person)) == 1
    assert audit_count(alice, AuditFilter(action="demo.reset")) == 1
    assert audit_count(alice, AuditFilter(since=alice.now + timedelta(days=1))) == 0
    choices = audit_choices(alice)
    assert choices.people == {alice.person: "Alice", bob.person: "Bob"}
    assert choices.actions == ["demo.reset", "migration.create"]
    assert choices.object_types == ["tenant", "migration"]


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("spring", {"Spring 100%"}),
        ("100%", {"Spring 100%"}),
        ("bob created", {"Summer"}),
        ("migration created", {"Spring 100%", "Summer"}),
        ("mapping of the customer", {"Spring 100%", "Summer"}),
        ("contract alice", {"Spring 100%"}),
        ("1000", set()),
        ("legal_basis", set()),
        ("specialist", {"Summer"}),
        ("\x00'; drop", set()),
    ],
)
def test_the_log_is_searched_by_the_words_that_people_read(alice, bob, text, matches):
    create_migration(alice, "Spring 100%")
    create_migration(bob, "Summer")
    lines = audit_log(alice, AuditFilter(text=text))
    assert {line.facts["name"] for line in lines} == matches
    assert audit_count(alice, AuditFilter(text=text)) == len(matches)


def test_a_field_is_found_by_its_label(alice, suggested_toast):
    field = next(row for row in field_rows(alice, suggested_toast) if row.target == "menu_item.price")
    decide(alice, field.id, version=field.version, target="menu_item.price")
    [line] = audit_log(alice, AuditFilter(text="item price decided", object_type="mapping_field"))
    assert line.details == "edited, maps to Menu item › Price, column price"


def test_a_record_of_a_guest_is_found_by_the_label_of_its_type(alice):
    note_reading(alice, "customer", "c1", data="customer", purpose="source record")
    [line] = audit_log(alice, AuditFilter(text="guest source shown"))
    assert (line.object_type, line.details) == ("customer", "Guest")


def test_several_customers_are_searched_at_once_each_by_the_role_held_there(alice, bob, mallory, sam):
    create_migration(alice, "Spring")
    create_migration(mallory, "Summer")
    create_migration(sam, "Autumn")
    slugs = [alice.tenant.slug, mallory.tenant.slug]
    lines, total = audit_log_of(sam.person, slugs, AuditFilter())
    assert [(line.customer, line.entry.facts["name"]) for line in lines] == [("Bella", "Autumn")]
    assert (total, audit_choices_of(sam.person, slugs).actions) == (1, ["migration.create"])
    with pytest.raises(NotFoundError):
        audit_log_of(alice.person, slugs, AuditFilter())


def test_the_log_tells_when_its_chain_was_verified_and_by_whom(alice, bob):
    create_migration(bob, "Summer")
    assert last_verification(alice) is None
    assert verify_log(alice).is_sound
    verification = last_verification(alice)
    assert (verification.name, verification.lines, verification.faults) == ("Alice", 1, 0)
    with pytest.raises(NotAllowedError):
        verify_log(bob)


def test_only_who_may_read_all_exports_the_log_and_the_export_is_noted(alice, bob):
    create_migration(bob, "Summer")
    names = {bob.person: "Bob"}
    table = list(
        csv.DictReader(io.StringIO(export_audit(alice, AuditFilter(), "csv", names).decode("utf-8-sig")))
    )
    assert (table[0]["Person"], table[0]["Action"], table[0]["Details"]) == (
        "Bob",
        "Migration created",
        "name Summer",
    )
    assert (table[0]["Purpose"], table[0]["Legal basis"]) == ("mapping of the customer's data", "contract")
    assert "export.audit" in {line.action for line in audit_log(alice)}
    with pytest.raises(NotAllowedError):
        export_audit(bob, AuditFilter(), "csv", names)
