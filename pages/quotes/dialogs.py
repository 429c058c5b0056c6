"""The dialogs of a quote: send it or its new link, withdraw it, refuse its discount."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.business.sales.prospects.views import prospect
from core.business.sales.quotes.approval import refuse_discount
from core.business.sales.quotes.rules import MAX_TEXT, QuoteState
from core.business.sales.quotes.views import QuoteDetails
from core.business.sales.sending import renew_link, send_quote, withdraw_quote
from core.context import Context
from pages.quotes.listing import LINKS
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import act, live

STATE = st.session_state
SIDE = SideDialogs("quote_dialog")
NO_EMAIL = "No e-mail: the contact has no e-mail address"
SEND, RENEW, WITHDRAW, REFUSE = "send", "renew", "withdraw", "refuse"
_BY_EMAIL, _REASON = "quote_by_email", "quote_reason"


def send_dialog(quote: QuoteDetails, series: Sequence[QuoteDetails], kind: str) -> None:
    """Say what sending does, and ask whether the link is mailed."""
    is_first = kind == SEND

    @st.dialog("Send quote" if is_first else "New link", icon=":material/send:", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(kind)
        with live() as context:
            for line in _consequences(quote, series) if is_first else ["The link before opens no longer."]:
                st.markdown(f"- {line}")
            has_email = prospect(context, quote.prospect_id, with_contact=False).has_email
            by_email = st.checkbox(
                "E-mail the link to the contact",
                value=has_email and is_first,
                disabled=not has_email,
                help=None if has_email else "The contact has no e-mail address",
                key=_BY_EMAIL,
            )
            _answer(
                "Send quote" if is_first else "Make new link",
                lambda: _send(quote, kind, by_email=by_email and has_email, has_email=has_email),
            )

    body()


def withdraw_dialog(quote: QuoteDetails) -> None:
    """Ask before a sent quote is taken back."""

    @st.dialog("Withdraw quote", icon=":material/undo:", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(WITHDRAW)
        with live():
            st.markdown("- The link of the prospect opens no longer.\n- A new version can be written.")
            reason = st.text_input("Reason (optional)", key=_REASON, max_chars=MAX_TEXT)
            _answer(
                "Withdraw quote",
                lambda: act(
                    lambda context: withdraw_quote(context, quote.id, reason or ""), "Quote withdrawn"
                ),
            )

    body()


def refuse_dialog(quote: QuoteDetails) -> None:
    """Ask for the reason of a refusal."""

    @st.dialog("Refuse discount", icon=":material/block:", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(REFUSE)
        with live():
            reason = st.text_input("Reason", key=_REASON, max_chars=MAX_TEXT)
            _answer(
                "Refuse discount",
                lambda: act(
                    lambda context: refuse_discount(context, quote.id, reason or ""), "Discount refused"
                ),
            )

    body()


def _consequences(quote: QuoteDetails, series: Sequence[QuoteDetails]) -> list[str]:
    lines = [f"The prospect can read, accept and decline it until {quote.valid_until:%-d %b %Y}."]
    lines += [
        f"{version.number_text} is replaced: its link opens no longer."
        for version in series
        if version.state == QuoteState.SENT
    ]
    return [*lines, "It cannot be changed any more. A change is a new version."]


def _send(quote: QuoteDetails, kind: str, *, by_email: bool, has_email: bool) -> None:
    def work(context: Context) -> str:
        if kind == SEND:
            return send_quote(context, quote.id, by_email=by_email, updated_at=quote.updated_at)
        return renew_link(context, quote.id, by_email=by_email)

    if by_email:
        done = "Quote sent" if kind == SEND else "New link sent"
    else:
        done = f"Link created. {'No e-mail was sent' if has_email else NO_EMAIL}"
    if address := act(work, done):
        STATE[LINKS] = {quote.id: address}


def _answer(label: str, run: Callable[[], object]) -> None:
    def confirm() -> None:
        SIDE.close()
        run()

    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Cancel", key="quote_dialog_cancel", on_click=SIDE.close)
        st.button(label, type="primary", key="quote_dialog_confirm", on_click=confirm)
