"""A chain over several time zones: each shop has its own days, in the target and in the reconciliation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.db.target import target_table
from core.engine.mapping.business_days.actions import set_business_day
from core.engine.mapping.business_days.views import business_days
from core.engine.mapping.views import current_plan
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.validation.actions import validate
from core.errors import InvalidInputError

SHOPS = """Location ID,Location Name,Time Zone
L1,Harbor,America/New_York
L2,Pier,America/Los_Angeles
L3,Howrah,Asia/Kolkata
"""
ORDERS = """Order ID,Location,Opened At,Subtotal
o1,L1,2024-05-02 00:30,10.00
o2,Pier,2024-05-02 00:30,20.00
o3,L3,2024-05-02 00:30,30.00
o4,L3,2024-05-02 23:30,5.00
o5,L2,2024-05-02T06:59:00Z,7.00
o6,L2,2024-05-02T07:00:00Z,8.00
"""


def orders(importer):
    table = target_table("order")
    rows = importer.context.session.execute(
        select(table.c.external_id, table.c.opened_at, table.c.business_date).order_by(table.c.external_id)
    )
    return {row.external_id: (row.opened_at, row.business_date) for row in rows}


def locations_of(importer, migration):
    return {
        day.name: day
        for day in business_days(importer.context, migration, current_plan(importer.context, migration))
    }


def at(day, hour, minute):
    return datetime(2024, 5, day, hour, minute, tzinfo=UTC)


def test_each_shop_of_a_chain_is_read_by_its_own_clock(importer):
    migration = importer.prepare(SHOPS, name="locations.csv", more=[("orders.csv", ORDERS)])
    run = importer.run(migration)
    assert run.state == "completed"
    assert orders(importer) == {
        "o1": (at(2, 4, 30), date(2024, 5, 2)),
        "o2": (at(2, 7, 30), date(2024, 5, 2)),
        "o3": (at(1, 19, 0), date(2024, 5, 2)),
        "o4": (at(2, 18, 0), date(2024, 5, 2)),
        "o5": (at(2, 6, 59), date(2024, 5, 1)),
        "o6": (at(2, 7, 0), date(2024, 5, 2)),
    }


def test_each_shop_closes_at_its_own_hour_in_the_target_and_in_the_reconciliation(importer):
    migration = importer.prepare(SHOPS, name="locations.csv", more=[("orders.csv", ORDERS)])
    shops = locations_of(importer, migration)
    assert {name: day.zone for name, day in shops.items() if day.key} == {
        "Harbor": "America/New_York",
        "Pier": "America/Los_Angeles",
        "Howrah": "Asia/Kolkata",
    }
    set_business_day(importer.context, migration, shops["Pier"].key, zone=None, close_hour=4)
    set_business_day(importer.context, migration, "", zone=None, close_hour=1)
    set_business_day(importer.context, migration, shops["Howrah"].key, zone="Asia/Kathmandu", close_hour=0)
    validate(importer.context, migration)
    run = importer.run(migration)
    assert run.state == "completed"
    assert {name: day for name, (_, day) in orders(importer).items()} == {
        "o1": date(2024, 5, 1),
        "o2": date(2024, 5, 1),
        "o3": date(2024, 5, 2),
        "o4": date(2024, 5, 2),
        "o5": date(2024, 5, 1),
        "o6": date(2024, 5, 1),
    }
    assert orders(importer)["o3"][0] == at(1, 18, 45)
    days = {
        (day.location, day.business_date): (day.source, day.target, day.difference)
        for day in reconciliation(importer.context, run.id).days
        if day.measure == "gross" and day.source
    }
    assert days == {
        (shop, day): (Decimal(amount), Decimal(amount), 0)
        for shop, day, amount in (
            ("Harbor", date(2024, 5, 1), 10),
            ("Pier", date(2024, 5, 1), 35),
            ("Howrah", date(2024, 5, 2), 35),
        )
    }


def test_shops_that_only_orders_name_can_be_given_a_zone(importer):
    migration = importer.prepare(ORDERS, name="orders.csv")
    shops = locations_of(importer, migration)
    assert {"L1", "Pier", "L3", "L2"} <= set(shops)
    set_business_day(importer.context, migration, shops["L3"].key, zone="Asia/Kolkata", close_hour=3)
    validate(importer.context, migration)
    run = importer.run(migration)
    assert run.state == "completed"
    assert orders(importer)["o3"] == (at(1, 19, 0), date(2024, 5, 1))
    assert orders(importer)["o4"] == (at(2, 18, 0), date(2024, 5, 2))


@pytest.mark.parametrize(("zone", "hour"), [("Mars/Olympus", 4), ("UTC", 24), ("UTC", -1)])
def test_a_zone_or_an_hour_that_does_not_exist_is_refused(importer, zone, hour):
    migration = importer.prepare(ORDERS, name="orders.csv")
    with pytest.raises(InvalidInputError):
        set_business_day(importer.context, migration, "l1", zone=zone, close_hour=hour)
