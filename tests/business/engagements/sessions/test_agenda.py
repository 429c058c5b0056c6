"""An agenda holds what is open in this migration: counts and names of fields, and no value of a record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from core.business.engagements.sessions.actions import book_session, cancel_session, refresh_agenda
from core.business.engagements.sessions.agenda import open_questions
from core.business.engagements.sessions.views import guided_session
from core.context import Context
from core.engine.progress.views import facts
from core.errors import ConflictError
from tests.business.engagements.sessions.office import MORNING, NOW, open_office
from tests.operators import operator


def topics(context: Context, migration: str | None = None) -> dict[str, list[str]]:
    by_topic: dict[str, list[str]] = {}
    for item in open_questions(context, migration):
        by_topic.setdefault(item.topic, []).append(item.text)
    return by_topic


def test_a_customer_without_a_migration_has_no_questions(alice: Context) -> None:
    assert open_questions(alice, None) == []


def test_undecided_fields_are_named_by_table(alice: Context, suggested_toast: str) -> None:
    fields = topics(alice, suggested_toast)["fields"]
    assert any(line.startswith("Decide ") and " of " in line and ": " in line for line in fields)
    assert topics(alice) == topics(alice, suggested_toast)


def test_the_checks_that_failed_are_named_with_their_rows(alice: Context, validated_toast: str) -> None:
    counts = alice.session.execute(text("select count(*) from issue where level = 'error'")).scalar()
    checks = topics(alice, validated_toast).get("checks", [])
    assert bool(checks) == bool(counts)
    assert all(line.startswith("Check failed, ") for line in checks)


def test_every_undecided_field_is_counted_once(alice: Context, decided_toast: str) -> None:
    lines = [line for line in topics(alice, decided_toast)["fields"] if line.startswith("Decide ")]
    assert sum(int(line.split()[1]) for line in lines) == facts(alice, decided_toast).to_review


def test_an_agenda_is_filled_when_a_session_is_booked_and_anew_when_asked(
    alice: Context, suggested_toast: str, people: dict[str, str]
) -> None:
    operator()
    manager = replace(alice, now=NOW)
    office = open_office(manager, people["bob"])
    session_id = book_session(manager, office.order, "discovery", office.specialist, MORNING)
    lines = [item.text for item in guided_session(manager, session_id).agenda]
    assert lines[:2] == ["Review current POS setup", "Identify custom requirements"]
    assert len(lines) > 2
    alice.session.execute(text("delete from mapping_field"))
    alice.session.commit()
    assert refresh_agenda(manager, session_id) == len(guided_session(manager, session_id).agenda) == 2
    cancel_session(manager, session_id, "No")
    with pytest.raises(ConflictError):
        refresh_agenda(manager, session_id)
