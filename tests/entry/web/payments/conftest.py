"""The till of the tests: PayNow's emulator on one loopback port, the console's routes on another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from starlette.applications import Starlette

from core.context import Context
from core.entry.paynow_emulator.app import PayNowEmulator
from core.entry.paynow_emulator.state import Merchant
from core.entry.web.loopback import serving
from core.entry.web.payments import ROUTES
from core.platform.signin import limits
from core.settings import settings
from tests.business.engagements.payments.orders import add_order
from tests.entry.web.payments.till import KEY, Till


@pytest.fixture
def till(alice: Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    merchant = Merchant("1201", KEY)
    monkeypatch.setitem(limits.LIMITS, limits.PAYMENT_ADDRESS, ((100_000, 60),))
    with ExitStack() as stack:
        paynow = stack.enter_context(serving(PayNowEmulator(merchant).app()))
        console = stack.enter_context(serving(Starlette(routes=ROUTES)))
        for name, value in {
            "PAYMENT_GATEWAY_URL": f"{paynow}/interface",
            "PAYMENT_GATEWAY_ID": "1201",
            "PAYMENT_GATEWAY_KEY": KEY,
            "APP_PUBLIC_URL": console,
        }.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield Till(merchant, paynow, console, alice, add_order(alice, 1000))
    monkeypatch.undo()
    settings.cache_clear()
