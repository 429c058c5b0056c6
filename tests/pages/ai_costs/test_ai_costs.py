"""The page AI costs: shows the ledger to the micro-dollar, warns, and lets managers change prices and packages."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from core.db.session import TenantSession
from core.engine.sources.actions import create_migration
from core.platform.costs.actions import NewPrice, set_price
from core.platform.costs.budget import CallRequest, record_unbilled, reserve, settle
from core.platform.costs.packages import package_of
from core.platform.costs.prices import price_of
from core.platform.costs.rules import dollars
from core.platform.costs.tables import AiCall
from tests.pages.conftest import Console
from tests.pages.test_menu import texts


@pytest.fixture
def spent(alice):
    """A migration with 41,000 of its 50,000 tokens used in calls of three outcomes; its id."""
    from core.platform.costs.actions import choose_package

    move = create_migration(alice, "Bella moves").id
    choose_package(alice, move, "starter")
    for operation, model, outcome, tokens in (
        ("field_mapping", "gpt-5-mini", "answered", 20_000),
        ("field_mapping", "gpt-5", "timeout", 15_000),
        ("summary_generation", "gpt-5", "answered", 6_000),
    ):
        call = reserve(alice, CallRequest(operation, "api.openai.com", model, "v1", tokens, move))
        settle(alice, call, outcome=outcome, tokens_in=tokens - 123, tokens_out=123)
    record_unbilled(
        alice, CallRequest("field_mapping", "api.openai.com", "gpt-5", "v1", 1, move), outcome="cached"
    )
    return move


def ledger_total(context):
    with TenantSession(context.tenant.id, "") as session:
        return session.scalar(select(func.sum(AiCall.cost_micro)))


def figures(app):
    return {figure.label: figure.value for figure in app.metric}


def tables(app):
    return [frame.value for frame in app.dataframe]


def test_before_the_first_call_the_page_says_how_the_console_works_without(console: Console):
    app = console("bob", "ai_costs")
    assert not app.exception
    assert "No AI calls yet" in texts(app)
    assert "Without an API key, suggestions come from rules, memory and statistics." in texts(app)


def test_the_figures_are_the_ledger_to_the_micro_dollar(console: Console, alice, spent):
    app = console("alice", "ai_costs")
    spent = dollars(ledger_total(alice))
    assert figures(app)["Amount spent"] == spent
    assert figures(app)["Tokens"] == "41,000"
    assert figures(app)["Calls"] == "4"
    assert figures(app)["Per mapping"] == "–"


@pytest.mark.parametrize("by", ["Operation", "Model", "Migration", "Day", "Outcome", "Provider"])
def test_every_table_ends_in_the_total(console: Console, alice, spent, by):
    app = console("alice", "ai_costs", by=by)
    frame = next(frame for frame in tables(app) if by in frame.columns and "Share" in frame.columns)
    assert frame[by].iloc[-1] == "Total"
    assert frame["Cost"].iloc[-1] == dollars(ledger_total(alice))
    rows = frame.iloc[:-1]
    cents = [int(cost.replace("$", "").replace(",", "").replace(".", "")) for cost in rows["Cost"]]
    assert sum(cents) == ledger_total(alice)
    assert rows["Calls"].sum() == 4


def test_each_call_can_be_seen(console: Console, alice, spent):
    app = console("alice", "ai_costs", by="Every call")
    frame = next(frame for frame in tables(app) if "Attempt" in frame.columns)
    assert sorted(frame["Outcome"]) == ["Answered", "Answered", "Cached", "Timeout"]


def test_one_migration_shows_its_allowance_and_warns_near_its_end(console: Console, alice, spent):
    app = console("alice", "ai_costs", of="Bella moves")
    warnings = [warning.value for warning in app.warning]
    assert any("approaching the AI token limit of this migration's package" in text for text in warnings)
    assert not any("monthly" in text for text in warnings)


def test_over_all_migrations_the_one_near_its_end_is_named(console: Console, alice, spent):
    create_migration(alice, "Untouched")
    [warning] = [warning.value for warning in console("alice", "ai_costs").warning]
    assert "Bella moves" in warning
    assert "Untouched" not in warning


def test_near_the_end_of_the_month_s_tokens_the_page_warns_as_the_seeds_have_it(console: Console, alice):
    call = reserve(alice, CallRequest("field_mapping", "api.openai.com", "gpt-5-mini", "v1", 800_000))
    settle(alice, call, outcome="answered", tokens_in=800_000)
    warnings = [warning.value for warning in console("alice", "ai_costs").warning]
    assert any(text.startswith("You're approaching your monthly AI token limit.") for text in warnings)
    assert any("800,000 tokens in the last hour" in text for text in warnings)


def test_a_manager_gives_a_migration_a_larger_package(console: Console, alice, spent):
    app = console("alice", "ai_costs", of="Bella moves")
    app.radio(key=f"ai_package_{spent}").set_value("enterprise").run()
    assert not app.exception
    alice.session.rollback()
    assert package_of(alice, spent) == "enterprise"


@pytest.mark.parametrize("handle", ["bob", "sam"])
def test_others_are_told_whom_to_ask(console: Console, spent, handle):
    app = console(handle, "ai_costs", of="Bella moves")
    assert "Ask a manager of this customer for another package." in texts(app)
    assert "Only a manager can set prices." in texts(app)
    assert "price_model" not in {box.key for box in app.text_input}


def fill(app, **values):
    for key, value in values.items():
        app.text_input(key=f"price_{key}").input(value)
    next(button for button in app.button if button.label == "Set price").click()
    return app.run()


def test_a_manager_sets_a_price_with_a_reason(console: Console, alice):
    model = f"own-{uuid4()}"
    app = fill(
        console("alice", "ai_costs"),
        model=model,
        input="$0.10",
        cached="0",
        output="0.3",
        reason="Our server",
    )
    assert not app.exception
    price = price_of(alice, model, app_now(alice))
    assert (price.input_micro, price.cached_micro, price.output_micro) == (100_000, 0, 300_000)


def app_now(context):
    from core.kit import clock

    return clock.now()


@pytest.mark.parametrize("amount", ["", "cheap", "NaN", "-1"])
def test_a_price_that_is_none_is_refused_as_a_sentence(console: Console, amount):
    app = fill(console("alice", "ai_costs"), model="m", input=amount, cached="0", output="1", reason="why")
    assert not app.exception
    assert "Please correct this" in texts(app)


def test_a_manager_ends_a_price(console: Console, alice):
    model = f"own-{uuid4()}"
    price_id = set_price(alice, NewPrice(model, 1, 1, 1), "A trial")
    app = console("alice", "ai_costs")
    app.selectbox(key="ended_price").select(price_id)
    app.text_input(key="ended_reason").input("It is over")
    next(button for button in app.button if button.label == "End price").click()
    app.run()
    frame = next(frame for frame in tables(app) if "Cached input" in frame.columns)
    assert list(frame[frame["Model"] == model]["State"]) == [["Ended"]]


def test_mallory_sees_nothing_of_it(console: Console, spent):
    app = console("mallory", "ai_costs")
    assert "No AI calls yet" in texts(app)
    assert "Bella moves" not in texts(app)
