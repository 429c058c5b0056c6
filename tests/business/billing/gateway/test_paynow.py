"""The client of PayNow against servers on the loopback address that answer well, badly or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.business.billing.gateway.interface import GatewayState, PaymentRequest
from core.business.billing.gateway.messages import encoded
from core.business.billing.gateway.paynow import PayNow, configured_gateway
from core.entry.paynow_emulator.app import PayNowEmulator
from core.entry.paynow_emulator.state import Merchant
from core.entry.web.loopback import serving
from core.errors import InvalidInputError, SourceRejectedError, SourceUnavailableError
from core.settings import settings

KEY = "0f6d3a6e-7a5b-4d6e-9a43-1c1f6a2b9e11"
REQUEST = PaymentRequest(
    "OC-0042-1", Decimal("1250.5"), "USD", "Order OC-0042", "http://127.0.0.1/r", "http://127.0.0.1/n"
)


@contextmanager
def answering(content: bytes, status: int = 200) -> Iterator[PayNow]:
    """A client whose server answers everything with this content."""

    async def answer(_request: Request) -> Response:
        return Response(content, status_code=status)

    with serving(Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])) as address:
        yield PayNow(f"{address}/interface", "1201", KEY, "USD")


@contextmanager
def emulated() -> Iterator[tuple[PayNow, Merchant, str]]:
    merchant = Merchant("1201", KEY, is_silent=True)
    with serving(PayNowEmulator(merchant).app()) as address:
        yield PayNow(f"{address}/interface/", "1201", KEY, "USD"), merchant, address


def test_a_transaction_is_initiated_paid_and_polled() -> None:
    with emulated() as (paynow, merchant, address):
        addresses = paynow.start(REQUEST)
        assert addresses.browser_url == f"{address}/Payment/ConfirmPayment/40001"
        assert paynow.status(addresses.poll_url).state is GatewayState.CREATED
        assert "Order OC-0042" in httpx.get(addresses.browser_url).text
        httpx.post(addresses.browser_url, data={"status": "Paid"})
        status = paynow.status(addresses.poll_url)
        assert (status.reference, status.amount, status.state, status.gateway_reference) == (
            "OC-0042-1",
            Decimal("1250.50"),
            GatewayState.PAID,
            "40001",
        )
        assert paynow.read_notification(merchant.message(merchant.by_number(40001), address)) == status


def test_with_another_key_or_id_nothing_is_started() -> None:
    with emulated() as (_, merchant, address):
        for identity, key in (("1201", "another key"), ("9", KEY)):
            with pytest.raises(SourceRejectedError, match="PayNow refused"):
                PayNow(f"{address}/interface", identity, key, "USD").start(REQUEST)
        assert not merchant.transactions


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        urlencode({"status": "Ok", "browserurl": "x", "pollurl": "y", "hash": "0" * 128}).encode(),
        encoded(
            {"status": "Ok", "browserurl": "https://elsewhere.example/", "pollurl": "https://x.example"}, KEY
        ),
        encoded({"status": "Maybe"}, KEY),
        urlencode({"status": "Error", "error": "Invalid \x1b[31mHash."}).encode(),
        b"x" * 100_000,
    ],
)
def test_an_answer_that_is_not_paynow_s_own_is_refused(content: bytes) -> None:
    with answering(content) as paynow, pytest.raises(SourceRejectedError) as refused:
        paynow.start(REQUEST)
    assert "\x1b" not in str(refused.value)


def test_a_server_that_is_away_may_be_asked_again_and_its_redirects_are_not_followed() -> None:
    with answering(b"", 503) as paynow, pytest.raises(SourceUnavailableError):
        paynow.start(REQUEST)
    with pytest.raises(SourceUnavailableError):
        paynow.start(REQUEST)  # its server has ended

    async def redirect(_request: Request) -> Response:
        return RedirectResponse("http://127.0.0.1:1/", status_code=307)

    app = Starlette(routes=[Route("/{path:path}", redirect, methods=["POST"])])
    with serving(app) as address, pytest.raises(SourceRejectedError, match="307"):
        PayNow(f"{address}/interface", "1201", KEY, "USD").start(REQUEST)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "https://elsewhere.example/", "", "file:///etc/passwd"]
)
def test_only_addresses_of_paynow_are_polled(url: str) -> None:
    with pytest.raises(SourceRejectedError, match="not its own"):
        PayNow("https://www.paynow.co.zw/interface", "1201", KEY, "USD").status(url)


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


def test_the_gateway_is_that_of_the_settings_and_never_one_by_halves(configure: pytest.MonkeyPatch) -> None:
    settings.cache_clear()
    assert configured_gateway() is None
    steps = [
        ("PAYMENT_GATEWAY_URL", "http://www.paynow.co.zw/interface", "not an https address"),
        ("PAYMENT_GATEWAY_URL", "https://www.paynow.co.zw/interface", "without PAYMENT_GATEWAY_ID"),
        ("PAYMENT_GATEWAY_ID", "1201", "without PAYMENT_GATEWAY_ID"),
    ]
    for name, value, refusal in steps:
        configure.setenv(name, value)
        settings.cache_clear()
        with pytest.raises(InvalidInputError, match=refusal):
            configured_gateway()
    configure.setenv("PAYMENT_GATEWAY_KEY", KEY)
    configure.setenv("PAYMENT_GATEWAY_CURRENCY", "ZWL")
    settings.cache_clear()
    with pytest.raises(InvalidInputError, match="neither USD nor ZWG"):
        configured_gateway()
    configure.setenv("PAYMENT_GATEWAY_CURRENCY", "ZWG")
    settings.cache_clear()
    gateway = configured_gateway()
    assert gateway is not None
    assert (gateway.name, gateway.currency) == ("PayNow", "ZWG")
    assert KEY not in repr(settings())
