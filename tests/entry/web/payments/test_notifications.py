"""Notifications of the payment gateway over real HTTP: PayNow's emulator on one loopback port, our route on another.

Whatever is posted, the emulator's own answer decides: what is forged, unknown, replayed, late or of another amount changes
nothing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.business.engagements.lookup import today_of
from core.business.engagements.payments.actions import record_payment
from core.business.engagements.payments.checking import check_online_payments
from core.business.engagements.payments.online import RESULT_PATH, check_online, pay_offers, pay_online
from core.business.engagements.payments.views import order_payments
from core.context import Context
from core.errors import AppError, ConflictError, NotAllowedError, NotFoundError
from core.kit import clock
from core.platform.access.actions import enter
from core.platform.delivery.notifications import notifications
from core.settings import settings
from tests.business.engagements.payments.orders import add_order, paid
from tests.entry.web.payments.till import KEY, Till
from tests.staff import add_contact, add_staff

STATUSES = ["Created", "Sent", "Paid", "Awaiting Delivery", "Delivered", "Cancelled", "Disputed", "Refunded"]


def test_a_customer_pays_online_and_the_receipt_is_there(till: Till) -> None:
    with enter(add_contact(till.context.tenant.id), till.context.tenant.id) as contact:
        url = pay_online(contact, till.order_id)
        assert pay_online(contact, till.order_id) == url  # the same link for a while
        [online] = order_payments(contact, till.order_id).online
        assert (online.state, online.url, online.amount) == ("Waiting for the customer", url, Decimal(500))
        back = httpx.post(url, data={"status": "Paid"}, follow_redirects=True)
        assert "Payment received" in back.text
        contact.session.rollback()
        view = order_payments(contact, till.order_id)
        [receipt] = view.receipts
        assert (receipt.number, receipt.amount, receipt.method) == ("OC-0007-R1", Decimal(500), "PayNow")
        assert (view.status.parts[0].state, view.gateway) == ("Paid", "PayNow")
        assert [(row.state, row.url) for row in view.online] == [("Paid", "")]
        assert "payment_received" in {notice.kind for notice in notifications(contact)}


def test_a_replayed_notification_changes_nothing_also_many_at_once(till: Till) -> None:
    transaction = till.pay()
    till.set(transaction, "Paid", is_silent=True)
    body = till.message(transaction)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(till.post, [body] * 24))
    assert {answer.status_code for answer in answers} == {200}
    till.context.session.rollback()
    assert len(order_payments(till.context, till.order_id).receipts) == 1
    before = till.rows()
    assert till.post(body).text == "OK"
    assert till.rows() == before


def test_a_forged_unknown_or_wrong_amount_notification_changes_nothing(till: Till) -> None:
    transaction = till.pay()
    before = till.rows()
    forged = till.message(transaction, key="another key", status="Paid")
    assert till.post(forged).status_code == 422
    assert till.post(till.message(transaction, reference="OC-9999-x", status="Paid")).status_code == 404
    # A message with a hash that holds is not believed either: PayNow itself says Created.
    assert till.post(till.message(transaction, status="Paid")).status_code == 200
    assert till.rows() == before
    transaction.status, transaction.amount = "Paid", "1.00"
    assert till.post(till.message(transaction)).status_code == 409
    assert till.rows() == before
    assert not order_payments(till.context, till.order_id).receipts


def test_a_notification_cannot_send_the_console_to_another_address(till: Till) -> None:
    transaction = till.pay()
    body = till.message(transaction, status="Paid", pollurl="http://127.0.0.1:9/elsewhere")
    assert till.post(body).status_code == 200
    assert not order_payments(till.context, till.order_id).receipts


def test_a_late_notification_changes_nothing(till: Till) -> None:
    transaction = till.pay()
    early = till.message(transaction, status="Sent")
    till.set(transaction, "Paid")
    before = till.rows()
    assert till.post(early).status_code == 200
    transaction.status = "Created"  # PayNow itself goes back, which its documentation rules out
    assert till.post(till.message(transaction)).status_code == 200
    assert till.rows() == before


@hypothesis_settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(st.tuples(st.sampled_from(STATUSES), st.sampled_from(STATUSES), st.integers(0, 3)), max_size=8)
)
def test_in_whatever_order_anything_arrives_money_is_recorded_once(
    till: Till, steps: list[tuple[str, str, int]]
) -> None:
    order_id = add_order(till.context, 100, "full")
    transaction = Till(till.merchant, till.paynow, till.console, till.context, order_id).pay()
    truths = []
    for truth, claim, forgery in steps:
        if forgery != 3:
            transaction.status = truth
            truths.append(truth)
        key = KEY if forgery else "another key"
        till.post(till.message(transaction, key=key, status=claim))
        if forgery:
            till.post(till.message(transaction, status=transaction.status))
    till.context.session.rollback()
    view = order_payments(till.context, order_id)
    payments = [row for row in view.receipts if not row.is_refund]
    refunds = [row for row in view.receipts if row.is_refund]
    assert len(payments) <= 1
    assert len(refunds) <= len(payments)
    assert bool(payments) <= bool({"Paid", "Awaiting Delivery", "Delivered"} & set(truths))
    assert view.status.paid + view.status.remaining == Decimal(100)
    assert view.status.paid == (Decimal(100) if payments and not refunds else Decimal(0))


def test_a_refund_at_paynow_is_recorded_once(till: Till) -> None:
    transaction = till.pay()
    for status in ("Paid", "Disputed", "Refunded"):
        till.set(transaction, status)
    for _ in range(2):
        till.post(till.message(transaction))
    view = order_payments(till.context, till.order_id)
    assert [(row.is_refund, row.amount) for row in view.receipts] == [
        (True, Decimal(500)),
        (False, Decimal(500)),
    ]
    assert (view.status.paid, view.online[0].state) == (Decimal(0), "Refunded")


def test_what_was_paid_by_hand_meanwhile_goes_to_the_next_instalment_and_then_is_held(till: Till) -> None:
    first = till.pay()
    record_payment(till.context, till.order_id, paid("500", today_of(till.context)))
    till.set(first, "Paid")
    till.context.session.rollback()
    assert order_payments(till.context, till.order_id).status.paid == Decimal(1000)
    order_id = add_order(till.context, 100, "full")
    till_of_order = Till(till.merchant, till.paynow, till.console, till.context, order_id)
    second = till_of_order.pay()
    record_payment(till.context, order_id, paid("100", today_of(till.context)))
    till.set(second, "Paid")
    till.context.session.rollback()
    status = order_payments(till.context, order_id).status
    assert (status.paid, status.held, status.remaining) == (Decimal(100), Decimal(100), Decimal(0))


def test_a_payment_that_paynow_did_not_tell_of_is_found_by_asking(till: Till) -> None:
    transaction = till.pay()
    till.set(transaction, "Paid", is_silent=True)
    [online] = order_payments(till.context, till.order_id).online
    assert check_online(till.context, online.id)
    assert not check_online(till.context, online.id)
    till.context.session.rollback()
    assert order_payments(till.context, till.order_id).status.paid == Decimal(500)


def test_the_job_asks_for_what_was_begun_a_while_ago_and_leaves_the_others(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_staff("manager")
    transaction = till.pay()
    transaction.status = "Paid"
    check_online_payments()
    assert not order_payments(till.context, till.order_id).receipts
    later = clock.now() + timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert check_online_payments() == 1
    assert check_online_payments() == 0
    till.context.session.rollback()
    assert order_payments(till.context, till.order_id).status.paid == Decimal(500)
    second = till.pay()
    monkeypatch.setenv("PAYMENT_GATEWAY_URL", "http://127.0.0.1:9/interface")
    settings.cache_clear()
    much_later = later + timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: much_later)
    assert check_online_payments() == 0  # away: asked again the next time
    assert second.status == "Created"


def test_money_that_nobody_told_of_is_found_also_where_nothing_has_a_day_any_more(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_staff("manager")
    transaction = till.pay()
    record_payment(till.context, till.order_id, paid("500", today_of(till.context)))
    transaction.status = "Paid"
    later = clock.now() + timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert check_online_payments() == 1
    till.context.session.rollback()
    status = order_payments(till.context, till.order_id).status
    assert (status.paid, status.remaining) == (Decimal(1000), Decimal(0))


def test_who_may_not_pays_nothing_and_nobody_pays_for_others(
    till: Till, bob: Context, mallory: Context
) -> None:
    till.pay()
    [online] = order_payments(till.context, till.order_id).online
    with pytest.raises(NotAllowedError):
        pay_online(bob, till.order_id)
    for call in (lambda: pay_online(mallory, till.order_id), lambda: check_online(mallory, online.id)):
        with pytest.raises(NotFoundError):
            call()


def test_nothing_is_paid_twice(till: Till) -> None:
    record_payment(till.context, till.order_id, paid("1000", today_of(till.context)))
    with pytest.raises(ConflictError, match="Nothing is open"):
        pay_online(till.context, till.order_id)
    assert pay_offers(till.context, till.order_id) == []


def test_without_a_gateway_payments_are_made_offline_only(alice: Context) -> None:
    order_id = add_order(alice)
    assert order_payments(alice, order_id).gateway is None
    with pytest.raises(NotFoundError, match="recorded by hand"):
        pay_online(alice, order_id)


def test_pages_and_answers_of_what_is_no_payment(till: Till) -> None:
    for body in (b"", b"x" * 30_000, b"\xff"):
        assert till.post(body).status_code == 422
    assert httpx.get(f"{till.console}{RESULT_PATH}/OC-1-unknown").status_code == 404
    assert httpx.get(f"{till.console}{RESULT_PATH}/<script>").status_code == 404
    transaction = till.pay()
    page = httpx.get(f"{till.console}{RESULT_PATH}/{transaction.reference}")
    assert "Not paid yet" in page.text
    assert till.context.tenant.name not in page.text


def test_a_gateway_that_is_away_leaves_everything_as_it_is(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction = till.pay()
    before = till.rows()
    body = till.message(transaction, status="Paid")
    monkeypatch.setenv("PAYMENT_GATEWAY_URL", "http://127.0.0.1:9/interface")
    settings.cache_clear()
    assert till.post(body).status_code == 502  # the stored address is not that gateway's
    with pytest.raises(AppError):
        check_online(till.context, order_payments(till.context, till.order_id).online[0].id)
    assert till.rows() == before
