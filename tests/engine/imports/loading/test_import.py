from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from core.db.target import target_table
from core.engine.plan import Conflict
from core.engine.runs import records, views
from core.engine.runs.reconciliation.views import reconciliation
from core.errors import NotFoundError
from tests.conftest import SQUARE_SAMPLE, TOAST_SAMPLE
from tests.importer import MENU

ITEM = target_table("menu_item")


def prices(context) -> dict[str, Decimal]:
    context.session.rollback()
    rows = context.session.execute(select(ITEM.c.external_id, ITEM.c.price).order_by(ITEM.c.external_id))
    return {row.external_id: row.price for row in rows}


@pytest.mark.parametrize(
    ("sample", "money"), [(TOAST_SAMPLE, Decimal("-4.23")), (SQUARE_SAMPLE, Decimal("1.00"))]
)
def test_a_sample_is_accounted_for_to_the_cent_and_its_own_fault_is_named(importer, sample, money):
    run = importer.import_file(sample)
    proof = reconciliation(importer.context, run.id)
    assert run.state == "completed"
    assert proof.settled
    assert proof.account.complete
    assert all(count.is_balanced for count in run.entities)
    assert all(day.difference == 0 for day in proof.days)
    assert sum(abs(day.source) for day in proof.days) > 0
    assert [finding.money for finding in proof.findings] == [money]


def test_money_arrives_as_it_stands_and_references_become_ids(importer):
    importer.import_file(MENU)
    assert prices(importer.context) == {"i1": Decimal("14.50"), "i2": Decimal("16.00"), "i3": Decimal("9.25")}
    category = target_table("category")
    names = importer.context.session.scalars(
        select(category.c.name).join(ITEM, ITEM.c.category_id == category.c.id).order_by(ITEM.c.external_id)
    )
    assert list(names) == ["Pizza", "Pizza", "Wine"]


def test_the_same_file_again_changes_nothing(importer):
    importer.import_file(MENU)
    again = importer.import_file(MENU)
    assert sum(count.changed for count in again.entities) == 0
    assert all(count.merged == count.read for count in again.entities)


@pytest.mark.parametrize(
    ("conflict", "price", "fate"),
    [
        (Conflict.OVERWRITE, Decimal("15.00"), "migrated"),
        (Conflict.KEEP_EXISTING, Decimal("14.50"), "merged"),
        (Conflict.MERGE, Decimal("14.50"), "merged"),
    ],
)
def test_what_is_there_already_is_treated_as_chosen(importer, conflict, price, fate):
    importer.import_file(MENU)
    second = importer.import_file(MENU.replace("14.50", "15.00"), conflict=conflict)
    items = next(count for count in second.entities if count.entity == "menu_item")
    assert prices(importer.context)["i1"] == price
    assert getattr(items, fate) >= 1
    assert items.changed == (1 if conflict is Conflict.OVERWRITE else 0)


def test_merging_fills_only_what_is_empty(importer):
    importer.import_file(MENU.replace("P-1", ""))
    importer.import_file(MENU.replace("14.50", "15.00"), conflict=Conflict.MERGE)
    importer.context.session.rollback()
    row = importer.context.session.execute(
        select(ITEM.c.price, ITEM.c.sku).where(ITEM.c.external_id == "i1")
    ).one()
    assert row == (Decimal("14.5000"), "P-1")


def test_what_merging_left_otherwise_is_overwritten_when_that_is_chosen(importer):
    importer.import_file(MENU.replace("P-1", ""))
    dearer_menu = MENU.replace("14.50", "15.00")
    importer.import_file(dearer_menu, conflict=Conflict.MERGE)
    again = importer.import_file(dearer_menu, conflict=Conflict.MERGE)
    assert sum(count.changed for count in again.entities) == 0
    importer.import_file(dearer_menu, conflict=Conflict.OVERWRITE)
    assert prices(importer.context)["i1"] == Decimal("15.00")


def test_a_duplicate_stands_beside_the_record_that_is_there(importer):
    importer.import_file(MENU)
    importer.import_file(MENU.replace("14.50", "15.00"), conflict=Conflict.DUPLICATE)
    imported_prices = prices(importer.context)
    assert len(imported_prices) == 4
    assert imported_prices["i1"] == Decimal("14.50")
    assert sorted(imported_prices.values())[-2:] == [Decimal("15.00"), Decimal("16.00")]


def test_a_row_held_back_comes_with_its_reason_and_may_be_sent_again(importer):
    run = importer.import_file(MENU.replace("16.00", "sixteen"))
    assert prices(importer.context).keys() == {"i1", "i3"}
    assert run.state == "awaiting_approval"
    held = records.held_rows(importer.context, run.id, "menu_item")
    assert held["Row"].to_list() == [3]
    assert "sixteen" in held["Problem"][0]
    importer.import_file(MENU)
    assert prices(importer.context)["i2"] == Decimal("16.00")


def test_mallory_finds_neither_the_run_nor_its_rows(importer, mallory):
    run = importer.import_file(MENU)
    assert views.runs(mallory) == []
    with pytest.raises(NotFoundError):
        views.run(mallory, run.id)
    assert mallory.session.execute(select(ITEM)).all() == []
    assert records.held_rows(mallory, run.id).is_empty()


def test_the_file_of_held_rows_can_be_corrected_and_uploaded_as_it_is(importer, tmp_path):
    run = importer.import_file(MENU.replace("16.00", "sixteen"))
    held = tmp_path / "held_rows.csv"
    held.write_bytes(records.held_rows_file(importer.context, run.id, "csv"))
    text = held.read_text(encoding="utf-8-sig")
    assert "How to fix" in text.splitlines()[0]
    held.write_text(text.replace("sixteen", "16.00"), encoding="utf-8")
    importer.import_file(held)
    assert prices(importer.context)["i2"] == Decimal("16.00")
    assert len(prices(importer.context)) == 3
