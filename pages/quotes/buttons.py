"""The buttons of a quote: one primary button for its state, and a menu for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.business.sales.quotes.actions import new_version
from core.business.sales.quotes.approval import approve_discount, request_approval
from core.business.sales.quotes.rules import QuoteState
from core.business.sales.quotes.views import QuoteDetails
from core.context import Context
from pages.quotes.dialogs import (
    REFUSE,
    RENEW,
    SEND,
    SIDE,
    WITHDRAW,
    refuse_dialog,
    send_dialog,
    withdraw_dialog,
)
from pages.quotes.proposal import draw_proposal
from pages.ui.frame import act
from pages.ui.links import turn_to
from pages.ui.quote_words import EDIT, PATH, QUOTE

STATE = st.session_state
_MENU = "quote_menu"
_EDIT, _REFUSE, _RENEW, _WITHDRAW, _REVISE = (
    "Edit draft",
    "Refuse discount…",
    "New link…",
    "Withdraw quote…",
    "New version",
)


def draw_buttons(context: Context, quote: QuoteDetails, series: Sequence[QuoteDetails]) -> None:
    """Draw what may be done with the quote in its state, by the person's role."""
    newest = series[0]
    draw_proposal(context, quote)
    if not (context.may("quote.edit") or context.may("quote.approve")):
        return
    if newest.version > quote.version:
        st.button(
            f"Open {newest.number_text}",
            key="quote_newest",
            on_click=_open,
            args=(newest.id,),
            type="primary",
        )
    entries = _entries(context, quote, is_newest=newest.id == quote.id)
    if entries:
        st.menu_button(
            "More",
            list(entries),
            key=_MENU,
            icon=":material/more_horiz:",
            on_click=_run_entry,
            args=(entries,),
        )
    if newest.id == quote.id:
        _primary(context, quote)


def _entries(context: Context, quote: QuoteDetails, *, is_newest: bool) -> dict[str, Callable[[], None]]:
    entries: dict[str, Callable[[], None]] = {}
    if quote.state == QuoteState.DRAFT:
        entries[_EDIT] = lambda: turn_to(PATH, **{EDIT: quote.id})
        if quote.awaits_approval and context.may("quote.approve"):
            entries[_REFUSE] = lambda: SIDE.open(REFUSE)
    if quote.state == QuoteState.SENT:
        if is_newest:
            entries[_REVISE] = lambda: _revise(quote.id)
        entries[_RENEW] = lambda: SIDE.open(RENEW)
        entries[_WITHDRAW] = lambda: SIDE.open(WITHDRAW)
    return entries


def _run_entry(entries: Mapping[str, Callable[[], None]]) -> None:
    entries[STATE[_MENU]]()


def _primary(context: Context, quote: QuoteDetails) -> None:
    if quote.state == QuoteState.DRAFT:
        _next_of_draft(context, quote)
    elif quote.state in {QuoteState.DECLINED, QuoteState.EXPIRED}:
        st.button("New version", type="primary", key="quote_revise", on_click=_revise, args=(quote.id,))
    elif quote.state == QuoteState.ACCEPTED and quote.customer_id:
        st.button(
            "Open customer",
            type="primary",
            key="quote_customer",
            on_click=turn_to,
            args=("customers",),
            kwargs={"customer": quote.customer_id},
        )


def _next_of_draft(context: Context, quote: QuoteDetails) -> None:
    if not quote.awaits_approval:
        st.button("Send quote…", type="primary", key="quote_send", on_click=SIDE.open, args=(SEND,))
    elif context.may("quote.approve"):
        st.button("Approve discount", type="primary", key="quote_approve", on_click=_approve, args=(quote,))
    else:
        st.button(
            "Approval asked for" if quote.approval_asked_at else "Ask for approval",
            type="primary",
            key="quote_ask",
            disabled=quote.approval_asked_at is not None,
            help="A manager approves the discount before the quote is sent",
            on_click=_ask,
            args=(quote.id,),
        )


def _approve(quote: QuoteDetails) -> None:
    act(lambda context: approve_discount(context, quote.id, updated_at=quote.updated_at), "Discount approved")


def _ask(quote_id: str) -> None:
    act(lambda context: request_approval(context, quote_id), "Managers were told")


def _revise(quote_id: str) -> None:
    if draft := act(lambda context: new_version(context, quote_id)):
        turn_to(PATH, **{EDIT: draft})


def _open(quote_id: str) -> None:
    turn_to(PATH, **{QUOTE: quote_id})


def draw_dialogs(quote: QuoteDetails, series: Sequence[QuoteDetails]) -> None:
    """Draw the dialog that a button opened."""
    if SIDE.opened in {SEND, RENEW}:
        send_dialog(quote, series, SIDE.opened)
    elif SIDE.opened == WITHDRAW:
        withdraw_dialog(quote)
    elif SIDE.opened == REFUSE:
        refuse_dialog(quote)
