"""Show the payments of an order: where each instalment stands, receipts, and payments under way at the gateway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from core.business.billing.gateway.conversions import paid_conversion
from core.business.billing.gateway.interface import GATEWAY_STATES, GatewayState
from core.business.billing.gateway.paynow import usable_gateway
from core.business.billing.gateway.tracking import address_of
from core.business.billing.payments.methods import METHOD_NAMES
from core.business.billing.payments.recording import refundable
from core.business.billing.payments.stored import PAYMENT, StoredPlan, read_plan, remaining_after
from core.business.billing.rates.stored import rate_text
from core.business.billing.status import PlanStatus
from core.business.billing.tables import GatewayPayment, Payment
from core.business.engagements.payments.actions import today_of
from core.business.engagements.payments.converting import rate_note
from core.business.engagements.payments.orders import find_order
from core.business.engagements.payments.receipts import ReceiptDocument, ReceiptView, print_receipt
from core.context import Context
from core.errors import NotFoundError
from core.kit.money import ZERO, show
from core.platform.access.actions import view
from core.settings import settings


@dataclass(frozen=True, slots=True)
class OnlinePayment:
    """A payment at the gateway (id): `url` is where the customer pays, '' once nothing can be paid there.

    `conversion` says of what it was converted and how, '' where the gateway takes the order's currency.
    """

    id: str
    amount: Decimal
    currency: str
    state: str
    started_at: datetime
    url: str
    is_open: bool
    conversion: str = ""


@dataclass(frozen=True, slots=True)
class OrderPayments:
    """The payments of an order. `gateway` is the name of the payment gateway, None where there is none."""

    order_number: str
    plan: str
    currency: str
    status: PlanStatus
    receipts: Sequence[ReceiptView]
    online: Sequence[OnlinePayment]
    gateway: str | None


@view("order.read")
def order_payments(context: Context, engagement_id: str) -> OrderPayments:
    """Return the payments of an order as they stand now, receipts and online payments the newest first."""
    order = find_order(context, engagement_id)
    stored = read_plan(context.session, engagement_id, today_of(context))
    return OrderPayments(
        order_number=order.number,
        plan=stored.text,
        currency=stored.plan.currency,
        status=stored.status,
        receipts=receipts_of(stored),
        online=_online(context, stored),
        gateway=gateway_name(),
    )


@view("order.read")
def receipt(context: Context, engagement_id: str, receipt_number: str) -> bytes:
    """Print a receipt of an order as a PDF. NotFoundError for one of another order."""
    order = find_order(context, engagement_id)
    stored = read_plan(context.session, engagement_id, today_of(context))
    rows = [row for row in stored.payments if row.receipt_number == receipt_number]
    if not rows:
        raise NotFoundError("There is no such receipt.", hint="Choose one of the order's receipts.")
    numbers = {status.part.id: status.part.number for status in stored.status.parts}
    return print_receipt(
        ReceiptDocument(
            receipt=_receipt(stored, rows),
            seller=settings().operator_name,
            customer=context.tenant.name,
            country=context.tenant.country,
            is_demo=context.tenant.is_demo,
            order_number=order.number,
            lines=[(numbers[row.instalment_id], row.amount) for row in rows],
            remaining=remaining_after(stored, rows[-1]),
        )
    )


def receipts_of(stored: StoredPlan) -> list[ReceiptView]:
    """List the receipts of a plan, the newest first."""
    groups: dict[str, list[Payment]] = {}
    for row in stored.payments:
        groups.setdefault(row.receipt_number, []).append(row)
    return [_receipt(stored, rows) for rows in reversed(groups.values())]


def gateway_name() -> str | None:
    """Return the name of the gateway that takes payments, None where there is none or it is set by halves."""
    gateway = usable_gateway()
    return gateway.name if gateway is not None else None


def _receipt(stored: StoredPlan, rows: Sequence[Payment]) -> ReceiptView:
    first = rows[0]
    payments = refundable(stored, first.receipt_number)
    note = ""
    if first.rate is not None and first.rate_on is not None:
        note = f"{rate_text(first.rate)} {first.rate_source}, {first.rate_on:%-d %b %Y}"
    return ReceiptView(
        number=first.receipt_number,
        is_refund=first.kind != PAYMENT,
        day=first.received_on,
        amount=sum((row.amount for row in rows), ZERO),
        currency=first.currency,
        paid_amount=sum((row.paid_amount for row in rows), ZERO),
        paid_currency=first.paid_currency,
        rate_note=note,
        method=METHOD_NAMES.get(first.method, first.method),
        reference=first.reference or "",
        reason=first.reason or "",
        refundable=sum((payment.remaining for payment in payments), ZERO),
    )


def _online(context: Context, stored: StoredPlan) -> list[OnlinePayment]:
    query = (
        select(GatewayPayment)
        .where(
            GatewayPayment.tenant_id == context.tenant.id,
            GatewayPayment.plan_id == stored.plan.id,
            GatewayPayment.poll_url.is_not(None),
        )
        .order_by(GatewayPayment.created_at.desc())
    )
    payments = []
    for row in context.session.scalars(query):
        is_open = row.state in (GatewayState.CREATED, GatewayState.SENT)
        payments.append(
            OnlinePayment(
                id=row.id,
                amount=row.amount,
                currency=row.currency,
                state=GATEWAY_STATES[GatewayState(row.state)],
                started_at=row.created_at,
                url=address_of(context.session, row, "browser_url") if is_open else "",
                is_open=is_open,
                conversion=_converted(row),
            )
        )
    return payments


def _converted(row: GatewayPayment) -> str:
    used = paid_conversion(row)
    return f"for {show(used.converted, used.into)}, {rate_note(used.rate)}" if used else ""
