"""PayNow over HTTP: transactions are initiated and polled by POST, and every answer is verified by its hash.

PAYMENT_GATEWAY_URL is the address of their interface; addresses that PayNow answers with are followed on its own host
alone, so that no message can send the console, or a customer, anywhere else.
"""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

import httpx

from core.business.billing.currencies import ACTIVE
from core.business.billing.gateway.interface import Gateway, GatewayStatus, PaymentRequest, StartedPayment
from core.business.billing.gateway.messages import (
    MAX_BYTES,
    BadMessageError,
    decoded,
    encoded,
    status_of,
    verified,
)
from core.errors import InvalidInputError, SourceRejectedError, SourceUnavailableError
from core.kit.printable import printable
from core.settings import settings

TIMEOUT_SECONDS = 10.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class PayNow:
    """A merchant's integration: its id and key, for payments in one currency."""

    name = "PayNow"

    def __init__(self, url: str, integration_id: str, key: str, currency: str) -> None:
        self.currency = currency
        self._url, self._id, self._key = url.rstrip("/"), integration_id, key

    def start(self, request: PaymentRequest) -> StartedPayment:
        """Initiate a transaction. SourceRejectedError where PayNow says no, or its answer does not come from it."""
        fields = {
            "resulturl": request.result_url,
            "returnurl": request.return_url,
            "reference": request.reference,
            "amount": str(request.amount.quantize(Decimal("0.01"))),
            "id": self._id,
            "additionalinfo": request.text,
            "authemail": "",
            "status": "Message",
        }
        body = self._post(f"{self._url}/initiatetransaction", encoded(fields, self._key))
        answer = self._read(body)
        if answer.get("status", "").lower() != "ok":
            raise SourceRejectedError("PayNow did not take the payment.", hint="Try again in a minute.")
        addresses = StartedPayment(answer.get("browserurl", ""), answer.get("pollurl", ""))
        for url in (addresses.browser_url, addresses.poll_url):
            self._check_address(url)
        return addresses

    def status(self, poll_url: str) -> GatewayStatus:
        """Poll a transaction."""
        self._check_address(poll_url)
        try:
            return status_of(self._read(self._post(poll_url, b"")))
        except BadMessageError as error:
            raise SourceRejectedError(error.message) from None

    def read_notification(self, body: bytes) -> GatewayStatus:
        """Read a message to our result address. BadMessageError where its hash is wrong or it lacks something."""
        return status_of(verified(body, self._key))

    def _post(self, url: str, body: bytes) -> bytes:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            with (
                httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", url, content=body, headers=headers) as answer,
            ):
                content = _limited(answer)
        except httpx.HTTPError as error:
            raise SourceUnavailableError(
                f"PayNow cannot be reached ({type(error).__name__}).", hint="Try again in a minute."
            ) from None
        if answer.status_code >= 500:
            raise SourceUnavailableError(
                f"PayNow answered {answer.status_code}.", hint="Try again in a minute."
            )
        if answer.status_code != httpx.codes.OK:
            raise SourceRejectedError(f"PayNow answered {answer.status_code}.")
        return content

    def _read(self, body: bytes) -> dict[str, str]:
        """Read an answer. An error comes without a hash, as PayNow documents it, and says nothing that is believed."""
        try:
            fields = decoded(body)
            if fields.get("status", "").lower() == "error":
                reason = printable(fields.get("error", ""))[:200]
                raise SourceRejectedError(f"PayNow refused: {reason or 'no reason was given'}.")
            return verified(body, self._key)
        except BadMessageError as error:
            raise SourceRejectedError(error.message, hint="Check the integration key of PayNow.") from None

    def _check_address(self, url: str) -> None:
        parts, configured = urlsplit(url), urlsplit(self._url)
        if (parts.scheme, parts.netloc) != (configured.scheme, configured.netloc):
            raise SourceRejectedError("PayNow answered with an address that is not its own.")


def configured_gateway() -> Gateway | None:
    """Return the gateway of the settings; None where there is none. InvalidInputError where one is set by halves."""
    config = settings()
    if not config.payment_gateway_url:
        return None
    parts = urlsplit(config.payment_gateway_url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise InvalidInputError("PAYMENT_GATEWAY_URL is not an https address.")
    identity, key = config.payment_gateway_id, config.payment_gateway_key
    if identity is None or key is None:
        raise InvalidInputError(
            "PAYMENT_GATEWAY_URL is set without PAYMENT_GATEWAY_ID and PAYMENT_GATEWAY_KEY.",
            hint="Set all three, or none.",
        )
    if config.payment_gateway_currency not in ACTIVE:
        raise InvalidInputError("PAYMENT_GATEWAY_CURRENCY is neither USD nor ZWG.")
    return PayNow(
        config.payment_gateway_url,
        identity.get_secret_value(),
        key.get_secret_value(),
        config.payment_gateway_currency,
    )


def usable_gateway() -> Gateway | None:
    """Return the gateway of the settings; None where there is none, or it is set by halves."""
    try:
        return configured_gateway()
    except InvalidInputError:
        return None


def _limited(answer: httpx.Response) -> bytes:
    """Read the body of an answer, up to the longest that a message has."""
    content = b""
    for part in answer.iter_bytes():
        content += part
        if len(content) > MAX_BYTES:
            raise SourceRejectedError("The answer of PayNow is too long.")
    return content
