"""Pay online, then the next instalment: a link leads to what it was made for, and is gone once that is paid."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from core.business.engagements.ordering.actions import save_draft, submit_order
from core.business.engagements.payments.online import check_online
from core.business.engagements.payments.views import order_payments
from core.business.engagements.tables import Engagement
from core.context import Context
from core.entry.paynow_emulator.app import PayNowEmulator
from core.entry.paynow_emulator.state import Merchant
from core.entry.web.loopback import serving
from core.settings import settings
from tests.business.engagements.ordering.test_next_step import change
from tests.pages.my_order.conftest import Open
from tests.pages.my_order.test_my_order_screen import WHOLE, press


@pytest.fixture
def merchant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Merchant]:
    """A merchant of the emulated gateway, which the console uses and which tells nothing by itself."""
    merchant = Merchant("1201", "a key", is_silent=True)
    with serving(PayNowEmulator(merchant).app()) as address:
        monkeypatch.setenv("PAYMENT_GATEWAY_URL", f"{address}/interface")
        monkeypatch.setenv("PAYMENT_GATEWAY_ID", "1201")
        monkeypatch.setenv("PAYMENT_GATEWAY_KEY", "a key")
        settings.cache_clear()
        yield merchant
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def order(contact: Context) -> str:
    """An order in three monthly instalments that is worked on."""
    view = save_draft(contact, WHOLE | {"payment_plan": "extended", "months": 3})
    result = submit_order(contact, view.id, view.version)
    change(contact, update(Engagement).values(state="data_migration"))
    contact.session.rollback()
    return result.engagement_id


def test_after_an_instalment_was_paid_the_next_one_is_offered_and_not_the_old_link(
    contact: Context, order: str, screen: Open, merchant: Merchant
) -> None:
    pay = f"my_order_pay_online_{order}"
    app = press(screen(contact), pay)
    assert pay not in {button.key for button in app.button}
    [online] = order_payments(contact, order).online
    merchant.by_number(40001).status = "Paid"
    contact.session.rollback()
    check_online(contact, online.id)
    app.run()
    assert not app.exception
    assert app.button(key=pay).label.startswith("Pay ")
    contact.session.rollback()
    assert [part.open == 0 for part in order_payments(contact, order).status.parts] == [True, False, False]
