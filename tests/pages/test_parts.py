"""Parts of the other screens by themselves: causes of findings, needs, recipes, the audit log's periods, readers."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.engine.issues import Level
from core.engine.mapping.recipes.rules import Present, State, Step
from core.engine.progress.facts import Facts
from core.engine.progress.needs import MigrationProgress, Need
from core.engine.progress.rules import journey
from core.engine.runs.rules import RunState
from core.engine.runs.snapshot import STATES_SHOWN
from core.engine.validation.issue_groups import IssueGroup
from core.engine.validation.views import IssueView
from core.platform.access.rules import ROLES, permissions_of
from pages.audit import filters
from pages.connect import reader_options, uploader
from pages.demo.bar import minutes
from pages.demo.steps import PLANNED, STEPS, planned_until
from pages.menu import FORMER, MENU
from pages.recipes import preview as recipe_preview
from pages.recipes.versions import state_label
from pages.sections import SECTION_ICONS
from pages.today import migrations
from pages.today.everywhere import CustomerMigrations
from pages.today.needs import ranked
from pages.ui import formats
from pages.ui.steps import NAMES, views_of
from pages.ui.steps import Step as WizardStep
from pages.validation import causes, rows
from tests.pages.parts import context_of, draw, text_of

CONTEXT = context_of("manager")


def group(
    level: Level = Level.ERROR,
    *,
    rows_of: int = 6,
    money: str | None = None,
    value: str = "abc",
    **values: str,
) -> IssueGroup:
    example = IssueView(
        3, "items", "menu.csv", "menu_item", "price", "Price", "bad_number", level, "Not a number",
        "Correct it.", value, None, None, "f1",
    )  # fmt: skip
    amount = None if money is None else Decimal(money)
    return IssueGroup(
        "bad_number",
        level,
        "menu_item",
        "price",
        values.get("source_field", "Price"),
        rows_of,
        rows_of,
        amount,
        example,
        values.get("explained_by", ""),
    )


def test_a_cause_names_rows_column_example_and_amount() -> None:
    assert causes._facts(CONTEXT, group(money="12.00")) == (
        "6 rows held · column Price · e.g. abc · amount affected $12.00"
    )
    warning = causes._facts(CONTEXT, group(Level.WARNING, rows_of=0, source_field=""))
    assert warning.startswith("Whole column: ")
    assert causes._example(CONTEXT, group(money="1.00", value="7.2500")) == "$7.25"
    assert causes._example(CONTEXT, group(value="7.2500")) == "7.2500"


def test_errors_stand_in_sight_beyond_eight_folded_and_infos_below() -> None:
    groups = [group(source_field=f"Price {number}") for number in range(causes.MAX_CAUSES + 2)]
    groups += [group(Level.INFO), group(source_field="Tax", explained_by="price_scale")]
    app = draw(lambda: causes.causes(CONTEXT, groups))
    assert [header.value for header in app.header] == ["Errors: 10 causes, 60 findings"]
    assert [expander.label for expander in app.expander] == ["2 more", "Info: 2 causes, 12 findings"]
    assert "No findings" in text_of(draw(lambda: causes.causes(CONTEXT, [])))


def test_two_causes_of_one_label_are_told_apart_by_their_level() -> None:
    labels = rows._labels([group(), group(Level.WARNING)])
    assert [cause.level for cause in labels.values()] == [Level.ERROR, Level.WARNING]
    assert len(labels) == 2


def need(key: str, rank: int, since: datetime | None) -> Need:
    return Need(key, rank, "Approve", "orange", "An import", "Open", "runs", f"m-{key}", since=since)


def test_needs_of_all_customers_go_by_rank_then_by_waiting_time_the_undated_last() -> None:
    first, later = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    needs_of = {
        "bella": [need("review", 8, first), need("undated", 1, None)],
        "bistro": [need("approve", 1, later), need("older", 1, first)],
    }
    customers = [CustomerMigrations(slug, slug, "manager", "USD", (slug,)) for slug in needs_of]
    order = [item.key for _, item in ranked(customers, lambda slugs, _role: needs_of[slugs[0]])]
    assert order == ["older", "approve", "undated", "review"]


def test_a_migration_says_what_it_waits_for() -> None:
    facts = Facts(files=1, rows=10, fields=4, reviewed=1, planned=3)
    way = journey(facts, permissions_of("specialist", is_demo=False))
    migration = MigrationProgress("m1", "Toast", CONTEXT.now, facts, way)
    assert migrations.notes(migration)[0] == way.step(way.current).reason


def test_the_wizard_without_a_migration_waits_for_one_at_each_step() -> None:
    views = views_of(CONTEXT, None)
    assert list(views) == list(WizardStep) == list(NAMES)
    assert {view.reason for view in views.values()} == {"Create a migration first."}


def state(target: str | None, status: str, transform: str | None = None) -> State:
    return State(target, transform, status)


@pytest.mark.parametrize(
    ("before", "after", "label"),
    [
        (state("menu_item.name", "suggested"), state("menu_item.name", "accepted"), "Confirms"),
        (state("menu_item.name", "suggested"), state("menu_item.sku", "edited"), "Changes"),
        (state("menu_item.name", "accepted"), state("menu_item.sku", "edited"), "Replaces a decision"),
    ],
)
def test_a_step_of_a_recipe_confirms_changes_or_replaces(before: State, after: State, label: str) -> None:
    step = Step("items", "Name", 0, Present("f1", 0, before, before.target, 0.5), after)
    assert recipe_preview._change_label(step) == label
    assert label in recipe_preview._WHAT_COLOURS


def test_a_mapping_is_a_target_with_its_transform_excluded_or_a_dash() -> None:
    assert (
        state_label(state("menu_item.price", "accepted", "divide(100)")) == "Menu item › Price, divide(100)"
    )
    assert state_label(state(None, "ignored")) == "Excluded"
    assert state_label(state(None, "suggested")) == "–"


def test_a_period_of_the_audit_log_begins_at_midnight_of_the_customers_zone() -> None:
    since = filters._start_of(CONTEXT, filters._first_day(CONTEXT, 7))
    assert since is not None
    assert since.isoformat() == "2026-11-21T00:00:00-05:00"
    assert filters._first_day(CONTEXT, None) is None


def test_every_state_of_a_run_has_a_colour_on_operations() -> None:
    assert {formats.words(state) for state in RunState} == set(STATES_SHOWN)


def test_a_reader_option_that_was_detected_can_be_chosen_though_it_is_not_usual() -> None:
    assert reader_options._with(["utf-8"], "koi8-r") == ["utf-8", "koi8-r"]
    assert reader_options._index_of(["utf-8"], "koi8-r") == 1
    assert reader_options._index_of(["utf-8"], None) is None


def test_the_upload_limit_is_named_in_gigabytes_where_it_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, text in ((2048, "2 GB"), (1536, "1.5 GB"), (500, "500 MB"), (1100, "1,100 MB")):
        settings = type("Settings", (), {"upload_limit_mb": limit})()
        monkeypatch.setattr(uploader, "settings", lambda settings=settings: settings)
        assert uploader.limit_text() == text


def test_the_demo_takes_five_minutes_step_by_step() -> None:
    assert planned_until(len(STEPS) - 1) == PLANNED == sum(step.seconds for step in STEPS)
    assert minutes(90) == "1:30"
    paths = {screen.path for screen in MENU}
    assert {step.path for step in STEPS} <= paths


def test_the_menu_has_an_icon_for_each_section_and_former_paths_lead_somewhere() -> None:
    assert {screen.section for screen in MENU if screen.section} == set(SECTION_ICONS)
    paths = {screen.path for screen in MENU}
    assert set(FORMER.values()) <= paths
    assert not set(FORMER) & paths


def test_a_customer_s_contact_sees_today_and_nothing_of_the_mapping() -> None:
    visible = {screen.path for screen in MENU if screen.permission in ROLES["customer"]}
    assert "today" in visible
    assert not visible & {"mapping", "runs", "ai_costs", "audit", "settings", "preview", "validation"}


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"worker", "customer"}))
def test_each_role_sees_the_screens_that_it_may_read(role: str) -> None:
    visible = [screen.path for screen in MENU if screen.permission in ROLES[role]]
    assert {"today", "mapping", "runs", "settings"} <= set(visible)


def test_excluding_a_suggestion_above_90_percent_is_named() -> None:
    before = Present("f1", 0, state("menu_item.name", "suggested"), "menu_item.name", 0.97)
    step = Step("items", "Name", 0, before, state(None, "ignored"))
    assert recipe_preview._change_label(step) == "Excludes high confidence"
