"""The payment plans: what each comes to, and the instalments of the one chosen."""

from __future__ import annotations

import streamlit as st

from core.business.billing.plans import EXTENDED, MAX_MONTHS, MIN_MONTHS
from core.business.catalog.packages import catalog
from core.business.engagements.ordering.price import PlanOffer, plan_offers
from core.business.engagements.ordering.views import DraftView
from core.context import Context
from core.kit.money import ZERO, show
from pages.my_order.price import draw_instalments
from pages.my_order.state import seeded, store_field
from pages.ui import formats


def draw_payment(context: Context, view: DraftView) -> None:
    """Draw a choice a plan with its total, the months of the extended one, and its instalments."""
    draft = view.draft
    offers = offers_of(context, view)
    if not offers:
        st.caption("Choose a package first.")
        return
    currency = catalog(context.tenant.domain).currency
    by_key = {offer.key: offer for offer in offers}
    key = seeded("payment_plan", draft.payment_plan)
    st.radio(
        "How do you pay?",
        list(by_key),
        index=None,
        key=key,
        format_func=lambda plan: _label(by_key[plan], currency),
        captions=[_about(offer, currency) for offer in offers],
        on_change=store_field,
        args=("payment_plan", key),
    )
    if draft.payment_plan == EXTENDED:
        months = seeded("months", draft.months)
        st.number_input(
            "Months",
            MIN_MONTHS,
            MAX_MONTHS,
            step=1,
            key=months,
            help=f"From {MIN_MONTHS} to {MAX_MONTHS} equal instalments; the last one takes the cents.",
            on_change=store_field,
            args=("months", months),
        )
    if draft.payment_plan in by_key:
        draw_instalments(by_key[draft.payment_plan].instalments, currency)


def offers_of(context: Context, view: DraftView) -> list[PlanOffer]:
    """List the payment plans for what the draft chooses, as if it was ordered today; none without a package."""
    draft = view.draft
    if draft.package is None:
        return []
    return plan_offers(
        context.tenant.domain,
        draft.package,
        locations=draft.locations,
        add_ons=draft.add_ons,
        months=draft.months,
        signed_on=context.today,
    )


def _label(offer: PlanOffer, currency: str) -> str:
    return formats.plain(f"{offer.title}, {show(offer.total, currency)}")


def _about(offer: PlanOffer, currency: str) -> str:
    saving = ""
    if offer.saving > ZERO:
        saving = f", {offer.discount_percent.normalize():f}% off: you save {show(offer.saving, currency)}"
    return formats.plain(f"{offer.about}{saving}")
