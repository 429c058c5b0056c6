"""What refers to a record that is held is held with it, and of records that contradict each other none is imported."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.db.target import target_table
from core.engine.runs.reconciliation.accounting import account
from core.engine.validation import views

ITEMS = "Item ID,Item Name,Category ID,Price\n"
CATEGORIES = "Category ID,Category Name,Parent Category ID,Sort Order\n"


def imported(importer, run, entity, column="name"):
    importer.context.session.rollback()
    table = target_table(entity)
    return dict(
        importer.context.session.execute(
            select(table.c.external_id, table.c[column]).where(table.c.run_id == run.id)
        ).all()
    )


def foreseen_is_held(importer, migration, run):
    validation = views.latest(importer.context, migration)
    return views.file_held(validation.totals) == account(importer.context, run.id).held


def test_an_item_whose_category_is_held_is_held_and_no_item_loses_its_link(importer):
    categories = CATEGORIES + "c1,,,1\nc2,Drinks,,2\n"
    items = ITEMS + "i1,Stew,c1,4.00\ni2,Tea,c2,2.00\ni3,Pie,,3.00\n"
    migration = importer.prepare(categories, name="categories.csv", more=[("items.csv", items)])
    run = importer.run(migration)
    links = imported(importer, run, "menu_item", "category_id")
    assert set(links) == {"i2", "i3"}
    assert links["i2"]
    assert foreseen_is_held(importer, migration, run)


def test_categories_below_a_held_one_are_held_down_to_the_last(importer):
    text = CATEGORIES + "c1,,,1\nc2,Soups,c1,1\nc3,Cold soups,c2,1\nc4,Drinks,,1\nc5,Tea,c4,1\n"
    run = importer.run(importer.prepare(text, name="categories.csv"))
    assert set(imported(importer, run, "category")) == {"c4", "c5"}


def test_a_child_keeps_its_link_where_the_held_record_is_there_from_before(importer):
    importer.import_file(CATEGORIES + "c1,Soups,,1\n", name="categories.csv")
    migration = importer.prepare(
        CATEGORIES + "c1,,,1\n",
        name="categories2.csv",
        more=[("items.csv", ITEMS + "i1,Stew,c1,4.00\n")],
    )
    run = importer.run(migration)
    assert imported(importer, run, "menu_item", "category_id")["i1"]


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_records_with_one_id_and_different_contents_neither_is_imported(importer, order):
    rows = ["i1,Stew,,4.00\n", "i1,Stew,,5.00\n"][::order]
    run = importer.import_file(ITEMS + rows[0] + "i2,Tea,,2.00\ni3,Pie,,3.00\ni3,Pie,,3.00\n" + rows[1])
    assert set(imported(importer, run, "menu_item")) == {"i2", "i3"}
    assert account(importer.context, run.id).held == 2


def test_records_of_two_files_that_contradict_each_other_are_held_and_equal_ones_merged(importer):
    first, second = (
        ITEMS + "i1,Stew,,4.00\ni2,Tea,,2.00\n",
        ITEMS + "i1,Stew,,5.00\ni2,Tea,,2.00\ni3,Pie,,3.00\n",
    )
    migration = importer.prepare(first, name="a.csv", more=[("b.csv", second)])
    run = importer.run(migration)
    assert set(imported(importer, run, "menu_item")) == {"i2", "i3"}
    assert foreseen_is_held(importer, migration, run)
    issues = views.issues(
        importer.context, views.latest(importer.context, migration).id, code="duplicate_in_file"
    )
    assert sorted((issue.stream, issue.row) for issue in issues) == [("a", 2), ("b", 2)]


def test_files_that_complete_each_other_do_not_contradict_each_other(importer):
    names, prices = "Item ID,Item Name,Price\ni1,Stew,4.00\n", "Item ID,Item Name,Description\ni1,Stew,Hot\n"
    run = importer.import_file(names, name="a.csv", more=[("b.csv", prices)])
    assert set(imported(importer, run, "menu_item")) == {"i1"}


_CATEGORY = st.sampled_from(["c1", "c2", "c3", ""])


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    categories=st.lists(
        st.tuples(_CATEGORY.filter(bool), _CATEGORY, st.sampled_from(["1", "1", "much"])),
        min_size=1,
        max_size=5,
    ),
    items=st.lists(st.tuples(_CATEGORY, st.sampled_from(["4.00", "4.00", "much"])), min_size=1, max_size=6),
)
def test_whatever_is_held_no_imported_item_has_lost_its_category(importer, categories, items):
    of_categories = CATEGORIES + "".join(
        f"{name},{name},{parent},{sort}\n" for name, parent, sort in categories
    )
    of_items = ITEMS + "".join(
        f"i{number},Dish {number},{name},{price}\n" for number, (name, price) in enumerate(items)
    )
    category_names = {name for name, _, _ in categories}
    migration = importer.prepare(of_categories, name="categories.csv", more=[("items.csv", of_items)])
    run = importer.run(migration)
    for item, link in imported(importer, run, "menu_item", "category_id").items():
        category = items[int(item[1:])][0]
        assert bool(link) == (category in category_names)
    assert foreseen_is_held(importer, migration, run)
    importer.roll_back(run.id)


def test_categories_that_are_above_themselves_are_told(importer):
    text = (
        CATEGORIES + "c1,Soups,c3,1\nc2,Cold,c1,1\nc3,Warm,Cold,1\nc4,Self,c4,1\nc5,Drinks,c1,1\nc6,Food,,1\n"
    )
    migration = importer.prepare(text, name="categories.csv")
    issues = views.issues(
        importer.context, views.latest(importer.context, migration).id, code="circular_reference"
    )
    assert sorted((issue.row, issue.level) for issue in issues) == [(row, "warning") for row in (2, 3, 4, 5)]
    assert "c1, c3, c2" in issues[0].detail
    assert len(imported(importer, importer.run(migration), "category")) == 6
