"""Decide what a link to a quote opens at a moment, and check what a prospect enters. Pure."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from enum import StrEnum

from core.business.sales.quotes.rules import QuoteState
from core.errors import AppError, InvalidInputError
from core.kit.printable import is_readable

MIN_NAME, MAX_NAME, MAX_REASON = 2, 120, 500  # characters


class LinkState(StrEnum):
    """What a link opens: a quote to answer, one that was answered, or the reason why there is none to see."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REPLACED = "replaced"
    UNKNOWN = "unknown"


READABLE = frozenset({LinkState.OPEN, LinkState.ACCEPTED, LinkState.DECLINED})
"""Standings in which the page shows the quote."""


class NotOpenError(AppError):
    """The quote of a link cannot be answered; `link_state` tells why. Nothing was changed."""

    def __init__(self, link_state: LinkState) -> None:
        super().__init__(f"This quote cannot be answered: {link_state}.", link_state=link_state.value)
        self.link_state = link_state
        self.status = {LinkState.UNKNOWN: 404, LinkState.EXPIRED: 410, LinkState.REPLACED: 410}.get(
            link_state, 409
        )


class FormError(InvalidInputError):
    """A field of the form that cannot be taken; `field` is its name."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, field=field)
        self.field = field


def link_state_of(
    state: str, validity_ends: datetime, link_expires: datetime, withdrawn_at: datetime | None, now: datetime
) -> LinkState:
    """Tell what a link opens. Of a withdrawn one nothing is told, but that a newer version has replaced the quote.

    A quote that was answered in time can be read until its link expires.
    """
    if state == QuoteState.REPLACED:
        return LinkState.REPLACED
    if withdrawn_at is not None or state == QuoteState.DRAFT:
        return LinkState.UNKNOWN
    if state == QuoteState.EXPIRED or now >= link_expires:
        return LinkState.EXPIRED
    if state == QuoteState.SENT:
        return LinkState.EXPIRED if now >= validity_ends else LinkState.OPEN
    return LinkState(state)


def check_name(name: str) -> str:
    """Return the name of who answers, in any script, without spaces around it. FormError where it is none."""
    text = " ".join(unicodedata.normalize("NFC", name).split())
    if len(text) < MIN_NAME:
        raise FormError("name", "Enter your full name.")
    if len(text) > MAX_NAME:
        raise FormError("name", f"Enter a name of at most {MAX_NAME} characters.")
    if not is_readable(text):
        raise FormError("name", "Enter the name without control characters.")
    if sum(unicodedata.category(character).startswith("L") for character in text) < MIN_NAME:
        raise FormError("name", "Enter your full name, in letters.")
    return text


def check_reason(reason: str) -> str | None:
    """Return the reason of a refusal, None without one. FormError where it cannot be stored."""
    lines = unicodedata.normalize("NFC", reason).replace("\r\n", "\n").replace("\r", "\n")
    text = "\n".join(line.rstrip() for line in lines.strip().split("\n"))
    if len(text) > MAX_REASON:
        raise FormError("reason", f"Write at most {MAX_REASON} characters.")
    if not is_readable(text, more="\n\t"):
        raise FormError("reason", "Write the reason without control characters.")
    return text or None
