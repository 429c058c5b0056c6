"""The emulator of PayNow: it takes what its merchant signed, posts to this machine alone, and stands in for a demo."""

from __future__ import annotations

import os
from collections.abc import Iterator

import httpx
import pytest

from core.business.billing.gateway.messages import encoded, verified
from core.business.billing.gateway.paynow import configured_gateway
from core.entry.paynow_emulator import demo
from core.entry.paynow_emulator.app import PayNowEmulator
from core.entry.paynow_emulator.state import Merchant
from core.entry.web.loopback import serving
from core.settings import settings

KEY = "a key"
FIELDS = {
    "id": "1201",
    "reference": "OC-1",
    "amount": "5.00",
    "additionalinfo": "<script>alert(1)</script>",
    "returnurl": "http://127.0.0.1:9/back",
    "resulturl": "http://127.0.0.1:9/result",
    "status": "Message",
}
SETTINGS = ("PAYMENT_GATEWAY_URL", "PAYMENT_GATEWAY_ID", "PAYMENT_GATEWAY_KEY")


@pytest.fixture
def merchant() -> Merchant:
    return Merchant("1201", KEY)


@pytest.fixture
def address(merchant: Merchant) -> Iterator[str]:
    with serving(PayNowEmulator(merchant).app()) as address:
        yield address


def initiate(address: str, key: str = KEY, **changes: str) -> dict[str, str]:
    answer = httpx.post(f"{address}/interface/initiatetransaction", content=encoded(FIELDS | changes, key))
    return dict(httpx.QueryParams(answer.text))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "1"}, "Invalid Id"),
        ({"reference": ""}, "reference is missing"),
        ({"resulturl": "https://elsewhere.example/"}, "resulturl is not on this machine"),
        ({"returnurl": "https://elsewhere.example/"}, "returnurl is not on this machine"),
    ],
)
def test_what_is_no_transaction_is_refused_as_paynow_does(
    address: str, merchant: Merchant, changes: dict[str, str], reason: str
) -> None:
    answer = initiate(address, **changes)
    assert (answer["status"], "hash" in answer) == ("Error", False)
    assert reason in answer["error"]
    assert not merchant.transactions


def test_another_key_is_refused(address: str) -> None:
    assert initiate(address, key="another key")["status"] == "Error"


def test_the_pay_page_escapes_texts_and_pays_or_cancels_once(address: str, merchant: Merchant) -> None:
    url = initiate(address)["browserurl"]
    assert "<script>" not in httpx.get(url).text
    httpx.post(url, data={"status": "Cancelled"})
    httpx.post(url, data={"status": "Paid"})
    assert merchant.by_number(40001).status == "Cancelled"
    [(result_url, message)] = merchant.posted
    assert result_url == FIELDS["resulturl"]
    assert verified(message, KEY)["status"] == "Cancelled"


def test_statuses_are_those_of_paynow_and_unknown_transactions_are_not_found(address: str) -> None:
    initiate(address)
    url = f"{address}/emulator/transactions"
    assert httpx.post(f"{url}/40001", content="Disputed").json() == {"status": "Disputed"}
    assert httpx.post(f"{url}/40001", content="Gone").status_code == 422
    assert httpx.post(f"{url}/1", content="Paid").status_code == 404
    assert httpx.post(f"{address}/Interface/CheckPayment/?guid=x").status_code == 404
    assert [row["status"] for row in httpx.get(url).json()] == ["Disputed"]


@pytest.fixture
def without_gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    yield
    for name in SETTINGS:
        os.environ.pop(name, None)
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.usefixtures("without_gateway")
def test_a_demo_without_gateway_gets_the_emulator() -> None:
    with demo.run_emulator():
        assert configured_gateway() is None
    demo.choose()
    url = settings().payment_gateway_url
    demo.choose()
    assert settings().payment_gateway_url == url
    with demo.run_emulator():
        assert httpx.get(url.replace("/interface", "/emulator/transactions")).json() == []
    assert configured_gateway() is not None


@pytest.mark.usefixtures("without_gateway")
def test_a_gateway_that_is_set_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENT_GATEWAY_URL", "https://www.paynow.co.zw/interface")
    monkeypatch.setenv("PAYMENT_GATEWAY_ID", "1201")
    monkeypatch.setenv("PAYMENT_GATEWAY_KEY", KEY)
    settings.cache_clear()
    demo.choose()
    with demo.run_emulator():
        assert settings().payment_gateway_url == "https://www.paynow.co.zw/interface"
