"""Suggesting anew leaves fields in their place: who looks at a card may decide it, and the history stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters import SOURCES
from core.engine.mapping import actions, views
from core.engine.mapping.actions import Decision, add_export, undo
from core.errors import ConflictError
from core.platform.access.actions import enter


@pytest.fixture
def toast(suggested_toast):
    return suggested_toast


def test_decisions_and_suggestions_at_once_both_come_through(alice, toast, people, tenants):
    fields = views.field_rows(alice, toast)[:40]
    alice.session.rollback()

    def decide():
        with enter(people["bob"], tenants["bella"]) as context:
            for field in fields:
                actions.decide(context, field.id, version=field.version, target=None, status="ignored")

    def suggest():
        with enter(people["alice"], tenants["bella"]) as context:
            for _ in range(3):
                actions.suggest_mapping(context, toast, SOURCES)

    with ThreadPoolExecutor(2) as pool:
        for work in [pool.submit(decide), pool.submit(suggest)]:
            work.result()
    alice.session.rollback()
    status = {field.id: field.status for field in views.field_rows(alice, toast)}
    assert {status[field.id] for field in fields} == {"ignored"}


def test_a_card_that_was_open_while_a_file_came_in_is_decided(alice, toast, tmp_path):
    card = views.field_rows(alice, toast)[0]
    (tmp_path / "guests.csv").write_text("Guest,Mail\nA,b@example.com\n")
    add_export(alice, toast, tmp_path / "guests.csv", SOURCES)
    actions.decide(alice, card.id, version=card.version, target=None, status="ignored")
    assert views.mapping_field(alice, card.id).status == "ignored"


def test_a_batch_that_was_undone_stays_in_the_history_and_can_be_restored(alice, toast):
    decisions = [
        Decision(field.id, field.version, None, None, "ignored") for field in views.field_rows(alice, toast)
    ]
    batch = actions.decide_many(alice, decisions, include_high=True)
    undo_result = undo(alice, batch)
    suggested = {field.id: (field.target, field.confidence) for field in views.field_rows(alice, toast)}
    actions.suggest_mapping(alice, toast, SOURCES)
    assert {f.id: (f.target, f.confidence) for f in views.field_rows(alice, toast)} == suggested
    (batch_shown,) = views.batches(alice, toast)
    assert (batch_shown.id, batch_shown.fields, batch_shown.is_undone) == (batch, len(decisions), True)
    with pytest.raises(ConflictError):
        undo(alice, batch)
    undo(alice, undo_result.batch)
    assert {field.status for field in views.field_rows(alice, toast)} == {"ignored"}
