"""Send text messages by an HTTP gateway: one POST of a form a message, to SMS_GATEWAY_URL.

The form has `to` (+263…), `from` (SMS_SENDER, left out where it is empty), `text` and `reference`, which stays the same
however often a message is sent; so does the header Idempotency-Key. SMS_GATEWAY_KEY goes as a bearer token. An answer of
2xx takes the message; 408, 429 and 5xx mean later, any other refuses it for good.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx

from core.errors import InvalidInputError
from core.platform.delivery.envelope import Envelope, NotDeliveredError
from core.platform.delivery.smtp import is_loopback
from core.settings import settings

TIMEOUT_SECONDS = 10.0
MAX_CHARACTERS = 320
"""Two text messages of the usual alphabet; a longer text is cut."""
_LATER = frozenset({408, 429})


def check_sms_settings() -> None:
    """Raise InvalidInputError where the address is not https or the gateway is not told who sends."""
    url = httpx.URL(settings().sms_gateway_url)
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.host)):
        raise InvalidInputError("SMS_GATEWAY_URL is not an https address.")
    if settings().sms_gateway_key is None:
        raise InvalidInputError("SMS_GATEWAY_KEY is not set, although SMS_GATEWAY_URL is.")


class SmsChannel:
    """Redirects are not followed: a number goes to the configured gateway or nowhere."""

    def __init__(self) -> None:
        check_sms_settings()
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)

    def send(self, envelope: Envelope, hand_over: Callable[[], None]) -> None:
        """Post the message; NotDeliveredError unless the gateway takes it."""
        key = settings().sms_gateway_key
        headers = {
            "Authorization": f"Bearer {key.get_secret_value() if key else ''}",
            "Idempotency-Key": envelope.message_ref,
        }
        form = {
            "to": envelope.address,
            "text": envelope.rendered.short[:MAX_CHARACTERS],
            "reference": envelope.message_ref,
        }
        if settings().sms_sender:
            form["from"] = settings().sms_sender
        hand_over()
        try:
            answer = self._client.post(settings().sms_gateway_url, data=form, headers=headers)
        except httpx.HTTPError as error:
            raise NotDeliveredError(
                f"The connection to the SMS gateway failed ({type(error).__name__}).",
                is_away=True,
                is_unknown=not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout),
            ) from None
        if not answer.is_success:
            is_away = answer.status_code >= 500 or answer.status_code in _LATER
            raise NotDeliveredError(
                f"The SMS gateway answered {answer.status_code}.",
                is_final=not is_away and not answer.is_redirect,
                is_away=is_away,
                is_unknown=answer.status_code >= 500,
            )

    def close(self) -> None:
        """End its connections."""
        self._client.close()
