"""Commands of the payment gateway: links to pay instalments there, and the emulator of PayNow."""

from __future__ import annotations

import secrets
import signal
from argparse import Namespace

from core.business.billing.gateway.receiving import require_gateway
from core.business.engagements.payments.online import pay_offers, pay_online
from core.entry.cli.answer import Answer, table
from core.entry.cli.delivery.order_work import order_of
from core.entry.cli.session import tenant_session
from core.entry.paynow_emulator.app import PayNowEmulator
from core.entry.paynow_emulator.state import Merchant
from core.entry.web.loopback import serving
from core.errors import NotFoundError
from core.kit.money import show

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


def link(args: Namespace) -> Answer:
    """Show how open instalments can be paid online, or make the link for one."""
    require_gateway()
    with tenant_session(args) as context:
        order_id = order_of(context, args.order)
        offers = pay_offers(context, order_id)
        if args.instalment is not None:
            offer = next((row for row in offers if row.number == args.instalment), None)
            if offer is None:
                raise NotFoundError(
                    f"Instalment {args.instalment} is not open.",
                    hint="Show those that are: aura payment link ORDER --tenant …",
                )
            url = pay_online(
                context, order_id, offer.instalment_id, shown=None if offer.refusal else offer.asked
            )
            document = {
                "instalment": offer.number,
                "amount": offer.asked,
                "currency": offer.currency,
                "conversion": offer.conversion or None,
                "url": url,
            }
            price = offer.conversion or show(offer.asked, offer.currency)
            return Answer(document, f"{price}\n{url}")
    lines = [
        (
            row.number,
            row.due,
            row.amount,
            row.refusal or show(row.asked, row.currency),
            row.conversion.partition(", ")[2],
        )
        for row in offers
    ]
    text = table(("no.", "due", "amount", "asked", "rate"), lines, empty="Nothing is open.", widest=120)
    return Answer({"order": args.order, "offers": offers}, text)
