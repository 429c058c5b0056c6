"""Managers edit entries of the playbook: each edit is a version, nothing is lost, sales reads only."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from core.business.sales.playbook.actions import EditConflictError, restore_entry, save_entry
from core.business.sales.playbook.content import EntryError, as_document, standard_entry
from core.business.sales.playbook.evidence import Verdict, evidence
from core.business.sales.playbook.views import (
    claim_figures,
    entry_history,
    playbook,
    playbook_entry,
    search_playbook,
)
from core.business.sales.tables import ContentVersion, FinishedMigration
from core.entry.demo_history import seed_history
from core.errors import InvalidInputError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from core.platform.access.audit_log import AuditFilter, audit_log
from tests.operators import add_staff

pytestmark = pytest.mark.usefixtures("database")
ENTRY = ("objections", "time")


@pytest.fixture
def manager(database):
    staff = add_staff("manager")
    with enter(staff.person, staff.operator) as context:
        yield context


def _text(words: str) -> dict:
    return as_document(standard_entry(*ENTRY)) | {"answer": words}


def _save(context, words: str) -> int:
    return save_entry(context, *ENTRY, _text(words), playbook_entry(context, *ENTRY).version)


def test_an_edit_is_the_next_version_with_who_and_what_differs(manager):
    before = playbook_entry(manager, *ENTRY)
    version = _save(manager, "It takes an hour of yours.")
    entry = playbook_entry(manager, *ENTRY)
    assert (entry.version, entry.by) == (version, manager.name)
    assert entry.content.answer == "It takes an hour of yours."
    newest = entry_history(manager, *ENTRY)[0]
    assert (newest.version, newest.by) == (version, manager.name)
    assert newest.changes == [("Answer", before.content.answer, "It takes an hour of yours.")]
    line, *_ = audit_log(manager, AuditFilter(action="playbook.edit"))
    assert line.action == "playbook.edit"


def test_an_old_version_is_restored_as_the_next_one(manager):
    first = _save(manager, "First.")
    second = _save(manager, "Second.")
    third = restore_entry(manager, *ENTRY, first, second)
    assert third == second + 1
    assert playbook_entry(manager, *ENTRY).content.answer == "First."
    shipped = restore_entry(manager, *ENTRY, 0, third)
    assert playbook_entry(manager, *ENTRY).content == standard_entry(*ENTRY)
    assert [entry.version for entry in entry_history(manager, *ENTRY)] == list(range(shipped, -1, -1))


def test_of_two_who_save_at_once_the_second_is_shown_both_and_loses_nothing(manager):
    version = playbook_entry(manager, *ENTRY).version
    colleague = add_staff("admin")
    with enter(colleague.person, colleague.operator) as context:
        save_entry(context, *ENTRY, _text("Theirs."), version)
    with pytest.raises(EditConflictError) as conflict:
        save_entry(manager, *ENTRY, _text("Mine."), version)
    assert conflict.value.newest.content.answer == "Theirs."
    assert conflict.value.newest.by == colleague.name
    assert conflict.value.mine.answer == "Mine."
    assert playbook_entry(manager, *ENTRY).content.answer == "Theirs."
    save_entry(manager, *ENTRY, _text("Mine."), conflict.value.newest.version)
    assert playbook_entry(manager, *ENTRY).content.answer == "Mine."
    assert "Theirs." in [entry.content.answer for entry in entry_history(manager, *ENTRY)]


def test_a_wrong_entry_and_one_that_does_not_differ_are_not_stored(manager):
    version = _save(manager, "Right.")
    with pytest.raises(EntryError):
        save_entry(manager, *ENTRY, _text(""), version)
    with pytest.raises(InvalidInputError):
        save_entry(manager, *ENTRY, _text("Right."), version)
    with pytest.raises(NotFoundError):
        restore_entry(manager, *ENTRY, 10_000, version)
    with pytest.raises(NotFoundError):
        save_entry(manager, "objections", "weather", _text("x"), 0)
    assert playbook_entry(manager, *ENTRY).version == version


def test_sales_reads_and_does_not_edit(manager):
    _save(manager, "Seen by sales: zebra.")
    sales = add_staff("sales")
    with enter(sales.person, sales.operator) as context:
        assert playbook_entry(context, *ENTRY).content.answer == "Seen by sales: zebra."
        assert [entry.key for entry in search_playbook(context, "ZEBRA sales")] == ["time"]
        with pytest.raises(NotAllowedError):
            _save(context, "Not mine to change.")
        with pytest.raises(NotAllowedError):
            restore_entry(context, *ENTRY, 0, playbook_entry(context, *ENTRY).version)


def test_an_edit_in_the_demo_is_not_seen_in_the_installation(manager):
    staff = add_staff("manager", is_demo=True)
    with enter(staff.person, staff.operator) as context:
        _save(context, "Only in the demo.")
    assert search_playbook(manager, "only in the demo") == []


def test_versions_are_never_changed(manager):
    _save(manager, "For ever.")
    with pytest.raises(DBAPIError):
        manager.session.execute(update(ContentVersion).values(version=99))
    manager.session.rollback()


def test_a_stored_version_that_no_longer_fits_shows_the_shipped_text_and_says_so(manager):
    version = _save(manager, "Fits.")
    row = manager.session.scalars(
        select(ContentVersion).where(
            ContentVersion.key == "objections/time", ContentVersion.version == version
        )
    ).one()
    manager.session.expunge(row)
    fields = {name: getattr(row, name) for name in ("tenant_id", "created_at", "kind", "key", "person_id")}
    later = ContentVersion(
        **fields, id=manager.tenant.id, version=version + 1, content={"title": "Old shape"}
    )
    manager.session.add(later)
    manager.session.flush()
    entry = playbook_entry(manager, *ENTRY)
    assert entry.is_unreadable
    assert entry.content == standard_entry(*ENTRY)
    manager.session.rollback()


def test_the_playbook_is_the_operators_alone(alice):
    with pytest.raises(NotFoundError):
        playbook(alice)


def test_a_single_migration_contradicts_what_is_said_of_all(manager):
    staff = add_staff("manager", is_demo=True)
    with enter(staff.person, staff.operator) as context:
        context.session.execute(text("select empty_demo()"))
        context.session.commit()
        seed_history(context, date(2026, 11, 28))
        claim = standard_entry("objections", "time").claims[2]
        assert claim.scope == "all"
        assert evidence(claim, claim_figures(context)).verdict is Verdict.SUPPORTED
        move = context.session.scalars(select(FinishedMigration)).first()
        move.reported = {**move.reported, "days_closed": {"value": "0.5"}}
        context.session.flush()
        proof = evidence(claim, claim_figures(context))
        assert proof.verdict is Verdict.CONTRADICTED
        assert "days closed 0 (0 to 0.5), 30 migrations" in proof.measured
        context.session.rollback()
        context.session.execute(text("select empty_demo()"))
        context.session.commit()
    assert claim_figures(manager)["days_closed"].sample < 30
