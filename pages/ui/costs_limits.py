"""The limits of AI as meters, warnings while one is near, and the way to a larger package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from core.context import Context
from core.platform.costs import views as costs
from core.platform.costs.actions import choose_package
from core.platform.costs.packages import package_of, packages
from core.platform.costs.views import Meter
from pages.ui import show as ui
from pages.ui.frame import act

_PACKAGE = "ai_package"


def limits(context: Context, migration_id: str | None, names: Mapping[str, str]) -> None:
    """Meters of the customer's month and, where one is chosen, of the migration; each near its end says so."""
    found = costs.meters(context, migration_id)
    hour = costs.last_hour(context)
    if hour.is_above:
        st.warning(
            f"{hour.tokens:,} tokens in the last hour: more than the {hour.alert:,} an hour should need. "
            "Look at the newest calls below.",
            icon=":material/speed:",
        )
    for meter in found:
        if meter.is_near:
            _warn(meter)
    with st.container(horizontal=True, vertical_alignment="center"):
        for meter in found:
            _meter(context, meter)
        if migration_id is not None:
            _package(context, migration_id, names)


def _warn(meter: Meter) -> None:
    text = "You're approaching your monthly AI token limit."
    if meter.scope == "migration":
        text = "You're approaching the AI token limit of this migration's package. A larger one allows more."
    if not meter.left:
        text = (
            "The AI tokens of this limit are used up. The console goes on with rules, memory and statistics."
        )
    st.warning(text, icon=":material/data_usage:")


def _meter(context: Context, meter: Meter) -> None:
    with st.container(border=True, gap="xxsmall"):
        taken = meter.used + meter.reserved
        if meter.limit is None:
            st.text(f"{meter.title}: {taken:,} tokens, without a limit of its own")
            return
        st.progress(min(taken / meter.limit, 1.0), text=f"{meter.title}: {taken:,} of {meter.limit:,} tokens")
        facts = [f"{meter.left:,} left"]
        if meter.reserved:
            facts.append(f"{meter.reserved:,} held by calls under way")
        if meter.frees_at:
            facts.append(f"begins anew on {ui.moment(context, meter.frees_at)}")
        st.caption(", ".join(facts))


def _package(context: Context, migration_id: str, names: Mapping[str, str]) -> None:
    with st.popover("Package", icon=":material/package_2:"):
        st.text(names.get(migration_id, ""))
        offers = packages()
        ui.table(
            [
                {
                    "Package": offer.title,
                    "For": offer.about,
                    "AI tokens": "Unlimited" if offer.ai_tokens is None else f"{offer.ai_tokens:,}",
                    "Price": "By offer" if offer.price is None else f"${offer.price:,}",
                }
                for offer in offers.values()
            ],
            {
                "Package": None,
                "For": None,
                "AI tokens": st.column_config.TextColumn(alignment="right"),
                "Price": st.column_config.TextColumn(alignment="right"),
            },
            alt="The packages with their tokens",
        )
        st.caption("The customer's monthly limit holds for every package.")
        if not context.may("settings.edit"):
            st.caption("Ask a manager of this customer for another package.")
            return
        names_of = list(offers)
        st.selectbox(
            "This migration's package",
            names_of,
            index=names_of.index(package_of(context, migration_id)),
            format_func=lambda name: offers[name].title,
            key=f"{_PACKAGE}_{migration_id}",
            on_change=_choose,
            args=(migration_id,),
        )


def _choose(migration_id: str) -> None:
    package = st.session_state[f"{_PACKAGE}_{migration_id}"]
    act(partial(_change, migration_id, package), "Package changed")


def _change(migration_id: str, package: str, context: Context) -> None:
    choose_package(context, migration_id, package)
