"""AI costs: spending on language models, the remainder of the limits, and possible savings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.context import Context
from core.engine.mapping.ai_costs import ai_answers, experience
from core.engine.sources import views as sources
from core.platform.costs import views as costs
from core.platform.costs.rules import dollars
from core.platform.costs.spending import Call, cost_per_accepted, total
from pages.ai_costs.breakdown import breakdown
from pages.ai_costs.limits import limits
from pages.ai_costs.prices import price_book
from pages.ai_costs.prompts import prompts
from pages.ai_costs.savings import tips
from pages.ai_costs.trend import of_last_week, trend
from pages.ui import formats, widgets

PERIODS = ("This month", "Last 7 days", "All time")


def show(context: Context) -> None:
    widgets.heading(
        context,
        "AI costs",
        "AI calls, their cost, and what is left of the limits.",
    )
    names = formats.unique_labels({migration.id: migration.name for migration in sources.migrations(context)})
    if not costs.ledger(context):
        widgets.empty(
            "No AI calls yet",
            "Without an API key, suggestions come from rules, memory and statistics.",
            icon="payments",
        )
        limits(context, next(iter(names), None), names)
    else:
        period, migration_id = _filters(names)
        limits(context, migration_id, names)
        _spending(context, period, migration_id, names)
    widgets.section("Price book")
    price_book(context)


def _filters(names: Mapping[str, str]) -> tuple[str, str | None]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = st.segmented_control(
            "Period", PERIODS, default=PERIODS[0], required=True, key="period", bind="query-params"
        )
        by_name = {name: key for key, name in names.items()}
        name = st.selectbox(
            "Migration",
            list(by_name),
            index=None,
            placeholder="All migrations",
            key="of",
            bind="query-params",
            width=300,
        )
    return period, by_name.get(name) if name else None


def _spending(context: Context, period: str, migration_id: str | None, names: Mapping[str, str]) -> None:
    calls = _calls(context, period, migration_id)
    answers = ai_answers(context, migration_id)
    _figures(context, calls, cost_per_accepted(calls, answers), period)
    trend_column, savings_column = st.columns([3, 2])
    with trend_column:
        widgets.section("Last 7 days")
        trend(context, costs.ledger(context, migration_id=migration_id))
    with savings_column:
        widgets.section("Savings")
        tips(costs.savings(context, calls, answers, experience(context)))
    widgets.section("Breakdown")
    breakdown(context, calls, names)
    widgets.section("Prompts")
    prompts(context, migration_id)


def _calls(context: Context, period: str, migration_id: str | None) -> list[Call]:
    since, until = costs.this_month(context)
    if period == PERIODS[0]:
        return costs.ledger(context, since=since, until=until, migration_id=migration_id)
    calls = costs.ledger(context, migration_id=migration_id)
    return of_last_week(context, calls) if period == PERIODS[1] else calls


def _figures(context: Context, calls: Sequence[Call], accepted: tuple[int | None, int], period: str) -> None:
    spent, hour = total(calls), costs.last_hour(context)
    cost, count = accepted
    cached = sum(call.outcome == "cached" for call in calls)
    widgets.figures(
        [
            ("Amount spent", dollars(spent.cost_micro)),
            ("Tokens", formats.number(spent.tokens)),
            ("Calls", formats.number(spent.calls)),
            ("Per mapping", "–" if cost is None else dollars(cost)),
            ("Tokens, last hour", formats.number(hour.tokens)),
        ],
        notes={
            "Amount spent": f"{period}. Sum of all calls in the ledger.",
            "Tokens": f"{spent.tokens_in:,} in, of them {spent.tokens_cached:,} cached by the provider; {spent.tokens_out:,} out.",
            "Calls": f"{cached:,} answered from the cache, at no cost.",
            "Per mapping": f"All calls for mappings, failed ones too, over {formats.counted(count, 'accepted mapping')}.",
            "Tokens, last hour": f"All migrations. Alert above {hour.alert:,}.",
        },
    )
