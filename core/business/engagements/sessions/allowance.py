"""The consultation that a package includes: what sessions use of it, and what is charged beyond. Pure.

Which packages are metered is said in data/sessions.yaml: Professional includes 2 hours; the sessions of an Enterprise
order belong to its dedicated team and do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from core.business.catalog.packages import catalogs
from core.business.engagements.sessions.kinds import session_rules
from core.business.engagements.sessions.rules import SessionState
from core.kit.money import minor_digits

HOUR = Decimal(60)


@dataclass(frozen=True, slots=True)
class UsedTime:
    """A session as the meter sees it; `charged` are minutes that were charged when it was held."""

    id: str
    state: SessionState
    starts_at: datetime
    minutes: int
    charged: int = 0


@dataclass(frozen=True, slots=True)
class Meter:
    """Minutes of consultation: `included` None where nothing is counted. `hour_price` None where no price is known."""

    included: int | None
    used: int
    charged: int
    hour_price: Decimal | None
    currency: str

    @property
    def is_metered(self) -> bool:
        return self.included is not None

    @property
    def remaining(self) -> int:
        return 0 if self.included is None else max(self.included - self.used, 0)

    def beyond(self, minutes: int) -> int:
        """Return how many minutes of another session would be charged."""
        return 0 if self.included is None else max(minutes - self.remaining, 0)

    def price_of(self, minutes: int) -> Decimal | None:
        """Return the charge for minutes beyond; None where no price is known."""
        return None if self.hour_price is None else charge(minutes, self.hour_price, self.currency)

    @property
    def words(self) -> str:
        """Say what is used: '1 h 30 min of 2 h used', with what was charged."""
        if self.included is None:
            return "Sessions are part of the service"
        used = duration(self.used)
        text = f"{used} of {duration(self.included)} used" if self.included else f"none included, {used} used"
        return f"{text}, {duration(self.charged)} charged" if self.charged else text


def included_minutes(domain: str, package: str) -> int | None:
    """Return the minutes of consultation that a package includes; None where they are not counted."""
    if domain not in session_rules().metered:
        return None
    offers = catalogs().get(domain)
    offer = offers.packages.get(package) if offers else None
    return None if offer is None or offer.specialist_hours is None else offer.specialist_hours * 60


def meter(sessions: Sequence[UsedTime], included: int | None, currency: str) -> Meter:
    """Count what the sessions of an order use; those that were cancelled use nothing."""
    counted = [session for session in sessions if session.state != SessionState.CANCELLED]
    return Meter(
        included,
        sum(session.minutes for session in counted),
        sum(charges(sessions, included).values()),
        session_rules().extra_hour.get(currency),
        currency,
    )


def charges(sessions: Sequence[UsedTime], included: int | None) -> dict[str, int]:
    """Return session (id) -> minutes to charge, so that what is included goes to what comes first.

    What was held was charged and stays; what is booked follows in the order of its time.
    """
    if included is None:
        return {session.id: 0 for session in sessions}
    charged: dict[str, int] = {}
    remaining = included
    for session in sorted(sessions, key=lambda row: (row.state != SessionState.HELD, row.starts_at, row.id)):
        if session.state == SessionState.CANCELLED:
            charged[session.id] = 0
        elif session.state == SessionState.HELD:
            charged[session.id] = session.charged
            remaining -= session.minutes - session.charged
        else:
            free = min(max(remaining, 0), session.minutes)
            charged[session.id] = session.minutes - free
            remaining -= free
    return charged


def charge(minutes: int, hour_price: Decimal, currency: str) -> Decimal:
    """Return the price of minutes, rounded once to the currency's smallest unit."""
    unit = Decimal(1).scaleb(-minor_digits(currency))
    return (hour_price * minutes / HOUR).quantize(unit, rounding=ROUND_HALF_UP)


def duration(minutes: int) -> str:
    """Write minutes as '2 h', '45 min' or '1 h 30 min'."""
    hours, over = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    return " ".join([*parts, f"{over} min"] if over or not parts else parts)
