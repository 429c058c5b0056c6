"""The fields of a draft: package, locations, price, discount, payment plan, days, ROI version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import streamlit as st

from core.business.billing.plans import EXTENDED, MAX_MONTHS, MIN_MONTHS
from core.business.catalog.packages import catalog
from core.business.sales.quotes.rules import (
    DISCOUNT_LIMIT,
    MAX_LOCATIONS,
    MAX_TEXT,
    QuoteTerms,
)
from core.kit.money import show
from pages.quotes.days import draw_days, draw_roi
from pages.ui import widgets


def draw_fields(
    form: str, domain: str, package: str, terms: QuoteTerms, today: date, roi: dict[str, int]
) -> tuple[str, QuoteTerms]:
    """Draw the fields, filled with a package and terms; return what stands in them. `form` keys the widgets."""
    offers = catalog(domain)
    with st.container(border=True, gap="small"):
        widgets.section("Package")
        wide, narrow = st.columns([0.65, 0.35], gap="small")
        package = wide.selectbox(
            "Package",
            list(offers.packages),
            index=list(offers.packages).index(package),
            format_func=lambda key: f"{offers.packages[key].title}, {offers.packages[key].about}",
            key=f"{form}_package",
        )
        locations = narrow.number_input(
            "Locations" if domain == "restaurant" else "Schools",
            1,
            MAX_LOCATIONS,
            value=terms.locations,
            placeholder="How many",
            key=f"{form}_locations",
        )
        terms = replace(terms, locations=None if locations is None else int(locations))
        terms = _unit_price(form, domain, package, terms)
        if offers.add_ons:
            add_ons = st.pills(
                "Add-ons",
                list(offers.add_ons),
                default=[key for key in terms.add_ons if key in offers.add_ons],
                selection_mode="multi",
                format_func=lambda key: (
                    f"{offers.add_ons[key].title} {show(offers.add_ons[key].price, offers.currency)}".replace(
                        "$", "\\$"
                    )
                ),
                key=f"{form}_add_ons",
            )
            terms = replace(terms, add_ons=tuple(key for key in offers.add_ons if key in add_ons))
    with st.container(border=True, gap="small"):
        widgets.section("Discount and payment")
        terms = _payment(form, domain, _discount(form, terms))
    with st.container(border=True, gap="small"):
        widgets.section("Dates")
        terms = draw_days(form, terms, today)
        terms = replace(terms, roi_case_id=draw_roi(form, terms, roi))
    return package, terms


def _unit_price(form: str, domain: str, package: str, terms: QuoteTerms) -> QuoteTerms:
    offers = catalog(domain)
    usual = offers.packages[package].price_per_location
    if usual is None:
        return replace(terms, unit_price=None, price_note="")
    price = st.number_input(
        f"Price per location ({offers.currency})",
        min_value=0.0,
        value=float(usual if terms.unit_price is None else terms.unit_price),
        step=50.0,
        format="%.2f",
        key=f"{form}_unit_price",
        help="A price below the list counts as a discount",
    )
    amount = Decimal(f"{price or 0:.2f}")
    if amount == usual:
        return replace(terms, unit_price=None, price_note="")
    note = st.text_input(
        "Note on the price",
        terms.price_note,
        max_chars=MAX_TEXT,
        key=f"{form}_price_note",
        help="For colleagues. The prospect does not see it.",
    )
    return replace(terms, unit_price=amount, price_note=note or "")


def _discount(form: str, terms: QuoteTerms) -> QuoteTerms:
    narrow, wide = st.columns([0.35, 0.65], gap="small")
    percent = narrow.number_input(
        "Discount %",
        0.0,
        100.0,
        value=float(terms.discount_percent),
        step=1.0,
        format="%.2f",
        key=f"{form}_discount",
        help=f"Above {DISCOUNT_LIMIT}% a manager approves",
    )
    reason = wide.text_input(
        "Reason of the discount",
        terms.discount_reason,
        max_chars=MAX_TEXT,
        key=f"{form}_discount_reason",
        help="For whoever approves it. The prospect does not see it.",
    )
    return replace(terms, discount_percent=Decimal(f"{percent or 0:.2f}"), discount_reason=reason or "")


def _payment(form: str, domain: str, terms: QuoteTerms) -> QuoteTerms:
    plans = catalog(domain).payment_plans
    plan = st.segmented_control(
        "Payment plan",
        list(plans),
        default=terms.payment_plan,
        required=True,
        format_func=lambda key: plans[key].title,
        key=f"{form}_plan",
    )
    months = None
    if plan == EXTENDED:
        months = st.number_input(
            "Months", MIN_MONTHS, MAX_MONTHS, value=terms.months or MIN_MONTHS, key=f"{form}_months"
        )
    return replace(terms, payment_plan=plan, months=None if months is None else int(months))
