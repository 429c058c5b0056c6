"""The command that starts the emulator of PayNow."""

from __future__ import annotations

import secrets
import signal
from argparse import Namespace

from core.entry.cli.answer import Answer
from core.entry.paynow_emulator.app import PayNowEmulator
from core.entry.paynow_emulator.state import Merchant
from core.entry.web.loopback import serving

_ID = "1201"


def serve(args: Namespace) -> Answer:
    """Serve on the loopback address until stopped; print first which settings make the console ask it."""
    key = secrets.token_hex(16)
    with serving(PayNowEmulator(Merchant(_ID, key)).app(), args.port) as address:
        lines = (
            "Set these for the console, in .env or before its command:",
            f"PAYMENT_GATEWAY_URL={address}/interface",
            f"PAYMENT_GATEWAY_ID={_ID}",
            f"PAYMENT_GATEWAY_KEY={key}",
            "",
            f"Transactions: {address}/emulator/transactions; set a status, and notify the console, by",
            f"curl -d 'Paid' {address}/emulator/transactions/40001",
        )
        print("\n".join(lines), flush=True)
        signal.pause()
    return Answer(None, "")
