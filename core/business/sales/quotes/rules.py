"""Decide what may become of a quote: states and transitions, validity, versions, and discounts to approve. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.business.billing.plans import EXTENDED, FULL, KINDS, MAX_MONTHS, MIN_MONTHS
from core.errors import ConflictError, InvalidInputError
from core.kit.money import ZERO
from core.kit.wording import listed

DISCOUNT_LIMIT = Decimal(10)
"""Percent that whoever edits a quote may give; above it a manager approves."""
DEFAULT_VALIDITY = 30
MAX_VALIDITY = 366
"""Days."""
MAX_LOCATIONS = 100_000
MAX_UNIT_PRICE = Decimal(1_000_000)
MAX_TEXT = 500
NEWEST_ROI = "newest"
"""In place of an ROI case in terms: the newest that the prospect has when the draft is written."""
EXPIRES_SOON = 7
"""Days."""
MIN_DECIDED = 10
"""Quotes accepted or declined, from which a win rate is stated."""


class QuoteState(StrEnum):
    """States of a version of a quote."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REPLACED = "replaced"


class Verb(StrEnum):
    """What is done with a version of a quote; the value stands in refusals."""

    EDIT = "edited"
    ASK = "sent to a manager for approval"
    APPROVE = "approved"
    REFUSE = "refused"
    SEND = "sent"
    WITHDRAW = "withdrawn"
    RENEW = "given a new link"
    ACCEPT = "accepted"
    DECLINE = "declined"
    EXPIRE = "expired"
    REPLACE = "replaced"
    REVISE = "followed by a new version"


TRANSITIONS: Mapping[tuple[QuoteState, Verb], QuoteState] = {
    (QuoteState.DRAFT, Verb.EDIT): QuoteState.DRAFT,
    (QuoteState.DRAFT, Verb.ASK): QuoteState.DRAFT,
    (QuoteState.DRAFT, Verb.APPROVE): QuoteState.DRAFT,
    (QuoteState.DRAFT, Verb.REFUSE): QuoteState.DRAFT,
    (QuoteState.DRAFT, Verb.SEND): QuoteState.SENT,
    (QuoteState.SENT, Verb.WITHDRAW): QuoteState.EXPIRED,
    (QuoteState.SENT, Verb.RENEW): QuoteState.SENT,
    (QuoteState.SENT, Verb.ACCEPT): QuoteState.ACCEPTED,
    (QuoteState.SENT, Verb.DECLINE): QuoteState.DECLINED,
    (QuoteState.SENT, Verb.EXPIRE): QuoteState.EXPIRED,
    (QuoteState.SENT, Verb.REPLACE): QuoteState.REPLACED,
    (QuoteState.SENT, Verb.REVISE): QuoteState.SENT,
    (QuoteState.DECLINED, Verb.REVISE): QuoteState.DECLINED,
    (QuoteState.EXPIRED, Verb.REVISE): QuoteState.EXPIRED,
}
"""State, verb -> state after it. A sent version stays sent beside its next one until that is sent."""

_NUMBER = re.compile(r"\s*(?:Q-?)?0*([0-9]{1,9})(?:\s*v([0-9]{1,4}))?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class QuoteTerms:
    """What a person chooses for a draft. `add_ons` are keys; None: by the prospect, the price list, the default.

    `unit_price` is the price per location of a package that has one, with the `price_note` that explains it.
    `roi_case_id` is the case to attach: the prospect's newest unless it is given, None for none.
    """

    locations: int | None = None
    add_ons: tuple[str, ...] = ()
    unit_price: Decimal | None = None
    price_note: str = ""
    discount_percent: Decimal = ZERO
    discount_reason: str = ""
    payment_plan: str = FULL
    months: int | None = None
    valid_until: date | None = None
    go_live_on: date | None = None
    roi_case_id: str | None = NEWEST_ROI


class TermsError(InvalidInputError):
    """Terms that cannot be stored; `faults` is field -> what is wrong."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(
            f"{'. '.join(faults.values())}.", hint="Correct the fields and try again.", fields=[*faults]
        )
        self.faults = dict(faults)


def next_state(state: str, verb: Verb) -> QuoteState:
    """Return the state after a verb. ConflictError where the state does not allow it."""
    after = TRANSITIONS.get((QuoteState(state), verb))
    if after is None:
        raise ConflictError(_refusal(state, verb), hint="Reload the page.", state=str(state))
    return after


def allows(state: str, verb: Verb) -> bool:
    """Tell whether a state allows a verb."""
    return (QuoteState(state), verb) in TRANSITIONS


def today(zone: str, now: datetime) -> date:
    """Return the day of a moment by the clock of a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def end_of_validity(valid_until: date, zone: str) -> datetime:
    """Return the moment (UTC) from which a quote no longer holds: midnight after its last day, in the zone."""
    return datetime.combine(valid_until + timedelta(days=1), time(0), ZoneInfo(zone)).astimezone(UTC)


def is_over(valid_until: date, zone: str, now: datetime) -> bool:
    """Tell whether the last day of a quote has ended."""
    return now >= end_of_validity(valid_until, zone)


def state_at(state: str, valid_until: date, zone: str, now: datetime) -> QuoteState:
    """Return the state of a quote at a moment: a sent one is expired after its last day, also before the job noted it."""
    current = QuoteState(state)
    if current is QuoteState.SENT and is_over(valid_until, zone, now):
        return QuoteState.EXPIRED
    return current


def is_withdrawn(state: str, decided_at: datetime | None, valid_until: date, zone: str) -> bool:
    """Tell whether an expired quote was taken back before its last day had ended."""
    is_early = decided_at is not None and not is_over(valid_until, zone, decided_at)
    return state == QuoteState.EXPIRED and is_early


def number_text(number: int, version: int) -> str:
    """Write number and version: 'Q-0042 v2'."""
    return f"Q-{number:04d} v{version}"


def read_number(text: str) -> int | None:
    """Read the number of a quote out of 'Q-0042', 'q42', '42' or 'Q-0042 v2'; None where a text is none."""
    match = _NUMBER.fullmatch(text)
    return int(match[1]) if match else None


def read_version(text: str) -> int | None:
    """Read the version out of 'Q-0042 v2'; None where a text has none."""
    match = _NUMBER.fullmatch(text)
    return int(match[2]) if match and match[2] else None


def total_discount(list_subtotal: Decimal, subtotal: Decimal, percent: Decimal) -> Decimal:
    """Return the discount in percent that a customer gets on the price list, by a lower unit price and the discount.

    Both subtotals are after the location discount, which is the price list's, and before the discount of the quote.
    """
    if list_subtotal <= 0:
        return percent
    return max(percent, 100 - subtotal / list_subtotal * (100 - percent))


def needs_approval(discount: Decimal) -> bool:
    """Tell whether a total discount in percent is one that a manager approves."""
    return discount > DISCOUNT_LIMIT


def check_terms(terms: QuoteTerms, today: date) -> None:
    """Check what does not depend on the price list. TermsError tells all faults at once."""
    faults: dict[str, str] = {}
    if terms.locations is not None and not 1 <= terms.locations <= MAX_LOCATIONS:
        faults["locations"] = f"Enter 1 to {MAX_LOCATIONS:,} locations"
    faults |= _price_faults(terms)
    if terms.payment_plan not in KINDS:
        faults["payment_plan"] = "Choose a payment plan"
    elif terms.payment_plan == EXTENDED and not MIN_MONTHS <= (terms.months or 0) <= MAX_MONTHS:
        faults["months"] = f"Choose {MIN_MONTHS} to {MAX_MONTHS} months"
    elif terms.payment_plan != EXTENDED and terms.months is not None:
        faults["months"] = "Only an extended payment plan has months"
    if terms.valid_until is not None and not 0 <= (terms.valid_until - today).days <= MAX_VALIDITY:
        faults["valid_until"] = f"Choose a last day from today to {MAX_VALIDITY} days from now"
    if terms.go_live_on is not None and terms.go_live_on < today:
        faults["go_live_on"] = "Choose a go-live date that is not over"
    if faults:
        raise TermsError(faults)


def _price_faults(terms: QuoteTerms) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not terms.discount_percent.is_finite() or not 0 <= terms.discount_percent <= 100:
        faults["discount_percent"] = "Enter a discount of 0 to 100 %"
    elif terms.discount_percent != round(terms.discount_percent, 4):
        faults["discount_percent"] = "Enter a discount with at most four decimals"
    elif terms.discount_percent > DISCOUNT_LIMIT and not terms.discount_reason.strip():
        faults["discount_reason"] = f"Give the reason of a discount above {DISCOUNT_LIMIT} %"
    price = terms.unit_price
    if price is not None and not (price.is_finite() and 0 < price <= MAX_UNIT_PRICE):
        faults["unit_price"] = "Enter a price above 0"
    elif price is not None and not terms.price_note.strip():
        faults["price_note"] = "Note why the price differs from the list"
    if max(len(terms.discount_reason), len(terms.price_note)) > MAX_TEXT:
        faults["discount_reason"] = f"Write at most {MAX_TEXT} characters"
    return faults


def _refusal(state: str, verb: Verb) -> str:
    states = [before.value for before, allowed in TRANSITIONS if allowed is verb]
    return f"A quote that is {state} cannot be {verb.value}: it must be {listed(states)}."
