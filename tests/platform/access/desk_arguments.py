"""What the suite of the tenants' isolation tries of the delivery desk, by the names of parameters."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from core.business.specialists.partners.rules import PartnerDetails


def desk_arguments(foreign_id: str, today: date) -> dict[str, object]:
    """Return a value for each parameter of the desk; `foreign_id` is an id of the other tenant."""
    return {
        "member_id": foreign_id,
        "partner_id": foreign_id,
        "partner_details": PartnerDetails("Mine now", "US", Decimal(25), Decimal(25)),
        "specialist_id": foreign_id,
        "is_active": False,
        "first": today,
        "last": today + timedelta(days=6),
    }
