"""The fit of a prospect: its counts, the packages side by side with the limit that decides, and what the next one adds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from core.business.catalog.fit import Fit, LimitCheck, PackageFit, fit
from core.business.catalog.packages import MEASURES, Package, packages
from core.business.catalog.pricing import price
from core.business.sales.location_discounts import location_discounts
from core.business.sales.prospects.views import ProspectDetails
from core.context import Context
from core.kit.money import show as amount
from core.kit.wording import counted, listed
from pages.prospects.fit.counts import draw_counts
from pages.prospects.fit.discounts import draw_discounts
from pages.ui import widgets
from pages.ui.formats import plain
from pages.ui.links import turn_to

_QUOTES, _CREATE = "quotes", "create"
_FITS, _HOLDS, _FAILS, _ASK = "Fits", "Holds", "Fails", "Ask"


def show(context: Context, prospect: ProspectDetails) -> None:
    counts = {measure: prospect.volume(measure) for measure in MEASURES}
    result = fit(prospect.domain, {measure: count for measure, count in counts.items() if count is not None})
    _toolbar(context, prospect, result)
    left, right = st.columns([0.36, 0.64], gap="medium")
    with left:
        widgets.section("Counts")
        draw_counts(context, prospect)
    with right:
        widgets.section("Packages")
        _packages(context, prospect, result)
        _next_up(result)


def verdict(result: Fit) -> str:
    """Say which package fits, the limit that decides, and what must be asked."""
    if not result.is_certain:
        labels = listed([MEASURES[measure] for measure in result.unknown])
        return f"**At least {result.title}.** Unknown, ask: {labels}."
    check = result.deciding
    if check is None:
        return f"**{result.title} fits.**"
    if check.holds is False:
        return f"**{result.title} fits.** Decided by {check.text}."
    return f"**{result.title} fits.** Nearest limit: {check.text}."


def _toolbar(context: Context, prospect: ProspectDetails, result: Fit) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        icon, colour = ("check_circle", "green") if result.is_certain else ("help", "orange")
        st.markdown(f":{colour}[:material/{icon}:] {verdict(result)}", width="content")
        st.space("stretch")
        if any(offer.price_per_location is not None for offer in packages(prospect.domain).values()):
            draw_discounts(context, prospect.domain)
        if context.may("quote.edit"):
            st.button(
                f"Create quote for {result.title}",
                type="primary",
                icon=":material/request_quote:",
                key="fit_quote",
                on_click=turn_to,
                args=(_QUOTES,),
                kwargs={_CREATE: prospect.id},
            )


def _packages(context: Context, prospect: ProspectDetails, result: Fit) -> None:
    """Draw the packages as columns: result, price, each limit against its count, and what is included in numbers."""
    offers = packages(prospect.domain)
    bands = location_discounts(context, prospect.domain).bands
    prices = {}
    for key, offer in offers.items():
        if offer.price_per_location is not None and prospect.locations:
            total = price(prospect.domain, key, locations=prospect.locations, bands=bands).total
            prices[key] = f"{_whole(total)}, {counted(prospect.locations, 'location')}"
        elif offer.price is None:
            prices[key] = f"By offer, {_whole(offer.price_per_location or Decimal(0))} a location"
        else:
            prices[key] = _whole(offer.price)
    columns = {
        candidate.key: _column(candidate, offers[candidate.key], prices, result)
        for candidate in result.packages
    }
    titles = {key: offer.title for key, offer in offers.items()}
    rows = list(next(iter(columns.values())))
    widgets.table(
        [{"Package": row} | {titles[key]: column[row] for key, column in columns.items()} for row in rows],
        {"Package": st.column_config.TextColumn("", width=130)}
        | {title: st.column_config.TextColumn(width=140) for title in titles.values()},
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
        return f"? up to {check.limit:,}, unknown"
    return f"{'✓' if check.holds else '✗'} {check.count:,} of {check.limit:,}"


def _specialist(offer: Package) -> str:
    if offer.specialist_hours is None:
        return "Dedicated team"
    return counted(offer.specialist_hours, "hour") if offer.specialist_hours else "–"


def _next_up(result: Fit) -> None:
    if result.next_up is None:
        return
    extra = result.next_up.price_difference
    cost = f", {_whole(extra)} more" if extra is not None else ""
    st.markdown(f"**Next one up, {result.next_up.title}, adds**{plain(cost)}")
    adds = list(result.next_up.adds)
    half = (len(adds) + 1) // 2
    for column, part in zip(st.columns(2, gap="small"), (adds[:half], adds[half:]), strict=True):
        column.markdown("\n".join(f"- {plain(text)}" for text in part))


def _whole(value: Decimal) -> str:
    return amount(value).removesuffix(".00")
