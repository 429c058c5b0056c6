"""Pay an instalment at the gateway, in a Context of the customer: a link for the customer, and its state asked again.

The gateway is asked between two transactions, never inside of one. What it answers is recorded by the program: nobody
records a payment by asking.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from core.business.billing.gateway.interface import Gateway, GatewayState, PaymentRequest, StartedPayment
from core.business.billing.gateway.receiving import refresh, require_gateway
from core.business.billing.gateway.tracking import (
    OnlineRequest,
    add_request,
    address_of,
    find_payment,
    keep_addresses,
)
from core.business.billing.payments.stored import StoredPlan, read_plan
from core.business.billing.tables import GatewayPayment
from core.business.engagements.payments.actions import today_of
from core.business.engagements.payments.orders import find_order
from core.context import Context
from core.errors import ConflictError
from core.kit.money import show
from core.platform.access.actions import action, view
from core.platform.audit.actions import record
from core.platform.delivery.composing import public_url

RESULT_PATH = "/pay/paynow"
"""Where the gateway posts results; below it, by reference, where customers come back."""
_REUSED_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class BegunPayment:
    """A payment that is to be asked of the gateway, or (`url`) was a short while ago."""

    id: str
    reference: str
    order_number: str
    amount: Decimal
    currency: str
    url: str


def pay_online(context: Context, engagement_id: str, instalment_id: str | None = None) -> str:
    """Return the address where the customer pays an instalment (id), by default the first that is open.

    NotFoundError without a gateway, ConflictError where nothing is open, SourceError where the gateway does not answer.
    """
    gateway = require_gateway()
    payment = begin_online_payment(context, engagement_id, gateway, instalment_id)
    if payment.url:
        return payment.url
    base = public_url()
    addresses = gateway.start(
        PaymentRequest(
            reference=payment.reference,
            amount=payment.amount,
            currency=payment.currency,
            text=f"Order {payment.order_number}",
            return_url=f"{base}{RESULT_PATH}/{payment.reference}",
            result_url=f"{base}{RESULT_PATH}",
        )
    )
    note_begun(context, payment.id, addresses)
    return addresses.browser_url


def check_online(context: Context, gateway_payment_id: str) -> bool:
    """Ask the gateway for a payment's state and record it; return whether anything changed. SourceError without an answer."""
    gateway = require_gateway()
    require_online_payment(context, gateway_payment_id)
    return refresh(gateway, context.tenant.id, gateway_payment_id)


@action("payment.pay")
def begin_online_payment(
    context: Context, engagement_id: str, gateway: Gateway, instalment_id: str | None = None
) -> BegunPayment:
    """Note that an instalment is about to be paid online; one that was begun within half an hour is used again."""
    order = find_order(context, engagement_id)
    stored = read_plan(context.session, engagement_id, today_of(context))
    if gateway.currency != stored.plan.currency:
        raise ConflictError(
            f"{gateway.name} takes {gateway.currency} here, and the order is in {stored.plan.currency}.",
            hint="Pay by bank transfer instead.",
        )
    part_id, amount = _open_part(stored, instalment_id)
    if earlier := _begun_before(context, part_id, amount):
        url = address_of(context.session, earlier, "browser_url")
        return BegunPayment(earlier.id, earlier.reference, order.number, amount, earlier.currency, url)
    request = OnlineRequest(
        engagement_id=engagement_id,
        order_number=order.number,
        instalment_id=part_id,
        amount=amount,
        reference=f"{order.number}-{secrets.token_hex(5)}",
        gateway=gateway.name,
        person_id=context.person,
    )
    row = add_request(context.session, stored, request, context.now)
    record(
        context,
        "payment.begin",
        "engagement",
        engagement_id,
        order=order.number,
        amount=show(amount, row.currency),
        gateway=gateway.name,
    )
    return BegunPayment(row.id, row.reference, order.number, amount, row.currency, "")


@action("payment.pay")
def note_begun(context: Context, gateway_payment_id: str, addresses: StartedPayment) -> None:
    """Keep where a payment that was begun is paid and polled. ConflictError where that is known already."""
    row = find_payment(context.session, gateway_payment_id, lock=context.role != "customer")
    if row.poll_url is not None:
        raise ConflictError("This payment was begun already.", hint="Reload the page.")
    keep_addresses(context.session, row, addresses)
    row.updated_at = context.now


@view("payment.pay")
def require_online_payment(context: Context, gateway_payment_id: str) -> None:
    """Raise NotFoundError unless this is an online payment of the customer."""
    find_payment(context.session, gateway_payment_id)


def _open_part(stored: StoredPlan, instalment_id: str | None) -> tuple[str, Decimal]:
    """Return the wanted instalment (id), or the first that is open, with what is open of it."""
    for status in stored.status.parts:
        if status.open and instalment_id in (None, status.part.id):
            return status.part.id, status.open
    raise ConflictError("Nothing is open here.", hint="Reload the page.")


def _begun_before(context: Context, instalment_id: str, amount: Decimal) -> GatewayPayment | None:
    query = (
        select(GatewayPayment)
        .where(
            GatewayPayment.tenant_id == context.tenant.id,
            GatewayPayment.instalment_id == instalment_id,
            GatewayPayment.amount == amount,
            GatewayPayment.state == GatewayState.CREATED,
            GatewayPayment.browser_url.is_not(None),
            GatewayPayment.created_at > context.now - _REUSED_FOR,
        )
        .order_by(GatewayPayment.created_at.desc())
    )
    return context.session.scalars(query.limit(1)).first()
