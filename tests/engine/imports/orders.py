"""Order lines of a generated file, and the accounts of an import of orders."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from core.engine.mapping.actions import Decision, decide_many
from core.engine.mapping.views import field_rows
from core.engine.runs.reconciliation.money_account import money_account
from core.engine.validation.actions import validate

HEAD = "Location,Order Id,Order #,Order Date,Item Selection Id,Item Id,Menu Item,Gross Price,Discount,Net Price,Qty,Void?,Tax"


def order_lines(count, *, bad=(), again=(), seed=5, mark=""):
    """A list of order lines: two shops, orders around midnight, far apart in the file; voided lines; (text, sums)."""
    random = Random(seed)
    start = datetime(2025, 3, 8, 22, tzinfo=UTC)
    rows, sums = [], defaultdict(Decimal)
    for number in range(count):
        order = random.randrange(count // 3)
        opened_at = start + timedelta(minutes=order * 5000 // count)
        shop, gross = ("North", "South")[order % 2], Decimal(random.randrange(100, 9000)) / 100
        void, discount = random.random() < 0.1, Decimal(random.choice([0, 0, 50])) / 100
        amount = "much" if number in bad else f"{gross}"
        tax = Decimal(random.randrange(300)) / 100
        rows.append(
            f"{shop},{mark}o{order},{order},{opened_at:%m/%d/%y %I:%M %p},{mark}l{number},i{number % 7},Dish {number % 7},"
            f"{amount},{discount},{gross - discount},1,{str(void).lower()},{tax}"
        )
        if not void:
            shop_day = shop, opened_at.date()
            for measure, value in (("gross", gross), ("discounts", discount), ("tax", tax)):
                sums[*shop_day, measure] += value
    rows += [rows[number] for number in again]
    return "\n".join([HEAD, *rows]) + "\n", sums


ORDER_TABLES = ("orders", "checks", "selections", "payments")


def exclude(importer, migration, tables, reason="orders come with the next file"):
    fields = [
        field_row for field_row in field_rows(importer.context, migration) if field_row.stream in tables
    ]
    decide_many(
        importer.context,
        [Decision(field.id, field.version, None, None, "ignored", reason) for field in fields],
        include_high=True,
    )
    validate(importer.context, migration)
    return len(fields)


def money_of(importer, run):
    importer.context.session.rollback()
    return money_account(importer.context, run.id)
