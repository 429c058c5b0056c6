"""Post events as JSON, signed: Aura-Signature is t=TIME,v1=HMAC-SHA256 of "TIME.BODY" under WEBHOOK_SECRET, in hex.

Idempotency-Key stays the same however often an event is posted, so that the receiver drops what it has already.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable

import httpx

from core.errors import InvalidInputError
from core.kit import clock
from core.platform.delivery.envelope import Envelope, NotDeliveredError
from core.platform.delivery.smtp import is_loopback
from core.settings import settings

TIMEOUT_SECONDS = 10.0


def check_webhook_settings() -> None:
    """Raise InvalidInputError where the address is not https or nothing signs what is posted."""
    url = httpx.URL(settings().webhook_url)
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.host)):
        raise InvalidInputError("WEBHOOK_URL is not an https address.")
    if settings().webhook_secret is None:
        raise InvalidInputError("WEBHOOK_SECRET is not set, although WEBHOOK_URL is.")


def signature(secret: str, seconds: int, body: bytes) -> str:
    """Sign a body with the moment of its sending; the receiver refuses what is too old."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


class WebhookChannel:
    """Redirects are not followed: what is posted goes to the configured address or nowhere."""

    def __init__(self) -> None:
        check_webhook_settings()
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)

    def send(self, envelope: Envelope, hand_over: Callable[[], None]) -> None:
        """Post the event; NotDeliveredError unless the answer is a 2xx."""
        secret = settings().webhook_secret
        body = json.dumps(envelope.payload, ensure_ascii=False, sort_keys=True).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": envelope.message_ref,
            "Aura-Signature": signature(
                secret.get_secret_value() if secret else "", int(clock.now().timestamp()), body
            ),
        }
        if envelope.is_repeat:
            headers["Aura-Repeat"] = "1"
        hand_over()
        try:
            answer = self._client.post(settings().webhook_url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise NotDeliveredError(
                f"The connection to the webhook failed ({type(error).__name__}).",
                is_away=True,
                is_unknown=not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout),
            ) from None
        if not answer.is_success:
            is_away = answer.status_code >= 500
            raise NotDeliveredError(
                f"The webhook answered {answer.status_code}.", is_away=is_away, is_unknown=is_away
            )

    def close(self) -> None:
        """End its connections."""
        self._client.close()
