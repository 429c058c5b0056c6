"""Compare two versions of a quote: what differs, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.business.billing.plans import plan_text
from core.business.catalog.packages import packages
from core.business.sales.quotes.pricing import QuoteLine
from core.business.sales.quotes.views import QuoteDetails
from core.kit.money import show

NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that two versions differ in, with its value in each; NO_VALUE where a version has none."""

    label: str
    before: str
    after: str


def differences(before: QuoteDetails, after: QuoteDetails) -> list[Difference]:
    """List what differs between two versions: the terms first, then the lines, then the total."""
    return [entry for entry in _compared(before, after) if entry.before != entry.after]


def _compared(before: QuoteDetails, after: QuoteDetails) -> Iterator[Difference]:
    yield Difference("Package", _package(before), _package(after))
    yield Difference("Locations", f"{before.locations:,}", f"{after.locations:,}")
    yield Difference(
        "Payment plan",
        plan_text(before.payment_plan, before.months),
        plan_text(after.payment_plan, after.months),
    )
    yield Difference("Valid until", _day(before.valid_until), _day(after.valid_until))
    yield Difference("Go-live date", _day(before.go_live_on), _day(after.go_live_on))
    if before.roi_case_id != after.roi_case_id:
        yield Difference("ROI version", _attached(before), _attached(after))
    lines_before, lines_after = ({line.item: line for line in side.lines} for side in (before, after))
    for item in dict.fromkeys([*lines_before, *lines_after]):
        earlier, later = lines_before.get(item), lines_after.get(item)
        label = (later or lines_before[item]).text
        yield Difference(label, _amount(earlier, before), _amount(later, after))
    yield Difference("Total", show(before.total, before.currency), show(after.total, after.currency))


def _package(quote: QuoteDetails) -> str:
    offer = packages(quote.domain).get(quote.package)
    return offer.title if offer else quote.package


def _amount(line: QuoteLine | None, quote: QuoteDetails) -> str:
    if line is None:
        return NO_VALUE
    amount = show(line.amount, quote.currency)
    return (
        amount
        if line.quantity == 1
        else f"{line.quantity.normalize():f} × {show(line.unit_price, quote.currency)}"
    )


def _day(day: date | None) -> str:
    return NO_VALUE if day is None else f"{day:%-d %b %Y}"


def _attached(quote: QuoteDetails) -> str:
    return f"Version {quote.roi_version}" if quote.roi_version else NO_VALUE
