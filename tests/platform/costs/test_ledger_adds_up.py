"""Whatever happens in whatever order, budgets and ledger tell the same."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.db.session import TenantSession
from core.engine.sources.actions import create_migration
from core.errors import LimitReachedError
from core.kit import clock
from core.platform.access.actions import enter
from core.platform.costs.actions import choose_package
from core.platform.costs.budget import RESERVATION_TIMEOUT, record_unbilled, reserve, settle, settle_abandoned
from core.platform.costs.prices import cost_micro, price_of
from core.platform.costs.tables import AiBudget, AiCall


def one_deed(context, manager, ask, chance):
    """Something of all that happens to a ledger."""
    draw = chance.random()
    if draw < 0.1:
        choose_package(manager, ask.migration_id, chance.choice(["starter", "professional"]))
    elif draw < 0.2:
        record_unbilled(context, ask, outcome="cached")
    elif draw < 0.35:
        with clock.frozen(clock.now() - RESERVATION_TIMEOUT - timedelta(seconds=1)):
            reserve(context, ask)  # and its process dies
    elif draw < 0.45:
        settle_abandoned(context)
    else:
        call = reserve(context, ask)
        paid = chance.randint(0, int(ask.tokens * 1.3))
        if draw < 0.9:  # the others stay under way
            settle(context, call, outcome="answered", tokens_in=paid, tokens_cached=paid // 3)


@pytest.mark.parametrize("seed", range(3))
def test_many_doing_everything_at_once_leave_books_that_agree(bob, alice, people, asking, seed):
    """Calls on two migrations, wild usage, lost processes swept while others settle, packages changed under way."""
    moves = [asking().migration_id, create_migration(alice, "Another").id]

    def work(number):
        chance = random.Random(seed * 100 + number)
        with enter(people["bob"], bob.tenant.id) as context, enter(people["alice"], bob.tenant.id) as manager:
            for _ in range(12):
                ask = asking(migration_id=chance.choice(moves), tokens=chance.randint(1, 9_000))
                try:
                    one_deed(context, manager, ask, chance)
                except LimitReachedError:
                    record_unbilled(context, ask, outcome="over_limit")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    settle_abandoned(bob)
    with TenantSession(bob.tenant.id, "") as session:
        calls = session.scalars(select(AiCall)).all()
        rows = {(row.scope, row.scope_key): row for row in session.scalars(select(AiBudget))}
    assert len(calls) > 50
    for scope, key, mine in (
        *(("migration", move, [call for call in calls if call.migration_id == move]) for move in moves),
        *((row.scope, row.scope_key, calls) for row in rows.values() if row.scope == "month"),
    ):
        assert rows[scope, key].used_tokens == sum(call.tokens_in + call.tokens_out for call in mine)
        held = sum(call.reserved_tokens for call in mine if call.outcome == "reserved")
        assert rows[scope, key].reserved_tokens == held
    for call in calls:
        price = price_of(bob, call.model, call.created_at)
        assert call.cost_micro == cost_micro(price, call.tokens_in, call.tokens_cached, call.tokens_out)
