"""Faults of the catalogue that are about a whole column, or need the hours of locations."""

from __future__ import annotations

import polars as pl

from adapters import SOURCES
from core.engine.batch import ROW
from core.engine.issues import CATALOGUE
from core.engine.mapping.actions import suggest_mapping
from core.engine.plan import EntityPlan, FieldPlan, LocationHours, Plan
from core.engine.sources.actions import add_file, create_migration
from core.engine.transforms import transform_rows
from core.engine.validation import actions, views


def test_money_whose_unit_nothing_proves_is_raised_for_the_whole_column(alice, tmp_path):
    path = tmp_path / "gift_cards.csv"
    path.write_text("Gift Card Id,Gift Card Number,Balance\ng1,8811,150\ng2,8812,90\n", encoding="utf-8")
    migration = create_migration(alice, "Cards").id
    add_file(alice, migration, path, SOURCES)
    suggest_mapping(alice, migration, SOURCES)
    (finding,) = views.issues(alice, actions.validate(alice, migration).id, code="unit_unproved")
    assert (finding.entity, finding.row, finding.field, finding.source_field) == (
        "gift_card",
        0,
        "balance",
        "Balance",
    )
    assert (finding.level, finding.remedy) == ("warning", CATALOGUE["unit_unproved"].remedy)


def test_times_without_a_known_zone_are_raised_for_their_rows():
    fields = (FieldPlan("external_id", ("external_id",)), FieldPlan("paid_at", ("paid_at",)))
    rows = pl.DataFrame(
        {ROW: [2], "external_id": ["p1"], "paid_at": ["2025-06-01 12:00"], "zone": ["Till 3"]}
    )
    places = (LocationHours("harbour", "America/Chicago", 0),)
    for entity_plan, code, value in (
        (EntityPlan("p", "payment", fields), "zone_assumed", None),
        (
            EntityPlan("p", "payment", fields, zone=FieldPlan("timezone", ("zone",))),
            "bad_time_zone",
            "Till 3",
        ),
    ):
        plan = Plan("restaurant", "test", (entity_plan,), places=places)
        issues = transform_rows(plan, entity_plan, rows).issues.filter(pl.col("code") == code)
        assert issues.select(ROW, "level", "value").rows() == [(2, CATALOGUE[code].level, value)]
