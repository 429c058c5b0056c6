"""An order is its lines and a payment plan, to the cent, in the customer's tenant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.business.billing.tables import Instalment, PaymentPlan
from core.business.engagements.create import OrderDetails, OrderLine, create_engagement
from core.business.engagements.signers import signer_of
from core.business.engagements.tables import Engagement, EngagementLine
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError
from core.kit import clock
from core.kit.ids import new_id

CENTS = st.integers(0, 10**8).map(lambda units: Decimal(units).scaleb(-2))


def details(*amounts: Decimal, plan: str = "full", months: int | None = None) -> OrderDetails:
    return OrderDetails(
        quote_id=new_id(),
        quote_number=7,
        prospect_id=new_id(),
        domain="restaurant",
        package="professional",
        locations=4,
        currency="USD",
        total=sum(amounts, Decimal(0)),
        lines=[
            OrderLine(f"item_{n}", f"Item {n}", Decimal(1), amount, amount)
            for n, amount in enumerate(amounts)
        ],
        payment_plan=plan,
        months=months,
        ordered_at=clock.now(),
        ordered_by="Ana Ng",
        signed_on=date(2026, 11, 28),
        go_live_on=None,
    )


def test_an_order_holds_its_lines_plan_and_signer(alice: Context) -> None:
    order = details(Decimal("2000.00"), Decimal("-100.01"), plan="extended", months=3)
    order_id = create_engagement(alice.session, order)
    stored = alice.session.get_one(Engagement, (alice.tenant.id, order_id))
    assert (stored.number, stored.state, stored.total) == ("OC-0007", "pending", Decimal("1899.99"))
    assert b"Ana" not in stored.ordered_by
    assert signer_of(alice.session, order_id, stored.ordered_by) == "Ana Ng"
    parts = alice.session.scalars(select(Instalment).order_by(Instalment.number)).all()
    assert [part.amount for part in parts] == [Decimal("633.33")] * 3
    assert parts[2].due_on == date(2027, 1, 28)


def test_a_second_order_of_the_same_quote_number_has_a_number_of_its_own(alice: Context) -> None:
    first, second = (create_engagement(alice.session, details(Decimal(500))) for _ in range(2))
    numbers = [
        alice.session.get_one(Engagement, (alice.tenant.id, order)).number for order in (first, second)
    ]
    assert numbers == ["OC-0007", "OC-0007-2"]


def test_lines_that_do_not_sum_to_the_total_are_refused(alice: Context) -> None:
    order = details(Decimal(500))
    for wrong in (replace(order, total=Decimal("500.01")), replace(order, lines=[])):
        with pytest.raises(ConflictError):
            create_engagement(alice.session, wrong)
    assert alice.session.scalars(select(Engagement)).all() == []


def test_every_order_sums_over_lines_and_instalments(new_tenants: Callable[[], dict[str, str]]) -> None:
    tenant = new_tenants()["bella"]
    plans = st.one_of(
        st.sampled_from([("full", None), ("split", None)]),
        st.integers(3, 12).map(lambda months: ("extended", months)),
    )

    @settings(max_examples=40)
    @given(st.lists(CENTS, min_size=1, max_size=6), plans)
    def orders(amounts: list[Decimal], plan: tuple[str, int | None]) -> None:
        with TenantSession(tenant, "") as session:
            order_id = create_engagement(session, details(*amounts, plan=plan[0], months=plan[1]))
            lines = session.scalars(
                select(EngagementLine)
                .where(EngagementLine.engagement_id == order_id)
                .order_by(EngagementLine.position)
            ).all()
            assert [line.amount for line in lines] == amounts
            stored = session.scalars(select(PaymentPlan).where(PaymentPlan.engagement_id == order_id)).one()
            parts = session.scalars(select(Instalment.amount).where(Instalment.plan_id == stored.id)).all()
            assert sum(parts) == stored.total == sum(amounts)
            session.rollback()

    orders()
