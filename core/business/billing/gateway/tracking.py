"""Keep what was asked of the gateway, and record its money once: in an open transaction of the customer's.

An answer changes something only where reference and amount are those that were asked for. What came late, or came before,
changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.business.billing.currencies import Conversion
from core.business.billing.gateway.conversions import conversion_to_json, paid_conversion
from core.business.billing.gateway.interface import (
    FINAL,
    GATEWAY_STATES,
    MONEY_IS_IN,
    GatewayState,
    GatewayStatus,
    StartedPayment,
)
from core.business.billing.payments.methods import GATEWAY_METHOD
from core.business.billing.payments.recording import (
    Receipt,
    next_receipt_number,
    refundable,
    write_payment,
    write_refund,
)
from core.business.billing.payments.shares import payment_shares, refund_shares
from core.business.billing.payments.stored import StoredPlan, read_plan
from core.business.billing.tables import GatewayPayment, Payment
from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.errors import ConflictError, NotFoundError
from core.kit import crypto
from core.kit.ids import is_id, new_id
from core.kit.money import ZERO, show
from core.platform.access.tables import TenantRecord
from core.platform.audit.writing import append_later
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

_BEFORE_MONEY = frozenset({GatewayState.CREATED, GatewayState.SENT, GatewayState.CANCELLED})


class GatewayMismatchError(ConflictError):
    """The gateway's answer is about another payment, or another amount, than was asked for."""


@dataclass(frozen=True, slots=True)
class OnlineRequest:
    """A payment to be begun: of which order (id, number) and instalment (id), how much of it, by whom.

    `conversion` says what the gateway is asked for where it takes another currency than the plan's.
    """

    engagement_id: str
    order_number: str
    instalment_id: str
    amount: Decimal
    reference: str
    gateway: str
    person_id: str
    conversion: Conversion | None = None


def add_request(
    session: TenantSession, stored: StoredPlan, request: OnlineRequest, now: datetime
) -> GatewayPayment:
    """Add a payment that the gateway is about to be asked for: the amount is the one it will be paid in."""
    used = request.conversion
    details: dict[str, object] = {"engagement_id": request.engagement_id, "order": request.order_number}
    if used is not None:
        details["conversion"] = conversion_to_json(used)
    row = GatewayPayment(
        tenant_id=session.tenant,
        id=new_id(),
        created_at=now,
        plan_id=stored.plan.id,
        instalment_id=request.instalment_id,
        gateway=request.gateway,
        reference=request.reference,
        gateway_reference=None,
        amount=used.converted if used else request.amount,
        currency=used.into if used else stored.plan.currency,
        state=GatewayState.CREATED.value,
        poll_url=None,
        browser_url=None,
        details=details,
        is_settled=False,
        person_id=request.person_id,
        updated_at=now,
    )
    session.add(row)
    return row


def find_payment(session: TenantSession, gateway_payment_id: str, *, lock: bool = False) -> GatewayPayment:
    """Return a payment of the session's customer. NotFoundError for any other."""
    payment_id = gateway_payment_id if is_id(gateway_payment_id) else None
    query = select(GatewayPayment).where(
        GatewayPayment.tenant_id == session.tenant, GatewayPayment.id == payment_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        raise NotFoundError("There is no such online payment.", hint="Open the order again.")
    return row


def keep_addresses(session: TenantSession, row: GatewayPayment, addresses: StartedPayment) -> None:
    """Store where the customer pays and where the payment is polled, encrypted."""
    row.browser_url = _encrypted(session, row, "browser_url", addresses.browser_url)
    row.poll_url = _encrypted(session, row, "poll_url", addresses.poll_url)


def address_of(session: TenantSession, row: GatewayPayment, column: str) -> str:
    """Decrypt `browser_url` or `poll_url` of a payment; '' where the gateway has not answered yet."""
    stored: bytes | None = getattr(row, column)
    if stored is None:
        return ""
    return crypto.decrypt(tenant_key(session), stored, _bound_to(row, column)).decode()


def apply_status(
    session: TenantSession, gateway_payment_id: str, status: GatewayStatus, now: datetime
) -> bool:
    """Take over what the gateway itself answered; return whether anything changed. The session is the program's.

    GatewayMismatchError, and nothing changes, for an answer about another payment or amount.
    """
    row = find_payment(session, gateway_payment_id, lock=True)
    if (status.reference, status.amount) != (row.reference, row.amount):
        raise GatewayMismatchError(
            "The gateway answered about another payment or amount.",
            hint="Nothing was recorded. Check the payment at the gateway.",
            asked=show(row.amount, row.currency),
            answered=show(status.amount, row.currency),
        )
    if not _is_news(row, status.state):
        return False
    zone = session.scalars(select(TenantRecord.zone).where(TenantRecord.id == session.tenant)).one()
    stored = read_plan(
        session, str(row.details["engagement_id"]), now.astimezone(ZoneInfo(zone)).date(), lock=True
    )
    receipt = _receipt(session, row, stored, now, zone)
    if row.person_id is not None:
        session.act_for(row.person_id)
    if status.state in MONEY_IS_IN and not row.is_settled:
        _settle(session, row, stored, receipt)
    if status.state is GatewayState.REFUNDED and row.is_settled:
        _give_back(session, row, stored, receipt)
    facts: dict[str, object] = {
        "order": row.details["order"],
        "before": GATEWAY_STATES[GatewayState(row.state)],
        "after": GATEWAY_STATES[status.state],
    }
    row.state, row.updated_at = status.state.value, now
    row.gateway_reference = status.gateway_reference or row.gateway_reference
    if row.person_id is not None:
        append_later(session, "payment.online", "payment", row.id, reason=None, facts=facts, as_worker=True)
    return True


def _is_news(row: GatewayPayment, state: GatewayState) -> bool:
    """Tell whether a state follows the stored one: money that is in stays in, and what was refunded is over.

    A payment that was cancelled may yet turn out to be paid: the money is there.
    """
    if row.state in (state, GatewayState.REFUNDED):
        return False
    if state in MONEY_IS_IN:
        return True
    return row.state not in FINAL and not (row.is_settled and state in _BEFORE_MONEY)


def _receipt(
    session: TenantSession, row: GatewayPayment, stored: StoredPlan, now: datetime, zone: str
) -> Receipt:
    return Receipt(
        number=next_receipt_number(session, str(row.details["order"]), stored.plan.id),
        group_id=new_id(),
        method=GATEWAY_METHOD,
        day=now.astimezone(ZoneInfo(zone)).date(),
        now=now,
        reference=row.reference,
        gateway_payment_id=row.id,
        conversion=paid_conversion(row),
    )


def _amount_text(row: GatewayPayment, used: Conversion | None) -> str:
    paid = show(row.amount, row.currency)
    return f"{paid} ({show(used.converted, used.into)})" if used else paid


def _settle(session: TenantSession, row: GatewayPayment, stored: StoredPlan, receipt: Receipt) -> None:
    """Record the money: what was asked for first, then the oldest; what nothing is open for is held at the instalment."""
    statuses = sorted(stored.status.parts, key=lambda part: part.part.id != row.instalment_id)
    amount = receipt.conversion.converted if receipt.conversion else row.amount
    shares = payment_shares(statuses, amount, row.amount, row.currency, surplus_to=row.instalment_id)
    write_payment(session, stored, receipt, shares)
    row.is_settled = True
    emit(
        session,
        "payment_received",
        to=people_in_roles(session, ("customer", "manager")),
        order=str(row.details["order"]),
        engagement_id=stored.plan.engagement_id,
        amount=_amount_text(row, receipt.conversion),
        receipt=receipt.number,
    )


def _give_back(session: TenantSession, row: GatewayPayment, stored: StoredPlan, receipt: Receipt) -> None:
    """Record as refunded what was not given back by hand already."""
    query = select(Payment.receipt_number).where(
        Payment.tenant_id == session.tenant, Payment.gateway_payment_id == row.id
    )
    paid = refundable(stored, session.scalars(query.limit(1)).one())
    remaining = sum((payment.remaining for payment in paid), ZERO)
    shares = refund_shares(paid, remaining, row.currency)
    write_refund(session, stored, receipt, shares)


def _encrypted(session: TenantSession, row: GatewayPayment, column: str, value: str) -> bytes:
    return crypto.encrypt(tenant_key(session), value.encode(), _bound_to(row, column))


def _bound_to(row: GatewayPayment, column: str) -> str:
    return f"{row.tenant_id}|gateway_payment|{column}|{row.id}"
