"""The audit log tells who did what, and nobody can make it tell otherwise."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.platform.audit.views import audit_lines


@action("migration.write")
def _note(context, object_id, reason=None):
    record(context, "note.write", "note", object_id, reason=reason, words=3)


def test_a_line_names_person_role_object_and_reason(alice):
    note = new_id()
    _note(alice, note, reason="asked by phone")
    [line] = audit_lines(alice, object_type="note", object_id=note)
    assert (line.person_id, line.role, line.action) == (alice.person, "manager", "note.write")
    assert (line.reason, line.facts["words"]) == ("asked by phone", 3)
    assert timedelta(0) <= line.created_at - alice.now < timedelta(minutes=1)  # the database's time


def test_the_newest_line_comes_first(alice):
    notes = [new_id() for _ in range(3)]
    for note in notes:
        _note(alice, note)
    assert [line.object_id for line in audit_lines(alice, limit=2)] == notes[:0:-1]


@pytest.mark.parametrize(
    "statement", ["update audit_line set role = 'sales'", "delete from audit_line", "truncate audit_line"]
)
def test_a_line_can_neither_be_changed_nor_removed(alice, statement):
    _note(alice, new_id())
    with pytest.raises(ProgrammingError, match="permission denied"):
        alice.session.execute(text(statement))


def test_the_log_of_another_tenant_is_not_there(alice, mallory):
    note = new_id()
    _note(alice, note)
    assert audit_lines(mallory, object_id=note) == []
