"""Rules and preview speak of tables and records, with the labels of the schema."""

from __future__ import annotations

from tests.pages.conftest import Console


def test_each_table_has_a_rule_for_records_that_already_exist(console: Console, migration: str) -> None:
    app = console("bob", "rules")
    assert not app.exception
    rules = next(part.value for part in app.dataframe if "Source tables" in part.value.columns)
    assert "Order line" in set(rules["Table"])
    assert set(rules["If a record already exists"]) == {"Overwrite with imported data"}


def test_preview_names_the_table_that_rows_are_imported_as(console: Console, migration: str) -> None:
    app = console("bob", "preview")
    assert not app.exception
    assert "Table" in {box.label for box in app.selectbox}
    assert "Imports as" in {metric.label for metric in app.metric}
