"""Bulk actions ask first with counts and amounts, spare what is sure, and stay undoable after a reload."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.context import Context
from core.engine.mapping import views
from core.kit.wording import counted
from pages.mapping.bulk.menu import ASK, HISTORY, BulkRequest
from tests.pages.conftest import Console
from tests.pages.mapping.test_grid import text_of


def ask(app: AppTest, migration: str, status: str, ids: list[str]) -> AppTest:
    app.session_state[ASK] = BulkRequest(migration, status, tuple(ids))
    return app.run()


def open_ids(context: Context, migration: str) -> list[str]:
    return [row.id for row in views.field_rows(context, migration, views.UNDECIDED)]


def test_accepting_what_is_sure_asks_and_then_does_it(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    high = views.progress(alice, migration).acceptable
    assert app.button(key="map_accept_high").label == f"Accept {high} high"
    app.button(key="map_accept_high").click().run()
    assert views.progress(alice, migration).reviewed == 0
    assert app.button(key="map_bulk_do").label == f"Accept {counted(high, 'field')}"
    app.button(key="map_bulk_do").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).reviewed == high
    assert app.button(key="map_accept_high").label == "Accept 0 high"
    assert app.button(key="map_accept_high").disabled


def test_excluding_everything_spares_the_sure_ones_unless_they_are_chosen(
    console: Console, alice: Context, migration: str
) -> None:
    ids = open_ids(alice, migration)
    high = views.progress(alice, migration).by_band["green"]
    app = ask(console("alice", "mapping"), migration, "ignored", ids)
    assert app.button(key="map_bulk_do").label == f"Exclude {counted(len(ids) - high, 'field')}"
    text = text_of(app)
    assert "0 with high confidence" in text
    assert " rows; " in text
    app.button(key="map_bulk_do").click().run()
    alice.session.rollback()
    excluded = [row for row in views.field_rows(alice, migration) if row.status == "ignored"]
    assert len(excluded) == len(ids) - high
    assert all((row.confidence or 0) <= 0.9 for row in excluded)


def test_sure_ones_are_excluded_when_the_person_says_so(
    console: Console, alice: Context, migration: str
) -> None:
    ids = open_ids(alice, migration)
    app = ask(console("alice", "mapping"), migration, "ignored", ids)
    app.checkbox(key="map_bulk_high").check().run()
    assert app.button(key="map_bulk_do").label == f"Exclude {counted(len(ids), 'field')}"
    high = views.progress(alice, migration).by_band["green"]
    assert f"{high} with high confidence" in text_of(app)
    assert "$" in text_of(app)
    app.button(key="map_bulk_do").click().run()
    alice.session.rollback()
    assert open_ids(alice, migration) == []
    (batch,) = views.batches(alice, migration)
    assert not batch.looked


def test_a_question_that_is_cancelled_decides_nothing(
    console: Console, alice: Context, migration: str
) -> None:
    app = ask(console("alice", "mapping"), migration, "ignored", open_ids(alice, migration))
    app.button(key="map_bulk_cancel").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).reviewed == 0


def test_a_batch_is_listed_with_who_and_undone_after_a_reload(
    console: Console, alice: Context, migration: str
) -> None:
    app = ask(console("alice", "mapping"), migration, "accepted", open_ids(alice, migration)[:5])
    app.button(key="map_bulk_do").click().run()
    alice.session.rollback()
    count = views.progress(alice, migration).reviewed
    assert count
    again = console("alice", "mapping")
    again.session_state[ASK] = HISTORY
    again.run()
    assert "Alice" in text_of(again)
    (batch,) = views.batches(alice, migration, bulk_only=True)
    again.button(key=f"undo_{batch.id}").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).reviewed == 0


def test_undo_names_what_it_undoes_and_stays_after_a_reload(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    assert app.button(key="map_undo").disabled
    source = views.mapping_field(alice, app.session_state["map_focus"]).source_field
    app.button(key="card_exclude").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).reviewed == 1
    again = console("alice", "mapping")
    assert again.button(key="map_undo").help.replace("\\", "") == f"Undo: Excluded {source} (U)"
    again.button(key="map_undo").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).reviewed == 1, "a decision of an earlier session asks first"
    assert f"Undo “Excluded {source}”?" in text_of(again)
    again.button(key="map_undo_do").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).reviewed == 0


def test_undo_of_a_single_decision_of_this_session_asks_nothing(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    app.button(key="card_exclude").click().run()
    app.button(key="card_exclude").click().run()
    for count in (1, 0):
        app.button(key="map_undo").click().run()
        alice.session.rollback()
        assert views.progress(alice, migration).reviewed == count


def test_undo_of_a_bulk_action_asks_with_counts_and_can_be_cancelled(
    console: Console, alice: Context, migration: str
) -> None:
    app = ask(console("alice", "mapping"), migration, "accepted", open_ids(alice, migration)[:5])
    app.button(key="map_bulk_do").click().run()
    alice.session.rollback()
    (batch,) = views.batches(alice, migration, bulk_only=True)
    app.button(key="map_undo").click().run()
    assert f"Undo “{batch.label}”?" in text_of(app)
    assert f"**{counted(batch.fields, 'field')}** return to review; " in text_of(app)
    app.button(key="map_undo_cancel").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).reviewed == batch.fields
    app.button(key="map_undo").click().run()
    app.button(key="map_undo_do").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).reviewed == 0


def test_the_card_teaches_and_the_bulk_does_not(console: Console, alice: Context, migration: str) -> None:
    app = console("alice", "mapping")
    app.button(key="card_exclude").click().run()
    ask(app, migration, "accepted", open_ids(alice, migration)[:3])
    app.button(key="map_bulk_do").click().run()
    alice.session.rollback()
    looked = {batch.looked for batch in views.batches(alice, migration) if batch.fields == 1}
    unlooked = {batch.looked for batch in views.batches(alice, migration) if batch.fields > 1}
    assert (looked, unlooked) == ({True}, {False})


def test_a_reader_is_offered_no_decision(console: Console, migration: str) -> None:
    app = console("sam", "mapping")
    assert app.button(key="map_accept_high").disabled
    assert "map_undo" not in [button.key for button in app.button]


def test_next_settles_what_can_be_decided_together_and_leaves_the_others_to_review(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    rows = views.field_rows(alice, migration)
    high = [row for row in rows if row.target and row.band == "green" and not row.question]
    unmatched = [row for row in rows if row.target is None]
    app.button(key="wizard_next").click().run()
    assert views.progress(alice, migration).reviewed == 0, "it asks first"
    labels = [box.label for box in app.checkbox]
    assert f"Accept {counted(len(high), 'high-confidence suggestion')}" in labels
    assert f"Exclude {counted(len(unmatched), 'column')} with no matching field" in labels
    app.button(key="map_finish_do").click().run()
    alice.session.rollback()
    open_after = set(open_ids(alice, migration))
    assert open_after == {row.id for row in rows} - {row.id for row in (*high, *unmatched)}
    assert {batch.label for batch in views.batches(alice, migration, bulk_only=True)} == {
        f"Accepted {counted(len(high), 'high-confidence suggestion')}",
        f"Excluded {counted(len(unmatched), 'column')} with no matching field",
    }


def test_next_opens_the_rules_once_all_fields_are_reviewed(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    for status, rows in (
        ("accepted", [row for row in views.field_rows(alice, migration) if row.target]),
        ("ignored", [row for row in views.field_rows(alice, migration) if row.target is None]),
    ):
        ask(app, migration, status, [row.id for row in rows])
        app.button(key="map_bulk_do").click().run()
    for field_id in open_ids(alice, migration):
        app.button(key=f"question_{field_id}").click().run()
        app.button(key="card_accept").click().run()
    app.button(key="wizard_next").click().run()
    assert app.title[0].value == "Rules"


def test_next_waits_for_a_reader_until_all_fields_are_reviewed(console: Console, migration: str) -> None:
    assert console("sam", "mapping").button(key="wizard_next").disabled
