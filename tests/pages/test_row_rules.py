"""The rules screen shows the rows that are not records, and takes the choice to import them after all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import accept_above, suggest_mapping
from core.engine.mapping.row_rules.actions import decide_row_rule
from core.engine.mapping.row_rules.views import row_rules
from core.engine.mapping.views import current_plan, field_rows
from core.engine.sources import views as sources
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation.actions import validate
from tests.pages.conftest import Console

SALES = (
    "Order #,Opened,Server,Subtotal,Tax,Total\n"
    "501,2025-03-01 12:05,Kim,40.00,3.20,43.20\n"
    "502,2025-03-01 12:40,Lee,15.50,1.24,16.74\n"
    "Total,,,55.50,4.44,59.94\n"
)


@pytest.fixture
def sales(alice: Context, migration: str, tmp_path: Path) -> str:
    """Add a report with a total row to the migration; returns the id of its stream."""
    path = tmp_path / "sales.csv"
    path.write_text(SALES, encoding="utf-8")
    add_file(alice, migration, path, SOURCES)
    suggest_mapping(alice, migration, SOURCES)
    accept_above(alice, migration, 0.0)
    alice.session.commit()
    return next(stream.id for stream in sources.streams(alice, migration) if stream.name == "sales")


def test_the_rows_of_a_rule_are_shown_and_a_person_imports_them(
    console: Console, migration: str, alice: Context, sales: str
) -> None:
    app = console("alice", "rules")
    assert not app.exception
    radio = next(part for part in app.radio if part.key.startswith("row_rule_sales|"))
    assert (radio.value, radio.options) == ("Skip", ["Skip", "Import"])
    radio.set_value("Import").run()
    rule = next(
        rule for rule in row_rules(alice, migration, current_plan(alice, migration)) if rule.stream == "sales"
    )
    assert rule.decision is False
    app.button(key=f"row_rule_undo_{rule.key}").click().run()
    rule = next(
        rule for rule in row_rules(alice, migration, current_plan(alice, migration)) if rule.stream == "sales"
    )
    assert rule.decision is None
    assert next(part for part in app.radio if part.key == f"row_rule_{rule.key}").value == "Skip"
    assert not [button for button in app.button if button.key and "row_rule_undo" in button.key]


def test_a_choice_of_an_earlier_file_is_said_to_be_one(
    console: Console, migration: str, alice: Context, sales: str
) -> None:
    earlier = create_migration(alice, "Earlier").id
    sources.migration(alice, earlier).source = sources.migration(alice, migration).source
    (rule, *_) = row_rules(alice, migration, current_plan(alice, migration))
    decide_row_rule(alice, earlier, rule.key, skips=True)
    alice.session.commit()
    app = console("alice", "rules", migration=migration)
    assert "Chosen for an earlier file of this system." in [caption.value for caption in app.caption]
    assert not [button for button in app.button if button.key and "row_rule_undo" in button.key]


def test_preview_counts_the_records_and_says_how_many_rows_are_none(console: Console, sales: str) -> None:
    app = console("alice", "preview", stream=sales)
    captions = [caption.value for caption in app.caption]
    assert any(caption.startswith("2 of 2 rows shown") for caption in captions)
    assert "1 other row of the table is no data." in captions


def test_validation_says_how_many_rows_the_rules_skip(
    console: Console, migration: str, alice: Context, sales: str
) -> None:
    validate(alice, migration)
    alice.session.commit()
    app = console("alice", "validation")
    assert any("1 row skipped by rule" in part.value for part in app.markdown)


def test_the_amount_of_a_column_is_that_of_its_records(migration: str, alice: Context, sales: str) -> None:
    amounts = {
        row.source_field: (row.rows, row.money)
        for row in field_rows(alice, migration)
        if row.stream == "sales"
    }
    assert amounts["Tax"] == (2, Decimal("4.44"))
