"""The four figures of the delivery desk on top of the reports; each opens the rows it was computed from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from core.business.engagements.rules import STATES
from core.business.insights.delivery.rules import Figure, FigureKey, OrderRow
from core.business.insights.delivery.views import (
    booked_hours,
    delivery_figures,
    figure_orders,
    figure_payments,
)
from core.business.specialists.utilisation.rules import TeamUtilisation
from core.context import Context
from core.kit import money
from core.kit.wording import day
from core.platform.access.portfolio import enter_portfolio
from pages.ui import widgets

STATE = st.session_state
_OPEN = "report_figure"


def draw_figures(context: Context, today: date) -> None:
    """Draw the figures with value, period and sample, and the rows of the one whose button was pressed."""
    with enter_portfolio(context.person, sign_in=context.sign_in) as portfolio:
        figures = delivery_figures(portfolio, today)
    hours, team = booked_hours(context, today)
    figures.insert(2, hours)
    with st.grid(len(figures), min_column_width=190, gap="small"):
        for figure in figures:
            _card(figure, today)
    chosen = STATE.get(_OPEN)
    if chosen:
        _draw_rows(context, FigureKey(chosen), team, today)


def _card(figure: Figure, today: date) -> None:
    with st.container(border=True, gap="xxsmall", height="stretch"):
        st.metric(figure.title, _value(figure), help=figure.definition)
        period = (
            f"{day(figure.period.first, today)} to {day(figure.period.last, today)} · "
            if figure.period
            else ""
        )
        st.caption(f"{period}{figure.missing or figure.sample}")
        is_open = STATE.get(_OPEN) == figure.key
        label = "Hide rows" if is_open else "Show rows"
        st.button(
            label,
            key=f"report_figure_{figure.key}",
            type="tertiary",
            on_click=_toggle,
            args=(figure.key.value,),
        )


def _value(figure: Figure) -> str:
    if figure.key == FigureKey.REVENUE:
        amounts = [
            money.show(amount, currency).removesuffix(".00") for currency, amount in figure.amounts.items()
        ]
        return ", ".join(amounts) or "–"
    if figure.value is None:
        return "–"
    return f"{figure.value:,}" if figure.key == FigureKey.ACTIVE else f"{figure.value.normalize():f}%"


def _draw_rows(context: Context, key: FigureKey, team: TeamUtilisation, today: date) -> None:
    if key == FigureKey.UTILISATION:
        _team_table(team)
        return
    with enter_portfolio(context.person, sign_in=context.sign_in) as portfolio:
        if key == FigureKey.REVENUE:
            rows = [
                {
                    "Receipt": row.receipt_number,
                    "Order": row.number,
                    "Customer": row.customer,
                    "Received": day(row.received_on, today),
                    "Amount": money.show(row.signed, row.currency),
                }
                for row in figure_payments(portfolio, today)
            ]
            widgets.table(
                rows, dict.fromkeys(rows[0]) if rows else {}, alt="Payments and refunds of the revenue"
            )
            return
        orders = figure_orders(portfolio, key, today)
    _order_table(orders, today)


def _order_table(orders: Sequence[OrderRow], today: date) -> None:
    rows = [
        {
            "Order": row.number,
            "Customer": row.customer,
            "State": STATES[row.state],
            "Approved": day(row.approved_on, today) if row.approved_on else None,
            "Ended": day(row.ended_on, today) if row.ended_on else None,
            "Total": money.show(row.total, row.currency).removesuffix(".00"),
        }
        for row in orders
    ]
    widgets.table(rows, dict.fromkeys(rows[0]) if rows else {}, alt="Orders behind the figure")


def _team_table(team: TeamUtilisation) -> None:
    rows = [
        {
            "Specialist": person.name,
            "Booked": f"{person.booked_hours.normalize():,f} h",
            "Available": f"{person.available.normalize():,f} h",
            "Sessions": person.sessions,
            "Utilisation": "–" if person.percent is None else f"{person.percent}%",
        }
        for person in team.people
    ]
    widgets.table(
        rows, dict.fromkeys(rows[0]) if rows else {}, alt="Booked and available hours of each specialist"
    )


def _toggle(key: str) -> None:
    STATE[_OPEN] = None if STATE.get(_OPEN) == key else key
