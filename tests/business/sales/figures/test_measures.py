"""Measures are defined once, with a formula and a minimum sample; figures of one line of business stay apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from core.business.sales.figures.measures import MEASURED, MEASURES, MONEY, REPORTED, REPORTED_MEASURES
from core.business.sales.figures.rules import missing_sample
from core.business.sales.figures.views import measured_figures
from core.business.sales.tables import FinishedMigration
from core.context import Context
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.operators import add_staff, operator


@pytest.fixture
def demo_desk(database: None) -> Iterator[Context]:
    seller = add_staff("sales", is_demo=True)
    with enter(seller.person, seller.operator) as context:
        yield context


def add_finished(context: Context, domain: str, days: list[int], **reported: object) -> None:
    for index, count in enumerate(days):
        context.session.add(
            FinishedMigration(
                tenant_id=context.tenant.id,
                id=new_id(),
                created_at=clock.now(),
                is_generated=True,
                name=f"Invented {index}",
                domain=domain,
                source_system="toast",
                package="starter",
                locations=1,
                started_at=clock.now() - timedelta(days=count),
                finished_at=clock.now(),
                measured={"elapsed_days": str(count), "currency": "USD"},
                reported=dict(reported),
            )
        )
    context.session.flush()


@pytest.mark.parametrize("key", MEASURES)
def test_a_measure_says_what_it_is_and_how_it_is_taken(key):
    measure = MEASURES[key]
    assert measure.key == key
    assert measure.title
    assert measure.definition.endswith(".")
    assert measure.formula
    assert measure.origin in {MEASURED, REPORTED}
    assert measure.minimum_sample >= 10


def test_what_is_promised_and_shown_elsewhere_is_among_the_measures():
    assert {
        "elapsed_days",
        "machine_minutes",
        "effort_hours",
        "days_closed",
        "training_cost",
        "rows_conserved_percent",
        "mapping_precision",
        "rows_held_percent",
        "unexplained_amount",
        "rollbacks",
        "items",
        "complaints",
    } <= MEASURES.keys()
    assert {measure.unit for measure in REPORTED_MEASURES.values()} == {
        "hours",
        "days",
        MONEY,
        "complaints",
    }


def test_elapsed_days_machine_time_and_effort_are_three_measures():
    units = [MEASURES[key].unit for key in ("elapsed_days", "machine_minutes", "effort_hours")]
    assert units == ["days", "minutes", "hours"]
    assert "not machine time" in MEASURES["elapsed_days"].definition


def test_what_is_missing_names_reports_where_people_report():
    assert missing_sample(MEASURES["elapsed_days"], 4) == "4 of 10 finished migrations needed"
    assert missing_sample(MEASURES["complaints"], 4) == "4 of 10 finished migrations with a report needed"


def test_in_a_demo_generated_migrations_count_and_lines_of_business_stay_apart(demo_desk):
    add_finished(demo_desk, "restaurant", [2] * 10, days_closed="0")
    add_finished(demo_desk, "school", [9] * 10)
    restaurants = measured_figures(demo_desk, "restaurant")
    schools = measured_figures(demo_desk, domain="school")
    assert restaurants["elapsed_days"].value == 2
    assert schools["elapsed_days"].value == 9
    assert measured_figures(demo_desk)["elapsed_days"].sample >= 20
    assert (restaurants["days_closed"].value, restaurants["days_closed"].unit) == (0, "days")
    assert schools["days_closed"].value is None
    demo_desk.session.rollback()


def test_a_report_with_its_source_counts_like_one_that_is_a_number(demo_desk):
    report = {"value": "0.5", "source": "Owner", "person": None, "at": None}
    add_finished(demo_desk, "school", [1] * 12, days_closed=report)
    assert measured_figures(demo_desk, "school")["days_closed"].value == Decimal("0.5")
    demo_desk.session.rollback()


def test_the_demo_s_figures_are_not_the_operator_s(demo_desk):
    add_finished(demo_desk, "restaurant", [2] * 10)
    demo_desk.session.rollback()
    assert operator(is_demo=True) != operator()
