"""What needs a person, by role, the most urgent first; figures that never contradict what is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.progress.facts import CURRENT, Facts, RunFacts
from core.engine.progress.needs import MigrationProgress, figures, needs, team_work
from core.engine.progress.rules import journey
from core.platform.access.rules import ROLES
from tests.engine.progress.test_journey import READ, REHEARSED, REVIEWED, SUGGESTED, any_facts, imported

BEGAN = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def progress_of(facts: Facts, role: str, name: str = "Toast", days: int = 0) -> MigrationProgress:
    return MigrationProgress(name, name, BEGAN + timedelta(days=days), facts, journey(facts, ROLES[role]))


def listed(role: str, *facts: Facts) -> list[tuple[str, str]]:
    return [
        (need.text, need.button)
        for need in needs([progress_of(migration, role) for migration in facts], role)
    ]


APPROVAL = imported("awaiting_approval", held=16, file_rows=32_970, imported=32_954)


def test_a_manager_is_asked_to_approve_with_the_held_rows_named():
    assert listed("manager", APPROVAL) == [("Review and approve: Toast, 16 held", "Review and approve")]


def test_a_manager_sees_second_approvals_failed_and_stalled_runs_and_no_routine_work():
    facts = [
        replace(SUGGESTED, second=2, second_mine=2),
        SUGGESTED,
        READ,
        imported("paused", percent=3),
        replace(imported("queued"), has_worker=False),
        imported("failed"),
    ]
    assert {text for text, _ in listed("manager", *facts)} == {
        "Approve 2 fields: Toast",
        "Resume import: Toast",
        "View workers: Toast",
    }


def test_what_a_manager_is_not_asked_is_work_of_the_team_and_nothing_is_in_both():
    migrations = [
        progress_of(need, "manager") for need in (SUGGESTED, APPROVAL, imported("completed", held=2), READ)
    ]
    own_needs, team = needs(migrations, "manager"), team_work(migrations, "manager")
    assert [need.key for need in own_needs] == ["approve"]
    assert [need.key for need in team] == ["correct", "review", "suggest"]
    assert not team_work([progress_of(need, "specialist") for need in (SUGGESTED, READ)], "specialist")


def test_rows_that_an_import_left_out_for_want_of_a_decision_ask_for_it():
    incomplete = imported("completed", file_rows=32, imported=24, not_mapped=3)
    assert listed("specialist", incomplete) == [("Decide about 3 rows not mapped: Toast", "Open mapping")]


def test_a_specialist_sees_fields_to_review_held_rows_and_what_is_ready():
    facts = [SUGGESTED, REHEARSED, REVIEWED, APPROVAL, replace(REVIEWED, validation=CURRENT)]
    assert [text for text, _ in listed("specialist", *facts)] == [
        "Correct 16 held rows: Toast",
        "Start import: Toast",
        "Start dry run: Toast",
        "Validate 32 rows: Toast",
        "Review 117 fields: Toast",
    ]


def test_the_older_of_two_equal_needs_comes_first():
    older, newer = (
        progress_of(SUGGESTED, "specialist", "Old"),
        progress_of(SUGGESTED, "specialist", "New", days=1),
    )
    assert [need.migration for need in needs([newer, older], "specialist")] == ["Old", "New"]


def figure(role: str, label: str, *facts: Facts):
    role_figures = figures([progress_of(migration, role) for migration in facts], role)
    return next(migration for migration in role_figures if migration.label == label)


def test_an_unapproved_import_with_held_rows_counts_as_open_and_against_the_share():
    rows_imported = figure("manager", "Rows imported", APPROVAL)
    assert (rows_imported.value, rows_imported.sample) == ("99.95%", "32,954 of 32,970 rows, 16 held")
    assert figure("manager", "Open imports", APPROVAL).sample == "1 awaiting approval, 0 completed"


def test_excluded_rows_are_named_beside_the_share():
    rows_imported = figure("manager", "Rows imported", imported("completed", file_rows=32, imported=12))
    assert (rows_imported.value, rows_imported.sample) == (
        "37.50%",
        "12 of 32 rows, 20 not imported by choice or rule",
    )


def test_a_rolled_back_import_is_in_no_share():
    assert figure("manager", "Rows imported", imported("rolled_back", file_rows=32, imported=12)).value == "–"


def test_a_rolled_back_import_is_called_so_where_no_share_is_shown():
    part = imported("rolled_back", partial=True)
    assert figure("manager", "Rows imported", part).sample == "No import stands: 1 rolled back in part"
    assert figure("manager", "Rows imported", REHEARSED).sample == "No import has ended yet"


@pytest.mark.parametrize("role", ["manager", "specialist", "sales", "admin"])
@given(st.lists(any_facts(), max_size=4))
def test_nothing_listed_contradicts_the_figures_or_the_role(role, facts):
    migrations = [progress_of(migration, role) for migration in facts]
    items, by_label = needs(migrations, role), {figure.label: figure for figure in figures(migrations, role)}
    assert [need.rank for need in items] == sorted(need.rank for need in items)
    assert all(need.button and need.screen and need.status for need in items)
    if role in {"sales", "admin"}:
        assert not [need for need in items if need.key == "approve"]
    held = any(
        migration.facts.imported
        and migration.facts.imported.held
        and migration.facts.imported.state in {"completed", "awaiting_approval"}
        for migration in migrations
    )
    counted = all(
        migration.facts.imported.imported + migration.facts.imported.held
        <= migration.facts.imported.file_rows
        for migration in migrations
        if migration.facts.imported
    )
    if held and counted:
        assert by_label["Rows imported"].value != "100%"


def test_runs_without_figures_are_not_called_complete():
    assert (
        figure(
            "manager", "Rows imported", replace(REHEARSED, imported=RunFacts("i", "running", current=True))
        ).value
        == "–"
    )
