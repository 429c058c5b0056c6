"""The fit of a prospect: its counts, the packages side by side with the limit that decides, and what the next one adds."""

from __future__ import annotations

import streamlit as st

from core.business.catalog.fit import Fit, fit
from core.business.catalog.packages import MEASURES, packages
from core.business.sales.prospects.views import ProspectDetails
from core.context import Context
from core.kit.wording import listed
from pages.prospects.fit.comparison import draw_packages, whole
from pages.prospects.fit.counts import draw_counts
from pages.prospects.fit.discounts import draw_discounts
from pages.ui import widgets
from pages.ui.formats import plain
from pages.ui.links import turn_to

_QUOTES, _CREATE = "quotes", "create"


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
        draw_packages(context, prospect, result)
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


def _next_up(result: Fit) -> None:
    if result.next_up is None:
        return
    extra = result.next_up.price_difference
    cost = f", {whole(extra)} more" if extra is not None else ""
    st.markdown(f"**Next one up, {result.next_up.title}, adds**{plain(cost)}")
    adds = list(result.next_up.adds)
    half = (len(adds) + 1) // 2
    for column, part in zip(st.columns(2, gap="small"), (adds[:half], adds[half:]), strict=True):
        column.markdown("\n".join(f"- {plain(text)}" for text in part))
