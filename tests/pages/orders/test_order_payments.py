"""The payments of an order on the screen: what is due, a payment recorded, money given back, a link to pay."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.business.engagements.lookup import today_of
from core.business.engagements.payments.actions import record_payment
from core.business.engagements.payments.views import order_payments
from core.business.sales.acceptance.actions import Acceptance, accept
from core.entry.paynow_emulator.app import PayNowEmulator
from core.entry.paynow_emulator.state import Merchant
from core.entry.web.loopback import serving
from core.platform.access.actions import enter
from core.settings import settings
from tests.business.engagements.payments.orders import paid
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import rows_of
from tests.pages.orders.test_order_screen import open_orders
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


@pytest.fixture
def ordered(database: None) -> Acceptance:
    return accept(send_offer(is_demo=True, payment_plan="split").token, "Ana Ng")


def open_payments(person: Staff, order: Acceptance) -> AppTest:
    return open_orders(person, order.customer_id, order=order.engagement_id, section="payments")


def stored(person: Staff, order: Acceptance):
    with enter(person.person, order.customer_id) as context:
        return order_payments(context, order.engagement_id)


def pay(person: Staff, order: Acceptance, amount: str) -> str:
    with enter(person.person, order.customer_id) as context:
        return record_payment(context, order.engagement_id, paid(amount, today_of(context)))


def test_the_section_shows_instalments_with_states_and_how_receipts_appear(manager, ordered) -> None:
    app = open_payments(manager, ordered)
    rows = rows_of(app, "State")
    assert [(row["Amount"], row["State"]) for row in rows] == [
        ("$1,000.00", ["Due"]),
        ("$1,000.00", ["Not yet due"]),
    ]
    words = texts(app)
    assert "**Nothing was paid yet**" in words
    assert "payments are made offline and recorded by hand" in words
    assert [metric.label for metric in app.metric] == ["Total", "Paid", "Overdue", "Due today", "Not yet due"]


def test_a_payment_is_recorded_in_the_dialog_and_a_refusal_stays_in_it(manager, ordered) -> None:
    app = open_payments(manager, ordered)
    app.button(key="payment_record").click().run()
    app.text_input(key="payment_field_amount").set_value("5000").run()
    app.button(key="payment_save").click().run()
    assert "is more than the" in app.error[0].value
    assert not stored(manager, ordered).receipts
    app.text_input(key="payment_field_amount").set_value("1,250.50").run()
    app.button(key="payment_save").click().run()
    assert not app.exception
    view = stored(manager, ordered)
    assert [(row.number, row.amount) for row in view.receipts] == [
        (f"{ordered.order_number}-R1", Decimal("1250.50"))
    ]
    app = open_payments(manager, ordered)
    assert [row["State"] for row in rows_of(app, "State")] == [["Paid"], ["Part paid, not yet due"]]


def test_a_refund_is_made_from_its_receipt_with_a_reason(manager, ordered) -> None:
    number = pay(manager, ordered, "1000")
    app = open_payments(manager, ordered)
    app.button(key=f"refund_{number}").click().run()
    app.text_input(key="payment_field_amount").set_value("250").run()
    app.button(key="payment_save").click().run()
    assert "has no reason" in app.error[0].value
    app.text_input(key="payment_field_reason").set_value("Paid *twice*").run()
    app.button(key="payment_save").click().run()
    view = stored(manager, ordered)
    assert (view.status.refunded, view.status.paid) == (Decimal(250), Decimal(750))
    assert "Paid *twice*" in texts(open_payments(manager, ordered)).replace("\\", "")


def test_who_sells_sees_payments_and_records_none(manager, ordered) -> None:
    number = pay(manager, ordered, "1000")
    app = open_payments(manager, ordered)
    assert app.button(key=f"refund_{number}")
    admin = open_payments(add_staff("admin", is_demo=True), ordered)
    assert admin.button(key="payment_record")
    assert f"refund_{number}" not in {button.key for button in admin.button}


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Merchant]:
    merchant = Merchant("1201", "a key", is_silent=True)
    with serving(PayNowEmulator(merchant).app()) as address:
        monkeypatch.setenv("PAYMENT_GATEWAY_URL", f"{address}/interface")
        monkeypatch.setenv("PAYMENT_GATEWAY_ID", "1201")
        monkeypatch.setenv("PAYMENT_GATEWAY_KEY", "a key")
        settings.cache_clear()
        yield merchant
    monkeypatch.undo()
    settings.cache_clear()


def test_a_pay_link_is_made_and_checked(manager, ordered, gateway: Merchant) -> None:
    app = open_payments(manager, ordered)
    app.button(key="payment_link").click().run()
    assert [metric.value for metric in app.metric if metric.label.startswith("Asked")] == ["$1,000.00"]
    app.button(key="payment_save").click().run()
    assert not app.exception
    [online] = stored(manager, ordered).online
    assert online.url.endswith("/Payment/ConfirmPayment/40001")
    gateway.by_number(40001).status = "Paid"
    app.button(key=f"payment_check_{online.id}").click().run()
    assert stored(manager, ordered).status.paid == Decimal(1000)


def test_the_overview_has_a_card_of_payments(manager, ordered) -> None:
    app = open_orders(manager, ordered.customer_id, order=ordered.engagement_id)
    assert "**Payments**" in texts(app)
    assert ["Due"] in [row["State"] for row in rows_of(app, "State")]
