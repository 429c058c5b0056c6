"""Compare a quote with the ROI that is attached to it: a proposal in which they differ is not sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select

from core.business.sales.quotes.locking import find_quote
from core.business.sales.quotes.rules import QuoteState
from core.business.sales.tables import Quote, RoiCase
from core.context import Context
from core.errors import ConflictError
from core.kit.money import show
from core.kit.wording import counted
from core.platform.access.actions import view

_PACKAGE = "package"
"""Key of the cost that is our price in the results of a case."""


class Aspect(StrEnum):
    """What a quote and its ROI differ in."""

    CURRENCY = "currency"
    NEWER = "newer"
    LOCATIONS = "locations"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class RoiFault:
    """A difference between a quote and its ROI, in words."""

    aspect: Aspect
    text: str


@view("quote.read")
def roi_faults(context: Context, quote_id: str) -> list[RoiFault]:
    """List what keeps a draft from being sent with its ROI; nothing for a version that is no draft."""
    quote = find_quote(context, quote_id)
    return list(_faults(context, quote)) if quote.state == QuoteState.DRAFT else []


def require_consistent_roi(context: Context, quote: Quote) -> None:
    """Raise ConflictError, which says what differs, where a quote and its ROI contradict each other."""
    faults = list(_faults(context, quote))
    if faults:
        raise ConflictError(
            " ".join(fault.text for fault in faults), hint="Update the ROI on the quote, or remove it there."
        )


def newest_roi(context: Context, prospect_id: str, currency: str) -> str | None:
    """Return the id of the prospect's newest case, None without one in the currency."""
    case = _newest(context, prospect_id)
    return case.id if case is not None and case.currency == currency else None


def _newest(context: Context, prospect_id: str) -> RoiCase | None:
    query = select(RoiCase).where(RoiCase.prospect_id == prospect_id)
    return context.session.scalar(query.order_by(RoiCase.version.desc()).limit(1))


def _faults(context: Context, quote: Quote) -> Iterator[RoiFault]:
    if quote.roi_case_id is None:
        return
    case = context.session.get_one(RoiCase, (context.tenant.id, quote.roi_case_id))
    if case.currency != quote.currency:
        text = f"The ROI is in {case.currency}, the quote in {quote.currency}."
        yield RoiFault(Aspect.CURRENCY, text)
        return
    newest = _newest(context, quote.prospect_id)
    if newest is not None and newest.version > case.version:
        text = f"The ROI attached is version {case.version}, the newest is version {newest.version}."
        yield RoiFault(Aspect.NEWER, text)
    locations = _locations(case)
    if locations != quote.locations:
        text = (
            f"The ROI is for {counted(int(locations or 0), 'location')}, the quote for {quote.locations:,}."
        )
        yield RoiFault(Aspect.LOCATIONS, text)
    price = _our_price(case)
    if price != quote.total:
        text = (
            f"Our price is {show(price, case.currency)} in the ROI, {show(quote.total, quote.currency)} in"
            " the quote."
        )
        yield RoiFault(Aspect.PRICE, text)


def _locations(case: RoiCase) -> Decimal | None:
    return next((Decimal(entry["base"]) for entry in case.inputs if entry["key"] == "locations"), None)


def _our_price(case: RoiCase) -> Decimal | None:
    lines = case.results.get("lines", [])
    return next((Decimal(line["amount"]) for line in lines if line["key"] == _PACKAGE), None)
