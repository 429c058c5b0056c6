"""Equal rows are records of their own where each counts: the same dish twice on one check."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select

from core.context import Context
from core.db.target import target_table
from tests.importer import Importer

HEADER = "Check No,Opened,Item,SKU,Qty,Gross Sales,Net Sales\n"
LINES = (
    "A1,2024-07-04 12:10,Taco,TA1,2,7.00,7.00\n"
    "A1,2024-07-04 12:10,Horchata,HO1,1,3.00,2.50\n"
    "A2,2024-07-04 18:45,Burrito,BU1,1,8.50,8.50\n"
    "A2,2024-07-04 18:45,Burrito,BU1,1,8.50,8.50\n"
    "A3,2024-11-20 09:05,Taco,TA1,1,3.50,3.50\n"
)


def _lines(context: Context) -> tuple[int, Decimal]:
    context.session.rollback()
    table = target_table("order_line")
    count, gross = context.session.execute(select(func.count(), func.sum(table.c.gross_amount))).one()
    return count, gross


def test_the_same_dish_twice_on_one_check_is_two_lines(importer: Importer) -> None:
    importer.import_file(HEADER + LINES, name="item sales.csv")
    assert _lines(importer.context) == (5, Decimal("30.50"))


def test_the_next_export_in_another_order_doubles_none_of_them(importer: Importer) -> None:
    importer.import_file(HEADER + LINES, name="item sales.csv")
    reordered = "".join(reversed(LINES.splitlines(keepends=True)))
    importer.import_file(HEADER + reordered, name="item sales.csv")
    assert _lines(importer.context) == (5, Decimal("30.50"))


def test_the_sku_of_what_is_sold_alone_is_no_id_of_a_line(importer: Importer) -> None:
    """In a file where every SKU stands once, a line is known by its check as well: the next check sells the dish again."""
    once = "".join(line for line in LINES.splitlines(keepends=True) if line.startswith(("A1", "A3")))[:-1]
    first, *_ = [line for line in LINES.splitlines(keepends=True) if line.startswith("A2")]
    importer.import_file(
        HEADER + once.replace("A3,2024-11-20 09:05,Taco,TA1", "A3,2024-11-20 09:05,Tlayuda,TL1") + "\n",
        name="item sales.csv",
    )
    importer.import_file(HEADER + first.replace("Burrito,BU1", "Horchata,HO1"), name="item sales.csv")
    assert _lines(importer.context)[0] == 4
