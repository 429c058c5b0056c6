"""Runs: one state in card, table and buttons; the start button follows the wizard; held rows by cause; the rollback's proof."""

from __future__ import annotations

from core.engine.mapping.views import UNDECIDED, field_rows
from core.engine.runs import actions
from core.engine.runs.snapshot import STATES_SHOWN
from core.engine.runs.worker import steps
from tests.importer import MENU
from tests.pages.conftest import Console
from tests.pages.test_menu import texts

HELD = MENU.replace("16.00", "sixteen")


def table(app, column):
    frames = [element.value for element in app.dataframe if column in element.value.columns]
    return frames[0].to_dict("records") if frames else []


def button(app, key):
    return next((element for element in app.button if element.key == key), None)


def test_without_a_dry_run_the_start_button_is_secondary_and_its_dialog_says_so(console: Console, importer):
    importer.prepare(MENU)
    app = console("alice", "runs")
    start = button(app, "start_import")
    assert start.proto.type == "secondary"
    assert not start.disabled
    start.click().run()
    assert "No dry run was done for this mapping" in texts(app)


def test_after_a_dry_run_the_start_button_is_the_main_one(console: Console, importer):
    importer.run(importer.prepare(MENU), "dry_run")
    assert button(console("alice", "runs"), "start_import").proto.type == "primary"


def test_with_fields_to_review_the_start_button_is_not_the_main_one(console: Console, alice, migration):
    assert field_rows(alice, migration, UNDECIDED)
    assert button(console("alice", "runs"), "start_import").proto.type == "secondary"


def test_a_queued_import_is_queued_everywhere(console: Console, alice, importer):
    migration = importer.prepare(MENU)
    actions.start(alice, migration, "import")
    app = console("alice", "runs")
    assert not app.exception
    badges = [element.value for element in app.markdown if "badge" in element.value]
    states = {state for state in STATES_SHOWN for badge in badges if f"[{state}]" in badge}
    assert states <= {"Queued"}
    assert {tuple(row["State"]) for row in table(app, "Read")} == {("Waiting",)}


def test_a_paused_import_is_paused_in_card_and_table_and_can_be_resumed(console: Console, alice, importer):
    migration = importer.prepare(MENU)
    importer.run(migration, "dry_run")
    run = actions.start(alice, migration, "import").id
    tasks = steps.begin(alice.tenant.id, alice.person, run)
    steps.load(alice.tenant.id, alice.person, run, tasks[:1])
    alice.session.rollback()
    actions.pause(alice, run)
    app = console("alice", "runs")
    assert not app.exception
    (newest, _) = table(app, "ID")
    assert newest["State"] == ["Paused"]
    assert button(app, f"resume_{run}") is not None
    assert button(app, f"pause_{run}") is None
    assert "Waiting for a worker" not in texts(app)


def test_held_rows_stand_by_cause_with_how_to_fix_them(console: Console, importer):
    importer.run(importer.prepare(HELD))
    app = console("alice", "runs")
    (cause,) = table(app, "Cause")
    assert (cause["Rows"], cause["Fix"]) == (1, "Fix")
    assert cause["How to fix"]
    entity = next(row for row in table(app, "Read") if row["Held"])
    assert entity["Held rows"] == "Open 1"


def test_only_a_manager_approves_and_is_asked_why(console: Console, bob, importer):
    run = importer.run(importer.prepare(HELD))
    key = f"approve_{run.id}"
    assert button(console("bob", "runs"), key).disabled
    app = console("alice", "runs")
    button(app, key).click().run()
    assert any(element.label == "Why is it acceptable?" for element in app.text_input)


def test_a_rolled_back_import_shows_no_percent_and_its_proof(console: Console, importer):
    run = importer.run(importer.prepare(MENU))
    importer.roll_back(run.id)
    app = console("alice", "runs")
    assert not app.exception
    assert "100%" not in texts(app)
    proof = table(app, "Checksum before")
    assert proof
    assert all(row["Equal"] == ["Yes"] for row in proof)


def test_events_are_sentences(console: Console, importer):
    importer.run(importer.prepare(MENU))
    events = [row["Event"] for row in table(console("alice", "runs"), "Event")]
    assert events[0] == "Completed"
    assert events[-1] == "Queued"


def test_a_named_run_is_shown_and_an_unknown_one_is_reported(console: Console, importer):
    migration = importer.prepare(MENU)
    first = importer.run(migration, "dry_run")
    importer.run(migration)
    app = console("alice", "runs", run=first.id)
    assert any("Dry run 1" in str(element.options) for element in app.selectbox if element.label == "Run")
