"""The generated orders, loaded into the demo's operator: its figures come out as computed from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from core.business.insights.delivery.rules import Figure, FigureKey
from core.business.insights.delivery.views import (
    booked_hours,
    delivery_figures,
    figure_orders,
    figure_payments,
)
from core.context import Context
from core.entry import demo
from core.entry.demo_delivery.loading import seed_delivery
from core.entry.demo_delivery.roster import seed_roster, seed_roster_people
from core.entry.tenants import add_member, find_or_create_person
from core.errors import NotFoundError
from core.platform.access.actions import enter
from core.platform.access.portfolio import enter_portfolio
from tests import operators

ANCHOR = date(2026, 11, 28)


@pytest.fixture
def manager(database: None) -> Iterator[Context]:
    """A manager of the demo's operator, the history written up to ANCHOR."""
    person = operators.add_staff("manager", is_demo=True).person
    find_or_create_person("sam", "Sam", is_demo=True)
    with enter(person, demo.OPERATOR) as context:
        seed_delivery(context, ANCHOR, again=True)
        yield context


def _figures(person: str, today: date) -> dict[FigureKey, Figure]:
    with enter_portfolio(person) as portfolio:
        return {figure.key: figure for figure in delivery_figures(portfolio, today)}


def test_the_known_figures_come_out_of_the_orders(manager: Context) -> None:
    figures = _figures(manager.person, ANCHOR)
    assert figures[FigureKey.ACTIVE].value == 24
    assert figures[FigureKey.REVENUE].amounts == {"USD": Decimal("156000.00")}
    assert figures[FigureKey.SUCCESS].value == Decimal("96.0")
    assert all(figure.has_generated for figure in figures.values())


def test_each_figure_is_the_count_or_the_sum_of_its_rows(manager: Context) -> None:
    with enter_portfolio(manager.person) as portfolio:
        active = figure_orders(portfolio, FigureKey.ACTIVE, ANCHOR)
        ended = figure_orders(portfolio, FigureKey.SUCCESS, ANCHOR)
        payments = figure_payments(portfolio, ANCHOR)
    assert len(active) == 24
    assert (len(ended), sum(order.state == "completed" for order in ended)) == (50, 48)
    assert sum(payment.signed for payment in payments) == Decimal("156000.00")


def test_specialists_are_booked_for_87_percent_of_four_weeks_by_sessions_of_orders_they_lead(
    manager: Context,
) -> None:
    seed_roster_people()
    seed_roster(manager)
    seed_delivery(manager, ANCHOR, again=True)
    figure, team = booked_hours(manager, ANCHOR)
    assert figure.value is not None
    assert round(figure.value) == 87
    assert sum((person.booked_hours for person in team.people), Decimal(0)) == team.booked_hours
    query = text(
        "select count(*), count(*) filter (where s.specialist_person_id = o.lead_id or o.lead_id is null)"
        " from portfolio_session s join portfolio_order o on o.engagement_id = s.engagement_id"
        " where s.is_generated and s.state = 'held'"
    )
    with enter_portfolio(manager.person) as portfolio:
        sessions, led = portfolio.session.execute(query).one()
    assert sessions == led > 100


def test_a_second_loading_adds_nothing_and_one_again_moves_the_days(manager: Context) -> None:
    assert seed_delivery(manager, ANCHOR) == 0
    later = ANCHOR + timedelta(days=45)
    assert seed_delivery(manager, later, again=True) == 77
    assert _figures(manager.person, later)[FigureKey.REVENUE].amounts == {"USD": Decimal("156000.00")}
    with enter_portfolio(manager.person) as portfolio:
        count = portfolio.session.scalar(text("select count(*) from portfolio_order where is_generated"))
    assert count == 77


def test_no_other_tenant_takes_generated_orders(alice: Context) -> None:
    with pytest.raises(NotFoundError):
        seed_delivery(alice, ANCHOR)


def test_who_sells_follows_the_open_orders_of_the_restaurants(manager: Context) -> None:
    seller = find_or_create_person("sam", "Sam", is_demo=True)
    add_member(manager.tenant.id, seller, "sales")
    with enter_portfolio(seller) as portfolio:
        query = text(
            "select distinct domain from portfolio_order where is_generated and state = 'data_migration'"
        )
        domains = portfolio.session.scalars(query).all()
    assert domains == ["restaurant"]
