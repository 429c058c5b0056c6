"""No limit is ever passed: tokens are held before a call, and what was spent stands."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.db.session import TenantSession
from core.errors import ConflictError, InvalidInputError, LimitReachedError, NotAllowedError, NotFoundError
from core.kit import clock
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from core.platform.costs.budget import RESERVATION_TIMEOUT, record_unbilled, reserve, settle, settle_abandoned
from core.platform.costs.tables import AiBudget, AiCall
from core.platform.delivery.notifications import notifications
from core.platform.events.tables import OutboxEvent

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def calls(context):
    with TenantSession(context.tenant.id, "") as session:
        return session.scalars(select(AiCall).order_by(AiCall.id)).all()


def budgets(context):
    """scope -> (limit, used, reserved)."""
    with TenantSession(context.tenant.id, "") as session:
        rows = session.scalars(select(AiBudget)).all()
        return {row.scope: (row.limit_tokens, row.used_tokens, row.reserved_tokens) for row in rows}


def audited(context):
    with TenantSession(context.tenant.id, "") as session:
        return session.scalars(select(AuditLine.action).where(AuditLine.action.like("ai.%"))).all()


def test_a_call_holds_its_tokens_and_gives_back_what_it_did_not_use(bob, asking):
    call = reserve(bob, asking(tokens=1_000))
    assert budgets(bob) == {"migration": (500_000, 0, 1_000), "month": (1_000_000, 0, 1_000)}
    settle(bob, call, outcome="answered", tokens_in=400, tokens_cached=100, tokens_out=200, latency_ms=900)
    assert budgets(bob) == {"migration": (500_000, 600, 0), "month": (1_000_000, 600, 0)}
    [row] = calls(bob)
    assert (row.outcome, row.tokens_in, row.tokens_out, row.latency_ms) == ("answered", 400, 200, 900)
    assert row.cost_micro == 478  # 300 × $0.25 + 100 × $0.025 + 200 × $2 per million, rounded half up


def test_what_was_spent_stands_when_the_caller_rolls_back(bob, asking):
    settle(bob, reserve(bob, asking()), outcome="answered", tokens_in=10, tokens_out=10)
    bob.session.rollback()
    assert [row.outcome for row in calls(bob)] == ["answered"]
    assert budgets(bob)["month"][1] == 20


def test_two_hundred_at_once_under_a_budget_for_fifty_get_fifty(bob, asking, packaged, people):
    """Starter allows 50,000 tokens, each call holds 1,000: at no moment is more taken, and exactly 50 pass."""
    packaged("starter")
    most, over, stop, start = [], [], threading.Event(), threading.Barrier(200)

    def watch():
        with TenantSession(bob.tenant.id, "") as session:
            while not stop.is_set():
                committed = select(AiBudget.used_tokens + AiBudget.reserved_tokens).where(
                    AiBudget.scope == "migration"
                )
                most.append(session.scalar(committed) or 0)
                session.rollback()

    def call(_number):
        start.wait()
        with enter(people["bob"], bob.tenant.id) as context:
            try:
                call = reserve(context, asking(tokens=1_000))
            except LimitReachedError as refused:
                over.append(refused.facts)
                return False
            settle(context, call, outcome="answered", tokens_in=900, tokens_out=100)
            return True

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(200) as pool:
        allowed = sum(pool.map(call, range(200)))
    stop.set()
    watcher.join()
    assert allowed == 50
    assert len(over) == 150
    assert max(most) <= 50_000
    assert len(most) > 10
    assert budgets(bob) == {"migration": (50_000, 50_000, 0), "month": (1_000_000, 50_000, 0)}
    rows = calls(bob)
    assert len(rows) == 50
    assert sum(row.tokens_in + row.tokens_out for row in rows) == 50_000


def test_a_refusal_says_which_limit_and_when_it_frees(bob, asking, packaged):
    packaged("starter")
    with pytest.raises(LimitReachedError) as refused:
        reserve(bob, asking(tokens=50_001))
    assert refused.value.facts == {
        "scope": "migration", "limit": 50_000, "used": 0, "reserved": 0, "asked": 50_001, "frees_at": None,
    }  # fmt: skip
    packaged("enterprise")
    with clock.frozen(NOON), pytest.raises(LimitReachedError) as refused:
        reserve(bob, asking(tokens=1_000_001))
    assert refused.value.facts["scope"] == "month"
    assert refused.value.facts["frees_at"] == "2026-12-01T05:00:00+00:00"  # midnight in New York


def test_a_refused_call_holds_nothing_under_any_limit(bob, asking, packaged):
    packaged("enterprise")
    reserve(bob, asking(tokens=900_000))
    with pytest.raises(LimitReachedError):
        reserve(bob, asking(tokens=200_000))
    assert budgets(bob) == {"migration": (None, 0, 900_000), "month": (1_000_000, 0, 900_000)}


def test_a_new_month_begins_anew_where_the_customer_is(bob, asking, packaged):
    packaged("enterprise")
    with clock.frozen(datetime(2026, 12, 1, 4, 59, tzinfo=UTC)):  # still November in New York
        settle(bob, reserve(bob, asking(tokens=1_000_000)), outcome="answered", tokens_in=1_000_000)
        with pytest.raises(LimitReachedError):
            reserve(bob, asking(tokens=1))
    with clock.frozen(datetime(2026, 12, 1, 5, 0, tzinfo=UTC)):
        assert reserve(bob, asking(tokens=1_000_000))


def test_usage_above_what_was_reserved_is_booked_as_it_was_and_stops_the_next(bob, asking, packaged):
    packaged("starter")
    second, wild = reserve(bob, asking(tokens=25_000)), reserve(bob, asking(tokens=25_000))
    settle(bob, wild, outcome="answered", tokens_in=40_000)
    assert budgets(bob)["migration"][1:] == (40_000, 25_000)
    with pytest.raises(LimitReachedError):
        reserve(bob, asking(tokens=1))
    settle(bob, second, outcome="answered", tokens_in=5_000)
    assert reserve(bob, asking(tokens=5_000))


def test_a_smaller_package_stops_what_is_above_it_and_a_larger_one_lets_it_on(bob, asking, packaged):
    held = reserve(bob, asking(tokens=60_000))
    packaged("starter")
    with pytest.raises(LimitReachedError):
        reserve(bob, asking(tokens=1))
    settle(bob, held, outcome="answered", tokens_in=60_000)
    packaged("professional")
    assert reserve(bob, asking(tokens=440_000))


@pytest.mark.parametrize("outcome", ["no_usage", "timeout"])
def test_a_call_that_does_not_say_what_it_used_is_booked_at_all_it_held(bob, asking, outcome):
    settle(bob, reserve(bob, asking(tokens=1_000)), outcome=outcome)
    [row] = calls(bob)
    assert (row.tokens_out, row.cost_micro) == (1_000, 2_000)
    assert budgets(bob)["month"][1:] == (1_000, 0)


def test_a_failed_call_that_used_nothing_costs_nothing_and_stays_in_the_ledger(bob, asking):
    settle(bob, reserve(bob, asking()), outcome="rate_limited", detail="429, again in 2 s")
    record_unbilled(bob, asking(), outcome="cached")
    record_unbilled(bob, asking(model="gpt-99"), outcome="refused", detail="unknown model")
    assert [(row.outcome, row.cost_micro) for row in calls(bob)] == [
        ("rate_limited", 0),
        ("cached", 0),
        ("refused", 0),
    ]
    assert budgets(bob)["month"][1:] == (0, 0)


def test_what_a_dead_process_held_is_booked_as_used_after_ten_minutes(bob, asking):
    with clock.frozen(NOON):
        abandoned = reserve(bob, asking(tokens=1_000))
    with clock.frozen(NOON + RESERVATION_TIMEOUT):
        assert settle_abandoned(bob) == 0
    with clock.frozen(NOON + RESERVATION_TIMEOUT + timedelta(seconds=1)):
        reserve(bob, asking(tokens=10))  # sweeps before it asks
        assert settle_abandoned(bob) == 0
    assert [row.outcome for row in calls(bob)] == ["abandoned", "reserved"]
    assert budgets(bob)["month"][1:] == (1_000, 10)
    settle(bob, abandoned, outcome="answered", tokens_in=300, tokens_out=100)  # it was only slow
    assert budgets(bob)["month"][1:] == (400, 10)


def test_a_call_is_settled_once(bob, asking):
    call = reserve(bob, asking())
    settle(bob, call, outcome="answered", tokens_in=10)
    with pytest.raises(ConflictError):
        settle(bob, call, outcome="answered", tokens_in=10)
    assert budgets(bob)["month"][1:] == (10, 0)


def test_a_call_that_many_settle_at_once_is_booked_once(bob, asking, people):
    call, start = reserve(bob, asking()), threading.Barrier(8)

    def book(_number):
        with enter(people["bob"], bob.tenant.id) as context:
            start.wait()
            try:
                settle(context, call, outcome="answered", tokens_in=10)
            except ConflictError:
                return 0
            return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(book, range(8))) == 1
    assert budgets(bob) == {"migration": (500_000, 10, 0), "month": (1_000_000, 10, 0)}


@pytest.mark.parametrize(
    "usage", [{"tokens_in": -1}, {"tokens_in": 5, "tokens_cached": 6}, {"tokens_out": -5}]
)
def test_usage_that_cannot_be_is_refused_and_the_call_stays_open(bob, asking, usage):
    call = reserve(bob, asking())
    with pytest.raises(InvalidInputError):
        settle(bob, call, outcome="answered", **usage)
    assert [row.outcome for row in calls(bob)] == ["reserved"]


@pytest.mark.parametrize("ask", [{"model": "gpt-99"}, {"model": "gpt-4"}, {"tokens": 0}])
def test_a_call_without_a_price_or_without_tokens_holds_nothing(bob, asking, ask):
    with pytest.raises(InvalidInputError):
        reserve(bob, asking(**ask))
    assert (calls(bob), budgets(bob)) == ([], {})


def test_mallory_can_neither_spend_on_alice_s_migration_nor_settle_her_calls(bob, mallory, asking):
    call = reserve(bob, asking())
    for deed in (
        lambda: reserve(mallory, asking()),
        lambda: record_unbilled(mallory, asking(), outcome="cached"),
        lambda: settle(mallory, call, outcome="answered"),
    ):
        with pytest.raises(NotFoundError):
            deed()
    assert calls(mallory) == []
    assert [row.outcome for row in calls(bob)] == ["reserved"]


def test_nobody_spends_without_the_permission(bob, asking):
    reader = replace(bob, permissions=frozenset({"migration.read"}))
    for deed in (
        lambda: reserve(reader, asking()),
        lambda: settle(reader, "any", outcome="answered"),
        lambda: record_unbilled(reader, asking(), outcome="cached"),
    ):
        with pytest.raises(NotAllowedError):
            deed()


def test_each_crossing_is_told_once(alice, bob, asking, packaged):
    """80% of a limit, and 100,000 tokens in an hour."""
    packaged("starter")
    for tokens in (39_000, 1_000, 1_000):
        settle(bob, reserve(bob, asking(tokens=tokens)), outcome="answered", tokens_in=tokens)
    assert audited(bob) == ["ai.limit_near"]
    [event] = bob.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "budget_near_limit"))
    assert event.facts == {"budget": "a migration's package", "percent": 80, "limit": 50_000}
    told = [notice.text for notice in notifications(alice) if notice.slug == alice.tenant.slug]
    assert told == ["AI budget of a migration's package: 80% of 50,000 tokens used"]
    packaged("enterprise")
    for tokens in (59_000, 1, 1):
        settle(bob, reserve(bob, asking(tokens=tokens)), outcome="answered", tokens_in=tokens)
    assert sorted(audited(bob)) == ["ai.hour_alert", "ai.limit_near"]


def test_the_ledger_cannot_be_thinned_out(bob, asking):
    reserve(bob, asking())
    from sqlalchemy import delete
    from sqlalchemy.exc import ProgrammingError

    with (
        TenantSession(bob.tenant.id, "") as session,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        session.execute(delete(AiCall))
    with TenantSession(bob.tenant.id, "") as session:
        assert session.scalar(select(func.count()).select_from(AiCall)) == 1
