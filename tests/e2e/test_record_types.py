"""A person changes the record type of a table in a browser, takes it back, and excludes the table."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_MAKE = """
import json, tempfile
from pathlib import Path
from adapters import SOURCES
from core.engine.mapping.actions import suggest_mapping
from core.engine.sources.actions import add_file, create_migration
from core.entry.demo import seed_cast
from core.platform.access.actions import enter
rows = [f"{n},Ann Example{n},a{n}@example.com,555-01{n}" for n in range(10, 40)]
tables = {"people": ["Id,Name,Email,Phone", *rows], "menu": ["Dish,Cost,Stock Code", "Soup,$4.50,S1", "Stew,$12.00,S2"]}
with enter(seed_cast()['alice'], 'bistro') as context:
    migration = create_migration(context, "Record types")
    for name, lines in tables.items():
        path = Path(tempfile.mkdtemp()) / f"{name}.csv"
        path.write_text("\\n".join(lines) + "\\n")
        add_file(context, migration.id, path, SOURCES)
    suggest_mapping(context, migration.id, SOURCES)
    print(json.dumps(migration.id))
"""
_LOOK = """
import json, sys
from core.engine.mapping import views
from core.entry.demo import seed_cast
from core.platform.access.actions import enter
with enter(seed_cast()['alice'], 'bistro') as context:
    types = {table.stream: table.entity for table in views.record_types(context, sys.argv[1])}
    fields = [[row.stream, row.source_field, row.slot, row.target, row.status] for row in views.field_rows(context, sys.argv[1])]
    print(json.dumps([types, fields]))
"""
LABELS = {"employee": "Employee", "customer": "Guest"}


@dataclass(frozen=True)
class Mapping:
    """A migration's mapping as it is stored: table -> record type, and its fields."""

    types: dict[str, str | None]
    fields: list[list[Any]]

    def entities(self, table: str) -> set[str]:
        """The entities that the table's fields are mapped to."""
        return {field[3].partition(".")[0] for field in self.fields if field[0] == table and field[3]}

    def statuses(self, table: str) -> set[str]:
        return {field[4] for field in self.fields if field[0] == table}


def look(console, migration: str) -> Mapping:
    return Mapping(*json.loads(console.python("-c", _LOOK, migration).splitlines()[-1]))


def open_dialog(page: Page, table: str, label: str) -> Locator:
    """Open the dialog of a table, which the menu lists with that record type."""
    page.get_by_role("button", name="Record types").first.click()
    page.get_by_role("menuitem").or_(page.get_by_role("option")).filter(
        has_text=re.compile(f"^{table}: {label}")
    ).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"Each row of {table} is")).to_be_visible()
    return dialog


def choose(page: Page, dialog: Locator, label: str) -> None:
    dialog.get_by_role("combobox").click()
    page.get_by_role("option").filter(has_text=re.compile(f"^{label}")).click()
    settle(page)


def close_by(page: Page, dialog: Locator, button: str) -> None:
    """Press a button of the dialog and wait until what it does is done."""
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_be_hidden()
    settle(page)


def test_a_record_type_is_changed_taken_back_and_the_table_is_excluded(page: Page, console) -> None:
    migration = str(json.loads(console.python("-c", _MAKE).splitlines()[-1]))
    before = look(console, migration)
    present = str(before.types["people"])
    new = "customer" if present == "employee" else "employee"
    page.goto(f"{console.address}/mapping?tenant=bistro&migration={migration}")
    page.get_by_role("button", name="Alice Moreau").click()

    dialog = open_dialog(page, "people", LABELS[present])
    choose(page, dialog, LABELS[new])
    expect(dialog.get_by_text(re.compile(r"^[1-9]\d* fields? changes?\.$"))).to_be_visible()
    close_by(page, dialog, "Apply")
    changed = look(console, migration)
    assert (changed.types, changed.entities("people")) == ({**before.types, "people": new}, {new})
    assert changed.statuses("people") == {"suggested"}

    dialog = open_dialog(page, "people", f"{LABELS[new]} Chosen")
    close_by(page, dialog, "Undo")
    assert look(console, migration) == before

    dialog = open_dialog(page, "people", LABELS[present])
    choose(page, dialog, "None of these")
    expect(dialog.get_by_text(re.compile(r"^[1-9]\d* fields? excluded\.$"))).to_be_visible()
    close_by(page, dialog, "Apply")
    excluded = look(console, migration)
    assert (excluded.types["people"], excluded.statuses("people")) == (None, {"ignored"})
    assert [field for field in excluded.fields if field[0] == "menu"] == [
        field for field in before.fields if field[0] == "menu"
    ]
    expect(page.get_by_text("The table holds none of the record types.").first).to_be_visible()

    dialog = open_dialog(page, "people", "No record type Chosen")
    close_by(page, dialog, "Undo")
    assert look(console, migration) == before
