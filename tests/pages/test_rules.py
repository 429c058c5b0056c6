"""Rules speak of tables and records, with the labels of the schema."""

from __future__ import annotations

from pages.ui.widgets import ROW_HEIGHT, table_height
from tests.pages.conftest import Console


def test_each_table_has_a_rule_for_records_that_already_exist(console: Console, migration: str) -> None:
    app = console("bob", "rules")
    assert not app.exception
    rules = next(part.value for part in app.dataframe if "Source tables" in part.value.columns)
    assert "Order line" in set(rules["Table"])
    assert set(rules["If a record already exists"]) == {"Overwrite with imported data"}


def test_the_tables_of_an_import_are_seen_whole_and_no_row_of_them_is_cut(
    console: Console, migration: str
) -> None:
    app = console("bob", "rules")
    editor = next(part for part in app.dataframe if "Source tables" in part.value.columns)
    assert len(editor.value) > 10
    assert table_height(len(editor.value), 20) == ROW_HEIGHT * (len(editor.value) + 1) + 4
    assert table_height(10) == "auto"
    assert table_height(17, 16) == ROW_HEIGHT * 17 + 4


def test_each_location_has_a_time_zone_and_an_hour_at_which_its_business_day_ends(
    console: Console, migration: str
) -> None:
    app = console("bob", "rules")
    days = next(part.value for part in app.dataframe if "Location" in part.value.columns)
    assert days["Location"][0] == "All other locations"
    assert len(days) > 1
    assert set(days["Time zone"]) == {"America/New_York"}
    assert set(days["Business day ends at (hour)"]) == {0}
