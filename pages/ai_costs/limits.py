"""The limits of AI as meters, warnings while one is near, and the way to a larger package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from core.context import Context
from core.engine.mapping.ai_costs import ahead
from core.platform.costs import views as costs
from core.platform.costs.actions import choose_package
from core.platform.costs.budget import MIGRATION_SCOPE
from core.platform.costs.packages import Package, package_of, packages
from core.platform.costs.views import Meter
from pages.ui import formats
from pages.ui.frame import act

_PACKAGE = "ai_package"


def limits(context: Context, migration_id: str | None, names: Mapping[str, str]) -> None:
    """Draw the token meters of the customer's month and of the chosen migration; warn where one is nearly used up."""
    meters = costs.meters(context, migration_id)
    hour = costs.last_hour(context)
    if hour.is_above:
        st.warning(
            f"{hour.tokens:,} tokens in the last hour: more than the {hour.alert:,} an hour should need. "
            "Look at the newest calls below.",
            icon=":material/speed:",
        )
    for meter in meters:
        if meter.is_near:
            _warn(meter)
    if migration_id is None and (
        near := [names[key] for key in costs.migrations_near(context) if key in names]
    ):
        st.warning(
            f"The package of {formats.plain(', '.join(near))} is nearly used up. Choose the migration above to see it.",
            icon=":material/data_usage:",
        )
    for column, meter in zip(st.columns(len(meters)), meters, strict=True):
        with column.container(border=True, gap="xxsmall", height="stretch"):
            _meter(context, meter)
            if migration_id is not None and meter.scope == MIGRATION_SCOPE:
                _ahead(context, migration_id)
                _package(context, migration_id, names)


def _warn(meter: Meter) -> None:
    if not meter.tokens_left:
        text = "An AI token limit is used up. Suggestions continue with rules, memory and statistics. "
    elif meter.scope == MIGRATION_SCOPE:
        text = "You're approaching the AI token limit of this migration's package. "
    else:
        text = "You're approaching your monthly AI token limit. "
    text += (
        "A larger package allows more: see below."
        if meter.scope == MIGRATION_SCOPE
        else "An administrator of this installation can raise it."
    )
    st.warning(text, icon=":material/data_usage:")


def _meter(context: Context, meter: Meter) -> None:
    committed = meter.used + meter.reserved
    if meter.limit is None:
        st.text(f"{meter.title}: {committed:,} tokens, no limit")
        return
    st.progress(
        min(committed / meter.limit, 1.0), text=f"{meter.title}: {committed:,} of {meter.limit:,} tokens"
    )
    facts = [f"{meter.tokens_left:,} left"]
    if meter.reserved:
        facts.append(f"{meter.reserved:,} reserved by running calls")
    if meter.frees_at:
        facts.append(f"resets on {formats.moment(context, meter.frees_at).partition(',')[0]}")
    st.caption(", ".join(facts))


def _ahead(context: Context, migration_id: str) -> None:
    """Draw the forecast of tokens for asking about the uncertain fields."""
    expected = ahead(context, migration_id)
    if not expected.fields:
        return
    basis = (
        f"by {formats.counted(expected.fields_seen, 'answered field')}"
        if expected.fields_seen
        else "by assumption, until there is experience"
    )
    st.caption(
        f"Asking about its {formats.counted(expected.fields, 'unsure field')} takes about {expected.tokens:,} tokens, {basis}"
        f"{'.' if expected.fits else ': more than is left.'}"
    )


def _package(context: Context, migration_id: str, names: Mapping[str, str]) -> None:
    offers = packages(context.tenant.domain)
    held = package_of(context, migration_id)
    with st.popover("Choose a package", icon=":material/package_2:"):
        st.text(names.get(migration_id, ""))
        st.radio(
            "This migration's package",
            list(offers),
            index=list(offers).index(held),
            format_func=lambda name: offers[name].title,
            captions=[_offer(offer) for offer in offers.values()],
            key=f"{_PACKAGE}_{migration_id}",
            on_change=_choose,
            args=(migration_id,),
            disabled=not context.may("settings.edit"),
        )
        st.caption("The customer's monthly limit holds for every package.")
        if not context.may("settings.edit"):
            st.caption("Ask a manager of this customer for another package.")


def _offer(offer: Package) -> str:
    tokens = "unlimited AI tokens" if offer.ai_tokens is None else f"{offer.ai_tokens:,} AI tokens"
    price = "price by offer" if offer.price is None else formats.plain(f"${offer.price:,}")
    return f"{tokens}, {price}: {offer.about}"


def _choose(migration_id: str) -> None:
    package = st.session_state[f"{_PACKAGE}_{migration_id}"]
    act(partial(_change, migration_id, package), "Package changed")


def _change(migration_id: str, package: str, context: Context) -> None:
    choose_package(context, migration_id, package)
