"""Whose messages the outbox shows: this customer's, or for staff also the operator's own (invitations, sign-in)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st

from core.context import Context
from core.errors import AppError
from core.platform.access.actions import enter, require
from core.platform.access.views import operator_of
from pages.ui import formats
from pages.ui.links import NOTICE, PERSON
from pages.ui.refusals import keep_fault

R = TypeVar("R")
PERMISSION = "outbox.read"


@contextmanager
def chosen_scope(context: Context) -> Iterator[Context]:
    """Draw the choice where there are both, and open a Context for it."""
    operator = operator_of(context.person)
    if operator is None or operator.slug == context.tenant.slug:
        yield context
        return
    labels = {
        context.tenant.slug: formats.plain(context.tenant.name),
        operator.slug: formats.plain(operator.name),
    }
    slug = st.segmented_control(
        "Messages of",
        list(labels),
        format_func=labels.__getitem__,
        default=context.tenant.slug,
        required=True,
        key=f"outbox_scope_{context.tenant.slug}",
        label_visibility="collapsed",
    )
    if slug != operator.slug:
        yield context
        return
    with enter(context.person, operator.slug) as operator_context:
        require(operator_context, PERMISSION)
        yield operator_context


def act_at(slug: str, work: Callable[[Context], R], done: str = "") -> R | None:
    """Run a write of a callback where the message is; a refusal is shown on top of the page."""
    try:
        with enter(str(st.session_state[PERSON]), slug) as context:
            result = work(context)
    except AppError as error:
        keep_fault(error)
        return None
    if done:
        st.session_state[NOTICE] = done
    return result
