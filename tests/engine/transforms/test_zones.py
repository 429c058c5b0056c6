"""The time zone that a file names for its rows goes before that of the location and of the customer."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from adapters import SOURCES
from core.engine.batch import ROW
from core.engine.mapping.actions import suggest_mapping
from core.engine.mapping.plans import plan_from_json, plan_to_json
from core.engine.mapping.views import current_plan
from core.engine.plan import EntityPlan, FieldPlan, LocationHours, Plan
from core.engine.sources.actions import add_file, create_migration
from core.engine.transforms import transform_rows
from core.kit.times import is_zone
from core.kit.zone_names import zone_named

ORDERS = EntityPlan(
    "sales",
    "order",
    (FieldPlan("external_id", ("Id",)), FieldPlan("opened_at", ("When",))),
    zone=FieldPlan("timezone", ("Zone",)),
)
PLAN = Plan("restaurant", "test", (ORDERS,), zone="America/New_York")


def orders(*zones: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            ROW: range(2, len(zones) + 2),
            "Id": [f"o{number}" for number in range(len(zones))],
            "When": ["2025-09-13 21:50"] * len(zones),
            "Zone": zones,
        },
        schema_overrides={ROW: pl.Int64, "Zone": pl.String},
    )


@pytest.mark.parametrize(
    ("name", "country", "zone"),
    [
        ("America/Chicago", "US", "America/Chicago"),
        ("Pacific Time (US & Canada)", "US", "America/Los_Angeles"),
        ("(GMT-08:00) Pacific Time (US & Canada)", "US", "America/Los_Angeles"),
        ("(UTC+01:00) Amsterdam", "NL", "Europe/Amsterdam"),
        ("Eastern Standard Time", "US", "America/New_York"),
        ("W. Europe Standard Time", "DE", "Europe/Berlin"),
        ("GMT Standard Time", "GB", "Europe/London"),
        ("EST", "US", "America/New_York"),
        ("PDT", "US", "America/Los_Angeles"),
        ("CST", "US", "America/Chicago"),
        ("CST", "CN", "Asia/Shanghai"),
        ("CST", "FR", None),
        ("IST", "IN", "Asia/Kolkata"),
        ("IST", "US", None),
        ("BST", "GB", "Europe/London"),
        ("UTC", "US", "UTC"),
        ("GMT+2", "DE", "Etc/GMT-2"),
        ("UTC-08:00", "US", "Etc/GMT+8"),
        ("+05:30", "IN", "Asia/Kolkata"),
        ("Arizona", "US", "America/Phoenix"),
        ("europe/paris", "FR", "Europe/Paris"),
        ("London", "GB", "Europe/London"),
        ("Tokyo", "JP", "Asia/Tokyo"),
        ("Till 3", "US", None),
        ("", "US", None),
    ],
)
def test_a_zone_is_known_by_the_names_that_systems_give_it(name, country, zone):
    assert zone_named(name, country) == zone
    assert zone is None or is_zone(zone)


def test_each_row_is_read_in_the_zone_it_names_and_others_in_that_of_the_import():
    frame = transform_rows(
        PLAN, ORDERS, orders("Pacific Time (US & Canada)", None, "Europe/Paris", "EST")
    ).frame
    assert frame["opened_at"].to_list() == [
        datetime(2025, 9, 14, 4, 50, tzinfo=UTC),
        datetime(2025, 9, 14, 1, 50, tzinfo=UTC),
        datetime(2025, 9, 13, 19, 50, tzinfo=UTC),
        datetime(2025, 9, 14, 1, 50, tzinfo=UTC),
    ]
    assert frame[ROW].to_list() == [2, 3, 4, 5]


def test_a_row_whose_zone_is_not_known_is_held():
    batch = transform_rows(PLAN, ORDERS, orders("Till 3", "EST"))
    assert batch.issues.select(ROW, "code", "level", "value").rows() == [
        (2, "bad_time_zone", "error", "Till 3")
    ]


def test_the_zone_of_the_row_goes_before_that_of_its_location():
    place = FieldPlan("location_id", ("Where",))
    entity = EntityPlan("sales", "order", ORDERS.fields, place=place, zone=ORDERS.zone)
    plan = Plan(
        "restaurant", "test", (entity,), zone="UTC", places=(LocationHours("paris", "Europe/Paris", 4),)
    )
    rows = orders("America/Los_Angeles", None).with_columns(Where=pl.lit("Paris"))
    assert transform_rows(plan, entity, rows).frame["opened_at"].to_list() == [
        datetime(2025, 9, 14, 4, 50, tzinfo=UTC),
        datetime(2025, 9, 13, 19, 50, tzinfo=UTC),
    ]


def test_local_times_without_a_location_are_reported_where_locations_have_several_zones():
    entity = EntityPlan(
        "payments",
        "payment",
        (FieldPlan("external_id", ("Id",)), FieldPlan("order_id", ("Id",)), FieldPlan("paid_at", ("When",))),
    )
    places = (LocationHours("paris", "Europe/Paris", 0),)
    plan = Plan("restaurant", "test", (entity,), zone="UTC", places=places)
    rows = orders(None, None).with_columns(When=pl.Series(["2025-09-13 21:50", "2025-09-13T21:50:00Z"]))
    assert transform_rows(plan, entity, rows).issues.select(ROW, "field", "code").rows() == [
        (2, "paid_at", "zone_assumed")
    ]
    assert transform_rows(Plan("restaurant", "test", (entity,)), entity, rows).issues.is_empty()


def test_a_plan_with_zones_is_stored_and_read_back():
    assert plan_from_json(plan_to_json(PLAN)) == PLAN


def test_the_time_zone_column_of_a_file_is_used_whatever_is_imported_of_it(alice, tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(
        "Order ID,Opened At,Time Zone,Total\n"
        "o1,2025-09-13 21:50,Pacific Time (US & Canada),10.00\n"
        "o2,2025-09-13 21:50,Eastern Time (US & Canada),12.00\n",
        encoding="utf-8",
    )
    migration = create_migration(alice, "Sales").id
    add_file(alice, migration, path, SOURCES)
    suggest_mapping(alice, migration, SOURCES)
    plan = current_plan(alice, migration)
    (entity,) = [entity for entity in plan.entities if entity.entity == "order"]
    assert entity.zone == FieldPlan("timezone", ("Time Zone",))
    assert plan_from_json(plan_to_json(plan)) == plan
