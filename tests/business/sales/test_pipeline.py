"""The figures of sales have definitions, samples, and no value below the minimum sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text, update

from core.business.sales.pipeline import sales_figures
from core.business.sales.quotes.actions import draft_quote, new_version
from core.business.sales.sending import send_quote
from core.business.sales.tables import Quote
from core.entry.demo_history import seed_history
from core.errors import NotFoundError
from core.platform.access.actions import enter
from mock_data.sales_history import sales_history
from tests.business.sales.factories import add_prospect
from tests.operators import add_staff

ANCHOR = date(2026, 11, 28)


@pytest.fixture(scope="module")
def manager(database):
    staff = add_staff("manager", is_demo=True)
    with enter(staff.person, staff.operator) as context:
        context.session.execute(text("select empty_demo()"))
        context.session.commit()
        yield context
        context.session.execute(text("select empty_demo()"))
        context.session.commit()


def test_without_history_no_figure_has_a_value_and_each_says_what_is_missing(manager):
    figures = sales_figures(manager)
    assert figures.pipeline_value == 0
    assert figures.win_rate.value is figures.deal_size.value is figures.cycle_days.value is None
    assert figures.win_rate.missing == "0 of 10 decided quotes needed"
    assert figures.deal_size.missing == "0 of 10 accepted quotes needed"
    assert figures.cycle_days.missing == "0 of 10 won prospects needed"


def test_the_figures_of_the_history_follow_their_definitions(manager):
    seed_history(manager, ANCHOR)
    figures = sales_figures(manager)
    history = sales_history(ANCHOR)
    newest = [prospect.quotes[-1] for prospect in history.prospects if prospect.quotes]
    accepted = sum(quote.state == "accepted" for quote in newest)
    decided = sum(quote.state in ("accepted", "declined") for quote in newest)
    assert figures.win_rate.sample == decided == 27
    assert figures.win_rate.value == round(100 * Decimal(accepted) / decided)
    assert figures.deal_size.sample == accepted
    assert figures.deal_size.value > 500
    assert 16 <= figures.cycle_days.value <= 72
    stages = {stage.stage: stage for stage in figures.pipeline}
    assert {stage: entry.prospects for stage, entry in stages.items()} == {
        "new": 7,
        "discovery": 7,
        "demo": 6,
        "quoted": 6,
    }
    assert stages["new"].value == 0
    assert stages["demo"].value > 0
    assert figures.pipeline_value == sum(entry.value for entry in stages.values())
    assert figures.other_currencies == 0


def test_a_customer_has_no_figures_of_sales(alice):
    with pytest.raises(NotFoundError):
        sales_figures(alice)


def test_a_quote_that_is_over_is_not_in_the_pipeline_and_a_later_draft_hides_no_acceptance(manager):
    prospect_id = add_prospect(manager, stage="demo")
    before, win = sales_figures(manager).pipeline_value, sales_figures(manager).win_rate.sample
    draft_quote(manager, prospect_id, "professional")
    quote_id = draft_quote(manager, prospect_id, "professional")
    send_quote(manager, quote_id)
    assert sales_figures(manager).pipeline_value == before + 4000
    ended = replace(manager, now=manager.now + timedelta(days=60))
    assert sales_figures(ended).pipeline_value == 0
    new_version(manager, quote_id)
    accepted = update(Quote).where(Quote.id == quote_id).values(state="accepted")
    manager.session.execute(accepted)
    assert sales_figures(manager).win_rate.sample == win + 1
    assert sales_figures(manager).pipeline_value == before + 2000
