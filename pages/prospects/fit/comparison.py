"""The packages as columns: which fits, its price, each limit against its count, and what is included in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from core.business.catalog.fit import Fit, LimitCheck, PackageFit
from core.business.catalog.packages import MEASURES, Package, packages
from core.business.catalog.pricing import price
from core.business.sales.location_discounts import location_discounts
from core.business.sales.prospects.views import ProspectDetails
from core.context import Context
from core.kit.money import show as amount
from core.kit.wording import counted
from pages.ui import widgets
from pages.ui.formats import plain

_FITS, _HOLDS, _FAILS, _ASK = "Fits", "Holds", "Fails", "Ask"


def draw_packages(context: Context, prospect: ProspectDetails, result: Fit) -> None:
    """Draw the packages as columns: result, price, each limit against its count, and what is included in numbers."""
    offers = packages(prospect.domain)
    bands = location_discounts(context, prospect.domain).bands
    prices = {}
    for key, offer in offers.items():
        if offer.price_per_location is not None and prospect.locations:
            total = price(prospect.domain, key, locations=prospect.locations, bands=bands).total
            prices[key] = f"{whole(total)} for {prospect.locations:,}"
        elif offer.price is None:
            prices[key] = f"{whole(offer.price_per_location or Decimal(0))} a location"
        else:
            prices[key] = whole(offer.price)
    columns = {
        candidate.key: _column(candidate, offers[candidate.key], prices, result)
        for candidate in result.packages
    }
    titles = {key: offer.title for key, offer in offers.items()}
    rows = list(next(iter(columns.values())))
    widgets.table(
        [{"Package": row} | {titles[key]: column[row] for key, column in columns.items()} for row in rows],
        {"Package": st.column_config.TextColumn("Limits", width=130)}
        | {
            title: st.column_config.TextColumn(
                f"★ {title}" if key == result.package else title,
                width=140,
                help="The cheapest package that holds" if key == result.package else None,
            )
            for key, title in titles.items()
        },
        alt="Packages side by side: which fits, its price, and each limit against the count of the prospect",
    )
    notes = [f"{offer.title}: {text}" for offer in offers.values() for text in offer.assumptions.values()]
    if notes:
        with st.popover("Assumptions", icon=":material/info:", type="tertiary"):
            for note in notes:
                st.caption(plain(note))


def _column(candidate: PackageFit, offer: Package, prices: Mapping[str, str], result: Fit) -> dict[str, str]:
    checks = {check.measure: check for check in candidate.checks}
    limited = list(dict.fromkeys(check.measure for entry in result.packages for check in entry.checks))
    return {
        "Result": _state(candidate, result),
        "Price": prices[candidate.key],
        **{MEASURES[measure]: _limit(checks.get(measure)) for measure in limited},
        "AI tokens": "Unlimited" if offer.ai_tokens is None else f"{offer.ai_tokens:,}",
        "Specialist": _specialist(offer),
        "Parallel run": f"{offer.parallel_run_days} days",
        "Rollback": f"{offer.rollback_days} days",
        "Uptime": "–" if offer.sla_percent is None else f"{offer.sla_percent}%",
    }


def _state(candidate: PackageFit, result: Fit) -> str:
    if candidate.key == result.package:
        return f"✓ {_FITS}" if result.is_certain else f"? {_ASK}"
    if candidate.holds is False:
        return f"✗ {_FAILS}"
    return _HOLDS if candidate.holds else f"? {_ASK}"


def _limit(check: LimitCheck | None) -> str:
    if check is None:
        return "No limit"
    if check.count is None:
        return f"? of {check.limit:,}"
    return f"{'✓' if check.holds else '✗'} {check.count:,} of {check.limit:,}"


def _specialist(offer: Package) -> str:
    if offer.specialist_hours is None:
        return "Dedicated team"
    return counted(offer.specialist_hours, "hour") if offer.specialist_hours else "–"


def whole(value: Decimal) -> str:
    """Write an amount of the price list, without cents where it has none."""
    return amount(value).removesuffix(".00")
