"""Run the emulator of PayNow as the demo's payment gateway where none is set: a demo shows a payment without a network."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from core.entry.paynow_emulator.app import PayNowEmulator
from core.entry.paynow_emulator.state import Merchant
from core.entry.web.loopback import serving
from core.settings import settings

EMULATOR_ID = "emulator"


def choose() -> None:
    """Point this process, and those it becomes or starts, at an emulator on a free port, unless a gateway is set."""
    if settings().payment_gateway_url:
        return
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    os.environ["PAYMENT_GATEWAY_URL"] = f"http://127.0.0.1:{port}/interface"
    os.environ["PAYMENT_GATEWAY_ID"] = EMULATOR_ID
    os.environ["PAYMENT_GATEWAY_KEY"] = secrets.token_hex(16)
    settings.cache_clear()


@contextmanager
def run_emulator() -> Iterator[None]:
    """Run the emulator inside the block, where `choose` chose it and nothing answers at its address yet."""
    config = settings()
    port = urlsplit(config.payment_gateway_url).port
    identity, key = config.payment_gateway_id, config.payment_gateway_key
    if identity is None or key is None or port is None or identity.get_secret_value() != EMULATOR_ID:
        yield
        return
    with serving(PayNowEmulator(Merchant(EMULATOR_ID, key.get_secret_value())).app(), port):
        yield
