"""Findings are grouped by their cause, the gravest first, each with its rows, its amount and the way to fix it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from adapters import SOURCES
from core.engine.issues import CATALOGUE, Fix
from core.engine.mapping import actions as mapping
from core.engine.mapping import views as mapping_views
from core.engine.sources import actions as files
from core.engine.validation import actions
from core.engine.validation.issue_groups import issue_groups
from core.engine.validation.views import issues

MENU = (
    "Item ID,Item Name,Price",
    "1,Soup,8.50",
    "2,Tea,abc",
    "3,Cake,call us",
    "4,Pie,-5.00",
    "5,Bread,4.25",
    "5,Bread,4.25",
    *(f"{at},Dish {at},{at}.50" for at in range(6, 30)),
)


def write_file(folder, name, lines):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def migrated(context, path):
    migration = files.create_migration(context, "Spring")
    files.add_file(context, migration.id, path, SOURCES)
    mapping.suggest_mapping(context, migration.id, SOURCES)
    return migration.id


def test_errors_stand_before_warnings_and_info(alice, tmp_path):
    validation = actions.validate(alice, migrated(alice, write_file(tmp_path, "menu.csv", MENU)))
    levels = [group.level for group in issue_groups(alice, validation.id)]
    assert levels == sorted(levels, key=["error", "warning", "info"].index)
    assert levels[0] == "error"
    assert levels[-1] == "info"


def test_findings_of_one_cause_are_one_group_with_rows_example_and_outcome(alice, tmp_path):
    validation = actions.validate(alice, migrated(alice, write_file(tmp_path, "menu.csv", MENU)))
    groups = {group.code: group for group in issue_groups(alice, validation.id)}
    unread = groups["bad_money"]
    assert (unread.findings, unread.rows, unread.outcome) == (2, 2, "2 rows held")
    assert (unread.target, unread.source_field) == ("Menu item › Price", "Price")
    assert unread.example.value == "abc"
    assert unread.fix is Fix.MAPPING
    negative = groups["negative_price"]
    assert (negative.title, negative.example.value, negative.money) == (
        "Negative price",
        "-$5.00",
        Decimal("5.0000"),
    )
    assert groups["repeated_row"].outcome == "Imported once"


def test_rows_of_all_causes_begin_with_the_errors(alice, tmp_path):
    validation = actions.validate(alice, migrated(alice, write_file(tmp_path, "menu.csv", MENU)))
    levels = [issue.level for issue in issues(alice, validation.id, gravest_first=True)]
    assert levels == sorted(levels, key=["error", "warning", "info"].index)
    assert levels[0] == "error"


def test_groups_add_up_to_all_findings(alice, tmp_path):
    validation = actions.validate(alice, migrated(alice, write_file(tmp_path, "menu.csv", MENU)))
    groups = issue_groups(alice, validation.id)
    assert sum(group.findings for group in groups) == len(issues(alice, validation.id, limit=None))
    for group in groups:
        group_issues = issues(
            alice,
            validation.id,
            code=group.code,
            level=group.level,
            entity=group.entity,
            field=group.field,
            source_field=group.source_field,
            limit=None,
        )
        assert len(group_issues) == group.findings


def test_a_group_names_the_mapping_field_that_causes_it(alice, tmp_path):
    migration = migrated(alice, write_file(tmp_path, "menu.csv", MENU))
    validation = actions.validate(alice, migration)
    (unread,) = (group for group in issue_groups(alice, validation.id) if group.code == "bad_money")
    fields = {field.id: field for field in mapping_views.mapping_fields(alice, migration)}
    assert fields[unread.example.mapping_field_id].target == "menu_item.price"


@pytest.mark.parametrize(
    ("transform", "factor"), [("divide(1000)", "1,000x too low"), ("multiply(100)", "100x too high")]
)
def test_a_price_column_that_is_off_as_a_whole_is_the_first_warning(alice, tmp_path, transform, factor):
    prices = ("8.50", "12.00", "9.75", "14.25", "11.00", "7.95", "10.50")
    lines = ("Item ID,Item Name,Price", *(f"{at},Dish {at},{price}" for at, price in enumerate(prices)))
    migration = migrated(alice, write_file(tmp_path, "menu.csv", lines))
    (price,) = (
        field for field in mapping_views.mapping_fields(alice, migration) if field.target == "menu_item.price"
    )
    mapping.decide(
        alice, price.id, version=price.version, target=price.target, status="accepted", transform=transform
    )
    warnings = [
        group
        for group in issue_groups(alice, actions.validate(alice, migration).id)
        if group.level == "warning" and not group.explained_by
    ]
    assert warnings[0].title == f"7 of 7 prices look {factor}"
    assert warnings[0].rows == 7
    assert "too_many_decimals" not in {group.code for group in warnings}


def test_prices_of_a_menu_as_it_should_be_are_not_called_off(alice, tmp_path):
    validation = actions.validate(alice, migrated(alice, write_file(tmp_path, "menu.csv", MENU)))
    assert "price_scale" not in {group.code for group in issue_groups(alice, validation.id)}


def test_each_fault_says_in_short_words_what_it_is_and_how_to_fix_it():
    for fault in CATALOGUE.values():
        assert len(fault.title) <= 60, fault.code
        assert fault.remedy.endswith("."), fault.code
        assert not fault.title.startswith(("A ", "The ")), fault.code
