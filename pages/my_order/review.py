"""Review: the whole order once more, each part with the way back to it, and the button that submits it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import streamlit as st

from core.business.catalog.packages import catalog, package
from core.business.catalog.pricing import Price
from core.business.engagements.ordering.actions import Submitted, submit_order
from core.business.engagements.ordering.draft import ADD_ONS, ASSESSMENT, PACKAGE, PAYMENT, Draft, first_gap
from core.business.engagements.ordering.price import order_price
from core.business.engagements.ordering.questions import answer_text, questions
from core.business.engagements.ordering.views import DraftView
from core.context import Context
from core.kit.money import ZERO, show
from core.kit.wording import listed
from pages.my_order.payment import offers_of
from pages.my_order.price import draw_instalments, draw_lines
from pages.my_order.state import store
from pages.ui import formats
from pages.ui.frame import act

STATE = st.session_state
_AGREED = "my_order_agreed"


def draw_review(context: Context, view: DraftView) -> None:
    """Draw everything that is ordered; what is missing stands in place of the price."""
    domain, draft = context.tenant.domain, view.draft
    _summary(domain, draft)
    needed = first_gap(domain, draft)
    if needed is not None or draft.package is None or draft.payment_plan is None:
        if needed is not None:
            st.markdown(":orange[:material/edit:] **Something is missing**")
            st.text(f"{needed.message} {needed.hint}")
            st.button("Complete it", key="my_order_complete", on_click=store, args=({"step": needed.step},))
        return
    priced = order_price(
        domain, draft.package, locations=draft.locations, add_ons=draft.add_ons, plan=draft.payment_plan
    )
    plan = next(offer for offer in offers_of(context, view) if offer.key == draft.payment_plan)
    draw_lines(priced.lines, priced.currency, _sums(priced, plan.title))
    draw_instalments(plan.instalments, priced.currency)
    st.checkbox(f"I am authorised to order this for {formats.plain(context.tenant.name)}.", key=_AGREED)
    is_agreed = bool(STATE.get(_AGREED))
    st.button(
        f"Submit order, {formats.plain(show(priced.total, priced.currency))}",
        type="primary",
        icon=":material/send:",
        key="my_order_submit",
        width="stretch",
        disabled=not is_agreed,
        help=None if is_agreed else "Confirm first that you may order.",
        on_click=partial(_submit, view.id, view.version),
    )


def _sums(priced: Price, plan: str) -> list[tuple[str, Decimal]]:
    sums: list[tuple[str, Decimal]] = [("Subtotal", priced.subtotal)]
    if priced.plan_discount > ZERO:
        percent = f"{priced.plan_discount_percent.normalize():f}"
        sums.append((f"{plan}, {percent}% off", -priced.plan_discount))
    return [*sums, ("Total", priced.total)]


def _summary(domain: str, draft: Draft) -> None:
    """Draw package, answers, add-ons and payment plan, each with a button that leads back to it."""
    offers = catalog(domain)
    title = package(domain, draft.package).title if draft.package else "None"
    _part("Package", [title], PACKAGE)
    answers = [
        f"{question.label}: {answer_text(question, draft.assessment.get(question.key))}"
        for question in questions(domain)
    ]
    _part("About you", answers, ASSESSMENT)
    if offers.add_ons:
        _part("Add-ons", [listed([offers.add_ons[key].title for key in draft.add_ons]) or "None"], ADD_ONS)
    plan = offers.payment_plans[draft.payment_plan].title if draft.payment_plan else "None"
    months = f", {draft.plan_months} months" if draft.plan_months else ""
    _part("Payment", [f"{plan}{months}"], PAYMENT)


def _part(label: str, texts: Sequence[str], step: str) -> None:
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{label}**", width="content")
            st.space("stretch")
            st.button(
                "Edit",
                key=f"my_order_edit_{step}",
                type="tertiary",
                icon=":material/edit:",
                help=f"Change: {label}",
                on_click=store,
                args=({"step": step},),
            )
        for text in texts:
            st.text(text)


def _submit(draft_id: str, version: int) -> None:
    STATE.pop(_AGREED, None)
    act(lambda context: submit_order(context, draft_id, version), _done)


def _done(result: Submitted) -> str:
    return (
        f"Order {result.number} submitted"
        if result.is_new
        else f"Order {result.number} was submitted already"
    )
