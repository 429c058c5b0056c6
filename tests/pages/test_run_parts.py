"""The parts of a run's screens: card, events, outcomes, history and dry run, of runs in every state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.engine.runs.preview import DiffRow
from core.engine.runs.rules import FATES, RunState
from core.engine.runs.snapshot import STATES_SHOWN, EntityProgress
from pages.dry_run import changes, counts
from pages.runs import card, entities, history, outcomes
from pages.runs.events import in_words
from pages.runs.outcomes import FATE_LABELS, fates_table
from tests.pages.parts import NOW, context_of, draw, entity_count, run_view, snapshot_of, text_of

CONTEXT = context_of("manager")


def test_a_running_import_shows_rows_percent_rate_and_when_it_ends() -> None:
    run = run_view(
        state="running",
        headline="",
        rows_done=8,
        rows_out=4,
        rate=2.0,
        finished_at=None,
        current=("Order 7",),
    )
    snapshot = snapshot_of(
        run, label="Running", step="Importing order records", percent=28, remaining="about 3 min left",
        ends_at=NOW + timedelta(minutes=3),
    )  # fmt: skip
    text = text_of(draw(lambda: card.card(CONTEXT, snapshot)))
    assert "**8 of 32 rows read, 4 excluded or not mapped** · 28%" in text
    assert (
        "about 3 min left, ends 10:03 EST · 120 rows a minute · started 27 Nov, 10:00 EST by Bob Lindgren"
        in text
    )
    assert "Importing order records. Written last:" in text
    assert "Order 7" in text


def test_a_finished_import_shows_its_outcome_and_how_long_it_took() -> None:
    text = text_of(draw(lambda: card.card(CONTEXT, snapshot_of(run_view()))))
    assert "**32 of 32 rows imported**" in text
    assert "%" not in text
    assert "took 1:05" in text


def test_a_queued_run_shows_the_rows_of_the_files_and_no_percent() -> None:
    run = run_view(state="queued", headline="", rows_done=0, started_at=None, finished_at=None, elapsed=0.0)
    text = text_of(
        draw(lambda: card.card(CONTEXT, snapshot_of(run, label="Queued", percent=None, started_by="")))
    )
    assert "**32 rows**" in text
    assert "created 27 Nov, 10:00 EST" in text


def test_a_failed_run_shows_its_error_as_plain_text_and_a_standstill_warns() -> None:
    run = run_view(
        state="failed", headline="", error="Row 3 of *menu.csv*", standstill="No worker is online."
    )
    app = draw(lambda: card.card(CONTEXT, snapshot_of(run, label="Failed")))
    assert "Row 3 of *menu.csv*" in [element.value for element in app.text]
    assert "No worker is online" in text_of(app)


def test_a_rolled_back_import_says_so() -> None:
    run = run_view(state="rolled_back")
    assert "**Import 1 is rolled back**" in text_of(
        draw(lambda: card.card(CONTEXT, snapshot_of(run, percent=None)))
    )


def test_every_state_of_a_run_is_an_event_in_words() -> None:
    sentences = {state: in_words("phase_change", {"state": state}) for state in RunState if state != "draft"}
    assert all(sentences.values())
    assert len(set(sentences.values())) == len(sentences)


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("error", {"message": "The disk is full."}, "Error: The disk is full."),
        ("warning", {"message": "A worker left."}, "A worker left."),
        ("completion", {"rows": 3}, ""),
        ("completion", {"undone": 1, "kept": 0}, "1 record restored"),
        ("completion", {"undone": 1200, "kept": 2}, "1,200 records restored, 2 records left as they are"),
        ("progress", {"rows_done": 3, "chunk": 1}, "rows done: 3, chunk: 1"),
    ],
)
def test_an_event_is_a_sentence_and_a_completion_without_news_is_none(
    kind: str, data: dict[str, object], expected: str
) -> None:
    assert in_words(kind, data) == expected


def test_each_fate_has_a_column() -> None:
    assert tuple(FATE_LABELS) == FATES
    assert len(set(FATE_LABELS.values())) == len(FATES)


def test_outcomes_say_where_rows_are_not_balanced_and_what_an_empty_run_waits_for() -> None:
    run = run_view(
        entities=(entity_count("order", migrated=3, failed=1), entity_count("menu_item", migrated=2, read=3))
    )
    [table] = draw(lambda: fates_table(CONTEXT, run)).dataframe
    assert list(table.value["Entity"]) == ["Menu item", "Order"]
    assert list(table.value["Balanced"]) == [["No"], ["Yes"]]
    assert "No rows recorded yet" in text_of(draw(lambda: outcomes.fates_table(CONTEXT, run_view())))


def test_the_history_counts_rows_imported_and_while_a_run_is_at_work_rows_read() -> None:
    runs = [
        snapshot_of(run_view(state="running", imported=None, rows_done=8), label="Running", percent=25),
        snapshot_of(run_view(imported=30), label="Completed"),
        snapshot_of(run_view(state="rolled_back"), label="Rolled back", percent=None),
    ]
    [table] = draw(lambda: history.all_runs(CONTEXT, runs)).dataframe
    assert list(table.value["Rows"]) == ["8 of 32", "30 of 32", "–"]
    assert {label for [label] in table.value["State"]} <= STATES_SHOWN.keys()


def test_only_an_entity_with_held_rows_offers_to_open_them() -> None:
    progress = (
        EntityProgress("order", "Order", "Done", "green", 4, 4, 3, 1),
        EntityProgress("menu_item", "Menu item", "Running", "blue", 10, 5, 5, 0),
    )
    snapshot = snapshot_of(run_view(), entities=progress)
    [table] = draw(lambda: entities.entities(snapshot)).dataframe
    assert list(table.value["Progress"]) == [100.0, 50.0]
    assert table.value["Held rows"][0] == "Open 1"
    assert table.value["Held rows"].isna()[1]
    assert not draw(lambda: entities.entities(snapshot_of(run_view()))).dataframe


def test_two_dry_runs_are_compared_by_what_changed() -> None:
    before = {"new": 3, "changed": 0, "same": 5, "held": 2}
    assert counts._difference({"new": 6, "changed": 0, "same": 5, "held": 0}, before) == "+3 new, -2 held"
    assert counts._difference(before, before) == "–"
    assert counts._difference(before, None) == "Not in the previous dry run"


def test_a_change_hidden_from_the_role_shows_no_value() -> None:
    record = DiffRow("customer", "7", "changed", {"email": [None, None], "visits": [1, 2]}, hidden=("email",))
    lines = list(changes._lines(record))
    assert [line["Field"] for line in lines] == ["E-mail changed (hidden)", "Visits"]
    assert (lines[0]["Before"], lines[0]["After"]) == ("Hidden", "Hidden")
    assert (lines[1]["Before"], lines[1]["After"]) == ("1", "2")


def test_a_record_without_a_changed_field_has_a_line_that_says_so() -> None:
    [line] = changes._lines(DiffRow("customer", "7", "changed", {}))
    assert line["Field"] == changes.NO_CHANGES
    assert changes._summary([DiffRow("customer", "7", "changed", {})]) == "1 record, no field changes"
    many = [
        DiffRow("customer", str(number), "new", {"visits": [None, 1]})
        for number in range(changes.MAX_RECORDS)
    ]
    assert changes._summary(many) == "500 records, 500 field changes; the first 500 are shown"
