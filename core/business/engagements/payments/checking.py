"""Ask the gateway for payments that it did not tell about: a job that may run twice without harm."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from sqlalchemy import select

from core.business.billing.gateway.interface import Gateway, GatewayState
from core.business.billing.gateway.paynow import configured_gateway
from core.business.billing.gateway.receiving import refresh
from core.business.billing.tables import GatewayPayment
from core.business.engagements.payments.reminders import customers_with_plans
from core.db.session import TenantSession
from core.errors import AppError
from core.kit import clock

_WAIT = timedelta(minutes=2)  # a customer is still at the gateway, which tells us itself
_GIVEN_UP = timedelta(days=3)
_BUDGET_SECONDS = 60.0
_log = logging.getLogger("aura.payments")


def check_online_payments() -> int:
    """Ask for the payments begun within three days whose end is not known, for at most a minute; return how many changed.

    What cannot be asked for is left to the next time. Without a gateway nothing is done. It is asked for whatever is still
    due: money that came in is recorded also where the instalment was settled by hand meanwhile, or waits for go-live.
    """
    try:
        gateway = configured_gateway()
    except AppError as error:
        _log.warning("%s", error)
        return 0
    if gateway is None:
        return 0
    until = time.monotonic() + _BUDGET_SECONDS
    count = 0
    for tenant in customers_with_plans():
        for payment_id in _open_payments(tenant):
            if time.monotonic() > until:
                return count
            count += _check(gateway, tenant, payment_id)
    return count


def _check(gateway: Gateway, tenant: str, payment_id: str) -> bool:
    try:
        return refresh(gateway, tenant, payment_id)
    except AppError as error:
        _log.warning("An online payment could not be asked for: %s", error.code)
        return False


def _open_payments(tenant: str) -> list[str]:
    now = clock.now()
    with TenantSession(tenant, "", system=True) as session:
        query = select(GatewayPayment.id).where(
            GatewayPayment.tenant_id == tenant,
            GatewayPayment.state.in_((GatewayState.CREATED, GatewayState.SENT)),
            GatewayPayment.poll_url.is_not(None),
            GatewayPayment.created_at.between(now - _GIVEN_UP, now - _WAIT),
        )
        return list(session.scalars(query.order_by(GatewayPayment.created_at)))
