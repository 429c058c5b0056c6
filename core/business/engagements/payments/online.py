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
from core.business.billing.gateway.paynow import usable_gateway
from core.business.billing.gateway.receiving import refresh, require_gateway
from core.business.billing.gateway.tracking import (
    OnlineRequest,
    add_request,
    address_of,
    find_payment,
    keep_addresses,
)
from core.business.billing.payments.stored import StoredPlan, read_plan
from core.business.billing.status import PartStatus
from core.business.billing.tables import GatewayPayment
from core.business.engagements.payments.actions import today_of
from core.business.engagements.payments.converting import conversion_text, converted_on
from core.business.engagements.payments.orders import find_order
from core.context import Context
from core.errors import ConflictError, NotFoundError
from core.kit.money import ZERO, show
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


@dataclass(frozen=True, slots=True)
class PayOffer:
    """An open instalment (id) as it can be paid online: what the gateway will ask for, and how that was converted.

    `refusal` says why it cannot be paid, with what to do about it; '' where it can.
    """

    instalment_id: str
    number: int
    due: str
    amount: str
    asked: Decimal
    currency: str
    conversion: str
    refusal: str


def pay_online(
    context: Context, engagement_id: str, instalment_id: str | None = None, *, shown: Decimal | None = None
) -> str:
    """Return the address where the customer pays an instalment (id), by default the first that is open.

    `shown` is the amount that the person saw before, in the gateway's currency. NotFoundError without a gateway,
    ConflictError where nothing is open, no rate converts or another amount was shown, SourceError where the gateway does
    not answer.
    """
    gateway = require_gateway()
    payment = begin_online_payment(context, engagement_id, gateway, instalment_id, shown=shown)
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
    context: Context,
    engagement_id: str,
    gateway: Gateway,
    instalment_id: str | None = None,
    *,
    shown: Decimal | None = None,
) -> BegunPayment:
    """Note that an instalment is about to be paid online; one that was begun within half an hour is used again."""
    order = find_order(context, engagement_id)
    stored = read_plan(context.session, engagement_id, today_of(context))
    part_id, amount = _open_part(stored, instalment_id)
    used = converted_on(context, amount, stored.plan.currency, gateway.currency, today_of(context))
    asked = used.converted if used else amount
    if asked <= ZERO:
        raise ConflictError(
            f"This is less than a cent of {gateway.currency}.", hint="Pay another instalment with it."
        )
    if shown is not None and shown != asked:
        raise ConflictError(
            f"It is {show(asked, gateway.currency)} now: the instalment or its rate changed.",
            hint="Look at the amount again, then make the link.",
        )
    if earlier := _begun_before(context, part_id, asked, gateway.currency):
        url = address_of(context.session, earlier, "browser_url")
        return BegunPayment(earlier.id, earlier.reference, order.number, asked, earlier.currency, url)
    request = OnlineRequest(
        engagement_id=engagement_id,
        order_number=order.number,
        instalment_id=part_id,
        amount=amount,
        reference=f"{order.number}-{secrets.token_hex(5)}",
        gateway=gateway.name,
        person_id=context.person,
        conversion=used,
    )
    row = add_request(context.session, stored, request, context.now)
    record(
        context,
        "payment.begin",
        "engagement",
        engagement_id,
        order=order.number,
        amount=conversion_text(used) if used else show(amount, row.currency),
        gateway=gateway.name,
    )
    return BegunPayment(row.id, row.reference, order.number, row.amount, row.currency, "")


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


@view("payment.pay")
def pay_offers(context: Context, engagement_id: str) -> list[PayOffer]:
    """List the open instalments as they can be paid online today, in their order; none without a gateway."""
    gateway = usable_gateway()
    if gateway is None:
        return []
    find_order(context, engagement_id)
    stored = read_plan(context.session, engagement_id, today_of(context))
    return [_offer(context, gateway, stored, part) for part in stored.status.parts if part.open]


def _offer(context: Context, gateway: Gateway, stored: StoredPlan, part: PartStatus) -> PayOffer:
    used, refusal = None, ""
    try:
        used = converted_on(context, part.open, stored.plan.currency, gateway.currency, today_of(context))
    except (ConflictError, NotFoundError) as error:
        refusal = f"{error.message} {error.hint or ''}".strip()
    return PayOffer(
        part.part.id,
        part.part.number,
        part.due,
        show(part.open, stored.plan.currency),
        used.converted if used else part.open,
        gateway.currency,
        conversion_text(used) if used else "",
        refusal,
    )


def _begun_before(
    context: Context, instalment_id: str, amount: Decimal, currency: str
) -> GatewayPayment | None:
    query = (
        select(GatewayPayment)
        .where(
            GatewayPayment.tenant_id == context.tenant.id,
            GatewayPayment.instalment_id == instalment_id,
            GatewayPayment.amount == amount,
            GatewayPayment.currency == currency,
            GatewayPayment.state == GatewayState.CREATED,
            GatewayPayment.browser_url.is_not(None),
            GatewayPayment.created_at > context.now - _REUSED_FOR,
        )
        .order_by(GatewayPayment.created_at.desc())
    )
    return context.session.scalars(query.limit(1)).first()
