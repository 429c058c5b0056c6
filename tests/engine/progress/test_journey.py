"""One journey: steps, status, next action and start button of a migration follow from its facts and agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.progress.facts import (
    BLOCKED,
    CURRENT,
    DONE,
    NOT_VALIDATED,
    OPEN,
    OUTDATED,
    SKIPPED,
    STEPS,
    Facts,
    RunFacts,
)
from core.engine.progress.rules import journey
from core.engine.progress.start import start_button
from core.engine.runs.rules import STATES
from core.platform.access.rules import ROLES

MANAGER, SPECIALIST, SALES = ROLES["manager"], ROLES["specialist"], ROLES["sales"]
ALL_PERMISSIONS = frozenset().union(*ROLES.values())

FILE = Facts(files=1, rows=32)
READ = replace(FILE, unsuggested=79)
SUGGESTED = replace(FILE, fields=117, weak=30, planned=87)
REVIEWED = replace(FILE, fields=117, reviewed=117, planned=87)
VALIDATED = replace(REVIEWED, validation=CURRENT)
REHEARSED = replace(VALIDATED, dry_run=RunFacts("d", "completed", current=True, held=1))


def imported(state: str, base: Facts = REHEARSED, **more: object) -> Facts:
    return replace(base, imported=RunFacts("i", state, **{"current": True, **more}))


TABLE = [
    (Facts(), "Needs files", "connect", "Upload export", "connect"),
    (Facts(files=1), "No rows read", "preview", "Check reader options", "connect"),
    (READ, "Mapping: 79 columns to map", "map", "Suggest mappings for 79 columns", "mapping"),
    (SUGGESTED, "Mapping: 117 fields to review", "map", "Review 117 fields", "mapping"),
    (
        replace(SUGGESTED, reviewed=116, weak=1),
        "Mapping: 1 field to review",
        "map",
        "Review 1 field",
        "mapping",
    ),
    (replace(REVIEWED, planned=0), "Mapping: nothing to import", "map", "Map a field", "mapping"),
    (REVIEWED, "Ready to validate", "test", "Validate 32 rows", "validation"),
    (
        replace(REVIEWED, validation=OUTDATED),
        "Validation outdated",
        "test",
        "Validate again",
        "validation",
    ),
    (VALIDATED, "Ready for dry run", "test", "Start dry run", "dry_run"),
    (
        replace(VALIDATED, dry_run=RunFacts("d", "running", current=True, percent=36)),
        "Dry run 36%",
        "test",
        "View dry run",
        "dry_run",
    ),
    (
        replace(VALIDATED, dry_run=RunFacts("d", "failed", current=True)),
        "Dry run failed",
        "test",
        "Resume dry run",
        "dry_run",
    ),
    (
        replace(VALIDATED, dry_run=RunFacts("d", "completed", current=False)),
        "Ready for dry run",
        "test",
        "Start dry run",
        "dry_run",
    ),
    (REHEARSED, "Ready to import", "live", "Start import", "runs"),
    (
        replace(REHEARSED, second=2, second_mine=2),
        "Needs second approval: 2 fields",
        "live",
        "Approve 2 fields",
        "mapping",
    ),
    (imported("queued"), "Import queued", "live", "View import", "runs"),
    (replace(imported("queued"), has_worker=False), "Import queued", "live", "View workers", "operations"),
    (
        replace(imported("running", percent=36), has_worker=False),
        "Importing 36%",
        "live",
        "View workers",
        "operations",
    ),
    (imported("running", percent=36), "Importing 36%", "live", "View import", "runs"),
    (imported("verifying"), "Verifying import", "live", "View import", "runs"),
    (imported("paused", percent=36), "Import paused at 36%", "live", "Resume import", "runs"),
    (imported("failed"), "Import failed", "live", "Resume import", "runs"),
    (imported("awaiting_approval", held=16), "Awaiting approval", "live", "Review and approve", "runs"),
    (imported("completed"), "Imported", "live", "View reconciliation", "reconciliation"),
    (
        imported("completed", not_mapped=3),
        "Imported",
        "live",
        "Decide about 3 rows not mapped",
        "mapping",
    ),
    (imported("completed", held=16), "Imported, 16 held", "live", "Correct 16 held rows", "runs"),
    (imported("rolling_back"), "Rolling back", "live", "View rollback", "runs"),
    (imported("rolled_back"), "Rolled back", "live", "Start import again", "runs"),
    (imported("rolled_back", base=VALIDATED), "Rolled back", "test", "Start dry run", "dry_run"),
    (imported("cancelled", has_records=True), "Import cancelled", "live", "Roll back", "runs"),
    (imported("cancelled"), "Ready to import", "live", "Start import again", "runs"),
    (
        imported("completed", base=replace(REVIEWED, validation=OUTDATED), current=False),
        "Validation outdated",
        "test",
        "Validate again",
        "validation",
    ),
]


@pytest.mark.parametrize(("facts", "label", "step", "action", "screen"), TABLE)
def test_a_manager_sees_one_status_one_open_step_and_one_action(facts, label, step, action, screen):
    derived = journey(facts, MANAGER)
    assert (derived.status.label, derived.action.label, derived.action.screen) == (label, action, screen)
    assert derived.current == step
    assert derived.action.enabled


PAUSED = RunFacts("d", "paused", current=False, percent=40)


@pytest.mark.parametrize(
    "base", [FILE, READ, SUGGESTED, REVIEWED, replace(REVIEWED, validation=OUTDATED), VALIDATED]
)
def test_a_paused_dry_run_is_the_next_action_whatever_changed_since(base):
    derived = journey(replace(base, dry_run=PAUSED), MANAGER)
    assert (derived.status.label, derived.action.label) == ("Dry run paused", "Resume or cancel dry run")
    assert "cancel it" in derived.step(derived.current).reason
    assert journey(replace(base, dry_run=PAUSED), SALES).action.key == "view_dry_run"


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
@pytest.mark.parametrize("last", ["failed", "awaiting_approval", "completed", "rolled_back", "cancelled"])
@pytest.mark.parametrize("current", [True, False])
def test_an_unfinished_dry_run_is_mentioned_beside_any_import(state, last, current):
    facts = replace(imported(last), dry_run=RunFacts("d", state, current=current, percent=36))
    derived = journey(facts, MANAGER)
    assert "dry run" in derived.status.label.lower()
    assert derived.action.key not in {"start", "dry_run"}


def test_a_file_without_columns_asks_for_its_reader_options_and_never_for_0_columns():
    derived = journey(FILE, MANAGER)
    assert (derived.status.label, derived.action.label) == ("No columns read", "Check reader options")


def test_the_start_dialog_mentions_that_the_last_import_failed():
    assert start(imported("failed")).consequences[0].startswith("The last import failed")
    assert not any("failed" in line for line in start(REHEARSED).consequences)


def test_unreviewed_fields_keep_the_migration_in_mapping_whatever_was_validated():
    derived = journey(replace(SUGGESTED, validation=CURRENT), MANAGER)
    assert derived.status.phase == "mapping"
    assert derived.status.label.startswith("Mapping")


def test_an_import_with_an_unreviewed_field_says_so_and_is_not_called_done():
    facts = imported("completed", base=replace(REHEARSED, reviewed=116, planned=88))
    step = journey(facts, MANAGER).step("map")
    assert (step.state, step.reason) == (SKIPPED, "1 field went into the import without review.")


def test_an_import_without_a_dry_run_leaves_no_step_open_and_says_what_was_skipped():
    steps = {step.step: step for step in journey(imported("completed", base=VALIDATED), MANAGER).steps}
    assert not [step for step in steps.values() if step.state in {OPEN, BLOCKED}]
    assert steps["test"].reason == "The import was started without a dry run."


def test_a_rolled_back_import_opens_the_last_step_again():
    step = journey(imported("rolled_back", percent=0), MANAGER).step("live")
    assert (step.state, step.reason) == (OPEN, "Rolled back: start again or close.")


def test_a_rollback_of_some_entities_says_so():
    assert journey(imported("rolled_back", partial=True, records_left=3), MANAGER).status.label == (
        "Rolled back in part, 3 kept"
    )


@pytest.mark.parametrize(
    ("facts", "may", "label", "enabled"),
    [
        (imported("awaiting_approval", held=16), SPECIALIST, "Correct 16 held rows", True),
        (imported("awaiting_approval"), SALES, "View reconciliation", True),
        (imported("paused"), ROLES["sales"], "View import", True),
        (replace(REHEARSED, second=2), SPECIALIST, "View 2 fields to approve", True),
        (Facts(), ROLES["sales"], "Upload export", False),
    ],
)
def test_a_role_is_given_what_it_may_do(facts, may, label, enabled):
    if may is SALES and "personal.read" in SALES:
        pytest.skip("sales may do more here")
    action = journey(facts, may).action
    assert (action.label, action.enabled, bool(action.reason)) == (label, enabled, not enabled)


def test_a_refused_action_names_whom_to_ask():
    assert journey(Facts(), frozenset()).action.reason == (
        "Your role cannot add and remove files, and rename migrations; ask a specialist."
    )


def start(facts: Facts, may: frozenset[str] = MANAGER):
    return start_button(facts, journey(facts, may), may)


def test_the_start_button_is_the_main_one_only_after_a_dry_run():
    assert start(REHEARSED).primary
    without = start(VALIDATED)
    assert (without.primary, without.enabled) == (False, True)
    assert without.consequences[0].startswith("No dry run was done for this mapping")


def test_the_start_dialog_says_what_the_dry_run_imports_and_what_is_asked():
    dry = replace(REHEARSED.dry_run, file_rows=14, imported=9, held=2)
    lines = start(replace(REHEARSED, dry_run=dry, asked=1)).consequences
    assert lines[0] == "The dry run: 9 of 14 rows imported, 2 held for correction."
    assert "1 column with an open question is not imported." in lines


def test_the_start_dialog_counts_unreviewed_fields():
    lines = start(replace(SUGGESTED, validation=CURRENT)).consequences
    assert any(line.startswith("117 fields not reviewed") for line in lines)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (REVIEWED, "Validate the data first."),
        (replace(REVIEWED, validation=OUTDATED), "Validate the changed data again."),
        (replace(REHEARSED, second=1), "1 field must be approved by a second person first."),
        (imported("running"), "A run of this migration is in progress."),
        (replace(VALIDATED, planned=0), "Map at least one field first."),
    ],
)
def test_the_start_button_is_disabled_with_its_reason(facts, reason):
    assert (start(facts).enabled, start(facts).reason) == (False, reason)


COUNT = st.integers(0, 200)
RUN = st.builds(
    RunFacts,
    st.just("r"),
    st.sampled_from(sorted(STATES)),
    st.booleans(),
    st.integers(0, 99),
    COUNT,
    st.booleans(),
    COUNT,
    st.booleans(),
)


@st.composite
def any_facts(draw):
    fields, weak = draw(COUNT), draw(COUNT)
    reviewed = draw(st.integers(0, fields))
    second = draw(COUNT)
    validation = draw(st.sampled_from([NOT_VALIDATED, OUTDATED, CURRENT]))
    runs = [draw(st.none() | RUN) for _ in range(2)]
    if validation != CURRENT:  # a run can only be of a mapping that is validated
        runs = [run and replace(run, current=False) for run in runs]
    return Facts(
        files=draw(COUNT), rows=draw(COUNT), fields=fields, reviewed=reviewed, weak=min(weak, fields - reviewed),
        unsuggested=draw(COUNT), planned=draw(COUNT), second=second, second_mine=draw(st.integers(0, second)),
        validation=validation, held=draw(COUNT), dry_run=runs[0], imported=runs[1], has_worker=draw(st.booleans()),
    )  # fmt: skip


SCREEN_STEP = {
    "connect": {"connect", "preview"},
    "mapping": {"map", "live"},
    "validation": {"test"},
    "dry_run": {"connect", "preview", "map", "test"},
    "runs": {"live"},
    "reconciliation": {"live"},
    "operations": {"connect", "preview", "map", "test", "live"},
}


@given(any_facts(), st.sampled_from([*ROLES.values(), ALL_PERMISSIONS, frozenset()]))
def test_bar_status_action_and_start_button_never_contradict_each_other(facts, may):
    derived, button = journey(facts, may), start_button(facts, journey(facts, may), may)
    states = [step.state for step in derived.steps]
    assert [step.step for step in derived.steps] == list(STEPS)
    # At most one step is open; before it nothing waits, after it everything is blocked.
    assert states.count(OPEN) <= 1
    if OPEN in states:
        at = states.index(OPEN)
        assert not {OPEN, BLOCKED} & set(states[:at])
        assert set(states[at + 1 :]) <= {BLOCKED}
        assert derived.step(derived.current).reason.endswith(".")
    else:
        assert BLOCKED not in states
        assert derived.status.label.startswith("Imported")
    assert all(bool(step.reason) == (step.state != DONE) for step in derived.steps)
    # The action is done on a screen of the open step, by whom it is offered to.
    assert derived.current in SCREEN_STEP[derived.action.screen]
    assert derived.action.enabled == (derived.action.permission in may)
    assert derived.action.enabled or derived.action.reason
    # The start button is the main one exactly where the next action is to start, and everything before is done.
    assert button.primary == (derived.action.key == "start" and derived.action.enabled)
    if button.primary:
        assert button.enabled
        assert states[:5] == [DONE] * 5
        assert button.label == derived.action.label
    assert button.enabled or button.reason
    # What was rolled back is neither complete nor done.
    if facts.imported and facts.imported.state == "rolled_back":
        assert derived.step("live").state in {OPEN, BLOCKED}
        assert derived.status.phase != "completion"
        assert "%" not in derived.status.label or "Dry run" in derived.status.label
    if "completion" in derived.status.phase:
        assert facts.imported
        assert facts.imported.state == "completed"
    # Fields that wait for a person are Mapping, never further, until an import has begun.
    if facts.to_review and derived.status.phase == "validation" and not facts.imported:
        raise AssertionError(derived.status)


def test_a_specialist_is_not_offered_to_roll_back_what_somebody_else_started():
    import_of_other = imported("cancelled", has_records=True, undo_permission="run.rollback_any")
    assert journey(import_of_other, SPECIALIST).action.key == "view_import"
    assert journey(import_of_other, MANAGER).action.key == "roll_back"
    assert journey(imported("cancelled", has_records=True), SPECIALIST).action.key == "roll_back"
