"""The wizard: where one is, the step, and Back and Continue. Each step stands in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from core.business.engagements.ordering.draft import (
    ADD_ONS,
    ASSESSMENT,
    PACKAGE,
    PAYMENT,
    REVIEW,
    STEPS,
    steps_of,
)
from core.business.engagements.ordering.views import DraftView
from core.context import Context
from pages.my_order.add_ons import draw_add_ons
from pages.my_order.assessment import answers_typed, draw_assessment
from pages.my_order.packages import draw_packages
from pages.my_order.payment import draw_payment
from pages.my_order.review import draw_review
from pages.my_order.state import advance, draw_gap, store

_BODIES: Mapping[str, Callable[[Context, DraftView], None]] = {
    PACKAGE: draw_packages,
    ASSESSMENT: draw_assessment,
    ADD_ONS: draw_add_ons,
    PAYMENT: draw_payment,
    REVIEW: draw_review,
}


def draw_wizard(context: Context, view: DraftView) -> None:
    """Draw the step that the draft is at, and the buttons that lead to its neighbours."""
    steps = steps_of(context.tenant.domain)
    step = view.draft.step if view.draft.step in steps else steps[0]
    at = steps.index(step)
    st.progress((at + 1) / len(steps), text=f"Step {at + 1} of {len(steps)}: {STEPS[step]}")
    _BODIES[step](context, view)
    draw_gap()
    with st.container(horizontal=True, gap="small"):
        if at:
            st.button(
                "Back",
                icon=":material/arrow_back:",
                key=f"my_order_back_{step}",
                on_click=_back,
                args=(step, steps[at - 1]),
            )
        if step != REVIEW:
            st.button(
                "Continue",
                type="primary",
                icon=":material/arrow_forward:",
                icon_position="right",
                key=f"my_order_continue_{step}",
                on_click=partial(_continue, context.tenant.domain, step, steps[at + 1]),
            )


def _typed(step: str, domain: str) -> dict[str, Any]:
    """Return what the fields of a step hold that may not be stored yet."""
    return {"assessment": answers_typed(domain)} if step == ASSESSMENT else {}


def _continue(domain: str, step: str, target: str) -> None:
    advance(domain, step, target, _typed(step, domain))


def _back(_step: str, target: str) -> None:
    store({"step": target})
