"""The packages side by side: price, what each includes, which one fits what is known, and the button that chooses it."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from core.business.catalog.packages import Package, catalog, inclusions
from core.business.engagements.ordering.price import is_by_offer
from core.business.engagements.ordering.proposal import Proposal, propose
from core.business.engagements.ordering.views import DraftView
from core.context import Context
from core.kit.money import show
from pages.my_order.offers import draw_offer_button
from pages.my_order.state import store
from pages.ui import formats, widgets


def draw_packages(context: Context, view: DraftView) -> None:
    """Draw a card a package, the smallest first."""
    domain, draft = context.tenant.domain, view.draft
    offers = catalog(domain)
    proposal = propose(domain, draft.assessment)
    st.caption("Choose a package. The next step checks that it fits, and you can change it until you order.")
    with st.grid(len(offers.packages), min_column_width=230, gap="small"):
        for key, offer in offers.packages.items():
            with st.container(border=True, gap="small", height="stretch"):
                _head(domain, key, offer, is_chosen=draft.package == key, proposal=proposal)
                _contents(domain, key)
                if is_by_offer(domain, key):
                    draw_offer_button(context, key, "packages")
                else:
                    _choose(key, offer, is_chosen=draft.package == key)
    if offers.add_ons:
        with st.container(gap="xxsmall"):
            st.markdown("**Add-ons for every package**")
            for add_on in offers.add_ons.values():
                st.text(f"{add_on.title}, {add_on.about}: {whole(add_on.price, offers.currency)}")


def _head(domain: str, key: str, offer: Package, *, is_chosen: bool, proposal: Proposal | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{formats.plain(offer.title)}**", width="content")
        if is_chosen:
            widgets.badge("Chosen", "blue", icon=":material/check:")
        if proposal is not None and proposal.package == key:
            widgets.badge("Fits you", "green", icon=":material/thumb_up:")
        elif proposal is not None and key in proposal.too_small:
            widgets.badge("Too small", "orange", icon=":material/block:")
    amount = "By offer" if is_by_offer(domain, key) else whole(offer.price, catalog(domain).currency)
    st.markdown(f"### {formats.plain(amount)}")
    st.caption(formats.plain(f"{offer.about[:1].upper()}{offer.about[1:]}"))


def _contents(domain: str, key: str) -> None:
    with st.container(gap="xxsmall"):
        for text in inclusions(domain, key):
            st.markdown(f":green[:material/check:] {formats.plain(text)}")


def _choose(key: str, offer: Package, *, is_chosen: bool) -> None:
    st.button(
        "Chosen" if is_chosen else f"Choose {formats.plain(offer.title)}",
        key=f"my_order_package_{key}",
        width="stretch",
        disabled=is_chosen,
        on_click=store,
        args=({"package": key},),
    )


def whole(amount: Decimal | None, currency: str) -> str:
    """Write an amount of the price list, without cents where it has none."""
    return show(amount, currency).removesuffix(".00")
