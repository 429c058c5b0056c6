"""Reconciliation: the rows and the money of the files, what became of them, and who excluded what."""

from __future__ import annotations

import pytest

from core.context import Context
from core.engine.mapping.actions import Decision, accept_above, decide_many
from core.engine.mapping.views import field_rows
from core.engine.runs import actions, rollback
from core.engine.runs.worker import steps
from core.engine.validation.actions import validate
from tests.pages.conftest import Console

ORDER_TABLES = ("orders", "checks", "selections", "payments")


@pytest.fixture
def imported(alice: Context, migration: str) -> str:
    """The Toast sample imported without its orders: id of the run."""
    accept_above(alice, migration, 0.0)
    fields = [field_row for field_row in field_rows(alice, migration) if field_row.stream in ORDER_TABLES]
    reason = "orders come with the next file"
    decide_many(
        alice,
        [Decision(field.id, field.version, None, None, "ignored", reason) for field in fields],
        include_high=True,
    )
    validate(alice, migration)
    run = actions.start(alice, migration, "import").id
    tenant, person = alice.tenant.id, alice.person
    steps.load(tenant, person, run, steps.begin(tenant, person, run))
    steps.finish(tenant, person, run)
    alice.session.commit()
    return run


def test_the_coach_names_the_rows_that_are_not_mapped_and_not_the_open_screen(
    console: Console, imported: str
) -> None:
    app = console("bob", "reconciliation", run=imported)
    (label,) = (element.label for element in app.expander if element.label.startswith("**Next:"))
    assert label.startswith("**Next: decide about 3 rows not mapped**")
    assert not any("Compare source and target" in element.value for element in app.markdown)
    assert any("Compare source and target" in element.value for element in console("bob", "runs").markdown)


def columns(app, *names):
    """The table that has the named columns."""
    return next(table.value for table in app.dataframe if set(names) <= set(table.value.columns))


def test_the_screen_starts_from_the_rows_of_the_files_and_names_who_excluded_tables(
    console: Console, imported: str
) -> None:
    app = console("bob", "reconciliation", run=imported)
    assert not app.exception
    headlines = [element.value for element in [*app.header, *app.subheader]]
    assert "24 of 32 rows imported, 5 excluded by choice, 3 not mapped" in headlines
    text = "\n".join(element.value for element in [*app.markdown, *app.caption])
    assert "Every row accounted for" in text
    assert r"3 rows not mapped\: nobody decided" in text
    assert "Balanced" not in text
    assert "Alice" in text
    assert "orders come with the next file" in text
    rows = columns(app, "Rows in file", "Became").set_index("Table")
    assert rows.loc["Total", "Rows in file"] == 32
    assert rows.loc["checks", "Excluded"] == rows.loc["checks", "Rows in file"] == 1
    assert rows.loc["menu_items", "Became"] == "4 menu items"


def test_excluded_money_is_shown_as_excluded_and_not_as_a_difference(console: Console, imported: str) -> None:
    app = console("bob", "reconciliation", run=imported)
    sums = columns(app, "Sum of", "Unexplained").set_index("Sum of")
    assert sums.loc["Gross sales", "File"] == sums.loc["Gross sales", "Excluded"] != "$0.00"
    assert sums.loc["Gross sales", "Imported"] == sums.loc["Gross sales", "Unexplained"] == "$0.00"
    assert set(sums["Result"].map(lambda cell: cell[0])) == {"Equal", "Explained"}
    assert any(
        "excluded by choice" in element.value and "gross sales" in element.value for element in app.markdown
    )


def test_each_check_says_equal_or_differs(console: Console, imported: str) -> None:
    app = console("bob", "reconciliation", run=imported)
    results = columns(app, "Check", "Result")
    assert results["Result"].map(lambda cell: cell[0]).tolist() == ["Equal", "Equal"]


def take_back(context: Context, run: str, entities: list[str] | None = None) -> None:
    actions.rollback(context, run, entities=entities)
    rollback.roll_back(context.tenant.id, context.person, run, entities, [])
    context.session.rollback()


def words(app) -> str:
    return "\n".join(element.value for element in [*app.header, *app.subheader, *app.markdown, *app.caption])


def test_an_import_that_was_rolled_back_is_not_shown_as_a_success(
    console: Console, alice: Context, imported: str
) -> None:
    take_back(alice, imported)
    text = words(console("bob", "reconciliation", run=imported))
    assert "Rolled back: 24 of 32 rows were imported and restored" in text
    assert "24 of 32 rows imported," not in text
    assert "its records are no longer in AuraConnect" in text


def test_a_rollback_in_part_names_the_records_that_still_stand(
    console: Console, alice: Context, imported: str
) -> None:
    take_back(alice, imported, ["modifier"])
    text = words(console("bob", "reconciliation", run=imported))
    assert "Partly rolled back: 24 of 32 rows were imported" in text
    assert "no longer in AuraConnect" not in text
    assert "Still in AuraConnect from this import:" in text
    assert "4 menu items" in text
    assert "modifiers" not in text.partition("Still in AuraConnect")[2].partition(".")[0]


def test_what_nobody_decided_about_is_named_before_that_every_row_is_accounted_for(
    console: Console, imported: str
) -> None:
    text = words(console("bob", "reconciliation", run=imported))
    assert text.index("nobody decided") < text.index("Every row accounted for")
