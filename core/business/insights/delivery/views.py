"""Show the figures of the delivery desk across the customers a person reaches, and the rows each was computed from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text

from core.business.insights.delivery.rules import (
    Figure,
    FigureKey,
    OrderRow,
    PaymentRow,
    Period,
    active_figure,
    ended_in,
    period_of,
    revenue_figure,
    success_figure,
    utilisation_figure,
)
from core.business.specialists.utilisation.rules import TeamUtilisation
from core.business.specialists.utilisation.views import utilisation
from core.context import Context, Portfolio
from core.platform.access.portfolio import portfolio_view

_ORDERS = text(
    """select customer_id::text, customer, engagement_id::text, number, state, domain, package, total, currency,
    (approved_at at time zone zone)::date as approved_on,
    case when state in ('completed', 'cancelled') then (coalesce(completed_at, state_since) at time zone zone)::date end as ended_on,
    is_generated from portfolio_order order by number"""
)
_PAYMENTS = text(
    """select customer_id::text, customer, engagement_id::text, number, kind, amount, currency, received_on, receipt_number,
    is_generated from portfolio_payment where received_on between :first and :last order by received_on, receipt_number"""
)


@portfolio_view("portfolio.read")
def delivery_figures(portfolio: Portfolio, today: date) -> list[Figure]:
    """Compute active orders, revenue of 30 days and success of 90 days; the periods end the day before `today`."""
    orders = _orders(portfolio)
    revenue = period_of(FigureKey.REVENUE, today)
    return [
        active_figure(orders),
        revenue_figure(_payments(portfolio, revenue), revenue),
        success_figure(orders, period_of(FigureKey.SUCCESS, today)),
    ]


@portfolio_view("portfolio.read")
def figure_orders(portfolio: Portfolio, key: FigureKey, today: date) -> Sequence[OrderRow]:
    """List the orders behind a figure: the active ones, or for success those that ended in its period."""
    orders = _orders(portfolio)
    if key == FigureKey.SUCCESS:
        return ended_in(orders, period_of(key, today))
    return [order for order in orders if order.is_active]


@portfolio_view("portfolio.read")
def figure_payments(portfolio: Portfolio, today: date) -> Sequence[PaymentRow]:
    """List the payments and refunds behind the revenue."""
    return _payments(portfolio, period_of(FigureKey.REVENUE, today))


def booked_hours(context: Context, today: date) -> tuple[Figure, TeamUtilisation]:
    """Compute the utilisation of the four weeks that end the day before `today`, with each specialist behind it.

    The context is the operator's, of who may see utilisation.
    """
    period = period_of(FigureKey.UTILISATION, today)
    team = utilisation(context, period.first, period.last)
    return utilisation_figure(team, has_generated=context.tenant.is_demo), team


def _orders(portfolio: Portfolio) -> list[OrderRow]:
    return [OrderRow(*row) for row in portfolio.session.execute(_ORDERS)]


def _payments(portfolio: Portfolio, period: Period) -> list[PaymentRow]:
    params = {"first": period.first, "last": period.last}
    return [PaymentRow(*row) for row in portfolio.session.execute(_PAYMENTS, params)]
