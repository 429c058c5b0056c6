"""Take what the gateway posts of its own accord, which is never believed: the gateway itself is asked again.

A forged, unknown, replayed or late notification, and one with another amount, changes nothing. No transaction is open
while the gateway is asked.
"""

from __future__ import annotations

import logging

from sqlalchemy import text

from core.business.billing.gateway.interface import Gateway
from core.business.billing.gateway.paynow import configured_gateway
from core.business.billing.gateway.tracking import address_of, apply_status, find_payment
from core.db.session import TenantSession
from core.errors import ConflictError, NotFoundError
from core.kit import clock

_FIND = text("select tenant_id::text as tenant, id::text as id from gateway_payment_of(:reference)")
_log = logging.getLogger("aura.payments")


def receive_notification(body: bytes) -> bool:
    """Take a notification; return whether anything changed. BadMessageError where it is not the gateway's.

    NotFoundError where no gateway is set or the payment is not known, GatewayMismatchError for another amount, and
    SourceError where the gateway does not answer: it notifies again.
    """
    gateway = require_gateway()
    claim = gateway.read_notification(body)
    tenant, payment_id = _find(claim.reference)
    return refresh(gateway, tenant, payment_id)


def return_from_gateway(reference: str) -> bool:
    """Ask for a payment whose customer comes back from the gateway; return whether its money is recorded."""
    tenant, payment_id = _find(reference)
    refresh(require_gateway(), tenant, payment_id)
    with TenantSession(tenant, "", system=True) as session:
        return find_payment(session, payment_id).is_settled


def refresh(gateway: Gateway, tenant: str, payment_id: str) -> bool:
    """Ask the gateway for the state of a payment (ids), and record it; return whether anything changed."""
    with TenantSession(tenant, "", system=True) as session:
        poll_url = address_of(session, find_payment(session, payment_id), "poll_url")
    if not poll_url:
        raise ConflictError("The payment was not begun at the gateway.", hint="Begin it again.")
    status = gateway.status(poll_url)
    with TenantSession(tenant, "", system=True) as session:
        is_changed = apply_status(session, payment_id, status, clock.now())
        session.commit()
    return is_changed


def require_gateway() -> Gateway:
    """Return the gateway of the settings. NotFoundError where none is set."""
    gateway = configured_gateway()
    if gateway is None:
        raise NotFoundError("There is no payment gateway here.", hint="Payments are recorded by hand.")
    return gateway


def _find(reference: str) -> tuple[str, str]:
    with TenantSession("", "", system=True) as session:
        row = session.execute(_FIND, {"reference": reference[:100]}).first()
    if row is None:
        _log.warning("A notification names a payment that is not known.")
        raise NotFoundError("There is no such payment.")
    return row.tenant, row.id
