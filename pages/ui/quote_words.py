"""Words and colours of quotes, and how their amounts and days are written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from core.business.catalog.packages import packages
from core.business.sales.quotes.rules import EXPIRES_SOON, QuoteState
from core.kit.money import show as amount_text
from core.kit.wording import as_words

PATH, QUOTE, CREATE, EDIT = "quotes", "quote", "create", "edit"
"""The screen's path, and the keys of its address: a quote, a prospect to write one for, a draft to edit."""

WITHDRAWN, NEEDS_APPROVAL = "Withdrawn", "Needs approval"
COLOURS: Mapping[str, str] = {
    "Draft": "gray",
    NEEDS_APPROVAL: "orange",
    "Sent": "blue",
    "Accepted": "green",
    "Declined": "red",
    "Expired": "gray",
    WITHDRAWN: "gray",
    "Replaced": "gray",
}
_EVENTS: Mapping[str, str] = {
    "quote_drafted": "Drafted",
    "quote_sent": "Sent",
    "quote_opened": "Opened by the prospect",
    "quote_link_renewed": "New link",
    "quote_withdrawn": "Withdrawn",
    "quote_replaced": "Replaced",
    "quote_expired": "Expired",
    "quote_accepted": "Accepted by the prospect",
    "quote_declined": "Declined by the prospect",
    "quote_approval_asked": "Approval asked for",
    "quote_discount_approved": "Discount approved",
    "quote_discount_refused": "Discount refused",
}


def state_label(state: str, *, is_withdrawn: bool = False, awaits_approval: bool = False) -> str:
    """Word the state of a quote."""
    if is_withdrawn:
        return WITHDRAWN
    return NEEDS_APPROVAL if awaits_approval else state.capitalize()


def event_label(kind: str) -> str:
    """Word an entry of the history."""
    return _EVENTS.get(kind) or as_words(kind).capitalize()


def package_title(domain: str, package: str) -> str:
    """Name a package; one that is sold no more by its key."""
    offer = packages(domain).get(package)
    return offer.title if offer else as_words(package).capitalize()


def amount_label(amount: Decimal, currency: str) -> str:
    """Write an amount without cents where it has none."""
    return amount_text(amount, currency).removesuffix(".00")


def validity(state: str, days: int) -> tuple[str, str]:
    """Word how long a quote holds, with its colour: ('Last day', 'red'), ('3 d left', 'orange'), ('', 'gray')."""
    if state == QuoteState.SENT:
        if days == 0:
            return "Last day", "red"
        return f"{days:,} d left", "orange" if days <= EXPIRES_SOON else "gray"
    if state == QuoteState.DRAFT:
        return (f"{days:,} d left", "gray") if days >= 0 else ("Over", "red")
    return "", "gray"
