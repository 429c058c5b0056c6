"""Which instalment is paid online, in which currency, by which rate; and money that nothing is open for."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.business.billing.rates.actions import add_rate
from core.business.engagements.lookup import today_of
from core.business.engagements.payments.actions import record_payment
from core.business.engagements.payments.online import pay_offers, pay_online
from core.business.engagements.payments.views import order_payments
from core.business.insights.delivery.waiting import WaitingKind, waiting
from core.context import Context
from core.errors import ConflictError
from core.platform.access.actions import enter
from core.platform.access.portfolio import enter_portfolio
from core.settings import settings
from tests.business.engagements.payments.orders import add_order, paid
from tests.entry.web.payments.till import Till
from tests.operators import add_staff


def test_any_open_instalment_has_a_link_of_its_own(till: Till) -> None:
    first, second = pay_offers(till.context, till.order_id)
    assert [(offer.number, offer.asked, offer.conversion) for offer in (first, second)] == [
        (1, Decimal(500), ""),
        (2, Decimal(500), ""),
    ]
    url = pay_online(till.context, till.order_id, second.instalment_id, shown=second.asked)
    till.set(till.merchant.by_number(int(url.rpartition("/")[2])), "Paid")
    till.context.session.rollback()
    parts = order_payments(till.context, till.order_id).status.parts
    assert [part.state for part in parts] == ["Due", "Paid"]
    assert [offer.number for offer in pay_offers(till.context, till.order_id)] == [1]


@pytest.fixture
def in_zwg(till: Till, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The till's manager on a day for which a rate was entered; the gateway takes ZWG, the order is in dollars."""
    monkeypatch.setenv("PAYMENT_GATEWAY_CURRENCY", "ZWG")
    settings.cache_clear()
    context = replace(till.context, now=till.context.now + timedelta(days=700))
    staff = add_staff("manager")
    with enter(staff.person, staff.operator) as operator, suppress(ConflictError):  # of a test before
        add_rate(replace(operator, now=context.now), "USD", "ZWG", today_of(context), Decimal("27.35"), "RBZ")
    return context


def test_what_the_gateway_takes_in_another_currency_is_converted_shown_and_recorded_by_the_same_rate(
    till: Till, in_zwg: Context
) -> None:
    offer = pay_offers(in_zwg, till.order_id)[0]
    day = f"{today_of(in_zwg):%-d %b %Y}"
    assert (offer.asked, offer.currency, offer.refusal) == (Decimal("13675.00"), "ZWG", "")
    assert offer.conversion == f"ZiG 13,675.00 for $500.00, 27.35 ZWG for 1 USD, RBZ, {day}"
    with pytest.raises(ConflictError, match=r"It is ZiG 13,675\.00 now"):
        pay_online(in_zwg, till.order_id, offer.instalment_id, shown=Decimal(500))
    url = pay_online(in_zwg, till.order_id, offer.instalment_id, shown=offer.asked)
    assert pay_online(in_zwg, till.order_id, offer.instalment_id) == url
    transaction = till.merchant.by_number(int(url.rpartition("/")[2]))
    assert transaction.amount == "13675.00"
    transaction.status, transaction.amount = "Paid", "500.00"
    assert (
        till.post(till.message(transaction)).status_code == 409
    )  # the amount of the order is not what was asked
    assert not order_payments(till.context, till.order_id).receipts
    transaction.amount = "13675.00"
    till.set(transaction, "Paid")
    till.context.session.rollback()
    view = order_payments(till.context, till.order_id)
    assert view.receipts[0].amount_text == "ZiG 13,675.00 ($500.00)"
    assert view.receipts[0].rate_note == f"27.35 ZWG for 1 USD, RBZ, {day}"
    assert view.status.parts[0].state == "Paid"
    assert view.online[0].conversion == f"for $500.00, 27.35 ZWG for 1 USD, RBZ, {day}"
    till.set(transaction, "Refunded")
    till.context.session.rollback()
    back = order_payments(till.context, till.order_id).receipts[0]
    assert (back.is_refund, back.amount_text) == (True, "ZiG 13,675.00 ($500.00)")


def test_without_a_rate_of_the_day_there_is_no_link_and_the_remedy_is_said(
    till: Till, in_zwg: Context
) -> None:
    later = replace(in_zwg, now=in_zwg.now + timedelta(days=30))
    offer = pay_offers(later, till.order_id)[0]
    assert "There is no exchange rate between USD and ZWG" in offer.refusal
    assert offer.refusal.endswith("Enter it on Exchange rates.")
    with pytest.raises(ConflictError, match="There is no exchange rate"):
        pay_online(later, till.order_id)
    assert not order_payments(till.context, till.order_id).online


def test_money_that_is_held_waits_on_today_for_managers_with_its_order(till: Till) -> None:
    order_id = add_order(till.context, 100, "full")
    transaction = Till(till.merchant, till.paynow, till.console, till.context, order_id).pay()
    record_payment(till.context, order_id, paid("100", today_of(till.context)))
    till.set(transaction, "Paid")
    with enter_portfolio(add_staff("manager").person) as portfolio:
        rows = [row for row in waiting(portfolio) if row.engagement_id == order_id]
    assert [(row.kind, row.amount, row.currency) for row in rows if row.kind == WaitingKind.HELD] == [
        (WaitingKind.HELD, Decimal(100), "USD")
    ]
    with enter_portfolio(add_staff("sales").person) as portfolio:
        assert WaitingKind.HELD not in {row.kind for row in waiting(portfolio)}
