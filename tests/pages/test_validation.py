"""Validation: causes first, each with its fix in sight; the rows of a cause on demand; personal values by role."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import suggest_mapping
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation.actions import validate
from tests.importer import MENU as MENU_ROAD
from tests.importer import Importer
from tests.pages.conftest import Console

GUESTS = (
    "customer id,first name,birthday,email",
    "7,Ada,13/32/1990,ada@example.com",
    "8,Ben,1990-02-01,ben@example.com",
    "9,Cy,1991-02-01,cy@example.com",
)
MENU = (
    "Item ID,Item Name,Price,Is Active",
    "2,Tea,abc,yes",
    "3,Cake,xyz,no",
    "4,Pie,-5.00,perhaps",
    *(f"{at},Dish {at},{at}.50,yes" for at in range(6, 30)),
    *(f"{at},Dish {at},{at}.50,yes" for at in range(6, 30)),
)


@pytest.fixture
def faulty(alice: Context, tmp_path: Path) -> str:
    """A migration of a menu and of guests, both with faults, validated."""
    new_migration = create_migration(alice, "Faulty")
    for name, lines in (("menu.csv", MENU), ("guests.csv", GUESTS)):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        add_file(alice, new_migration.id, path, SOURCES)
    suggest_mapping(alice, new_migration.id, SOURCES)
    validate(alice, new_migration.id)
    alice.session.commit()
    return new_migration.id


def text_of_screen(app: object) -> str:
    """Every text of the screen's main part."""
    return "\n".join(
        str(part.value) for kind in ("markdown", "text", "caption", "header") for part in getattr(app, kind)
    )


def test_an_error_is_shown_once_by_cause_with_rows_example_and_fix(console: Console, faulty: str) -> None:
    app = console("bob", "validation")
    assert not app.exception
    texts = [text.value for text in app.text]
    assert "2 rows held · column Price · e.g. abc" in texts
    assert "How to fix: Correct the amount, or choose a transform." in texts


def test_info_does_not_drown_the_errors(console: Console, faulty: str) -> None:
    app = console("bob", "validation")
    headers = [header.value for header in app.header]
    assert headers[0].startswith("Errors: ")
    assert [expander.label for expander in app.expander if expander.label.startswith("Info: ")]


def test_a_cause_leads_to_its_field_on_the_mapping(console: Console, faulty: str) -> None:
    app = console("bob", "validation")
    button = next(button for button in app.button if button.key and button.key.startswith("open_bad_money"))
    assert button.label == "Open mapping"
    button.click()
    app.run()
    assert not app.exception
    assert app.title[0].value != "Validation"


def test_a_value_that_is_not_allowed_leads_to_the_values_of_its_field(console: Console, faulty: str) -> None:
    app = console("bob", "validation")
    button = next(button for button in app.button if button.label == "Open values")
    button.click()
    app.run()
    assert not app.exception
    assert "Is Active" in str(
        app.selectbox(key="values_of").format_func(app.selectbox(key="values_of").value)
    )


def test_show_rows_opens_a_dialog_with_the_rows_of_that_cause_only(console: Console, faulty: str) -> None:
    app = console("bob", "validation")
    button = next(button for button in app.button if button.key and button.key.startswith("rows_bad_money"))
    button.click()
    app.run()
    (dialog,) = app.get("dialog")
    rows = dialog.dataframe[0].value
    assert rows["Row"].tolist() == [2, 3]
    assert rows["Value"].tolist() == ["abc", "xyz"]
    assert app.selectbox(key="cause").value is None, "the list below stays as it is"


def test_a_personal_value_is_shown_to_who_may_correct_it_and_masked_for_sales(
    console: Console, faulty: str
) -> None:
    assert "13/32/1990" in text_of_screen(console("bob", "validation"))
    assert "13/32/1990" not in text_of_screen(console("sam", "validation"))


def test_validating_shows_its_figures_anew(console: Console, faulty: str) -> None:
    app = console("bob", "validation")
    app.button(key="validate").click()
    app.run()
    assert not app.exception
    assert {metric.label for metric in app.metric} >= {"Rows with errors", "Errors", "Amount affected"}


def test_rows_with_errors_and_rows_held_in_the_dry_run_are_two_figures(
    console: Console, importer: Importer
) -> None:
    """A row whose parent is held is held too: only the dry run counts it."""
    migration = importer.prepare(MENU_ROAD.replace("9.25", "nine"))
    assert not [
        caption for caption in console("bob", "validation").caption if "held in the dry run" in caption.value
    ]
    importer.run(migration, "dry_run")
    app = console("bob", "validation", migration=migration)
    assert {metric.label: metric.value for metric in app.metric}["Rows with errors"] == "1"
    assert any(caption.value.startswith("1 held in the dry run of ") for caption in app.caption)
