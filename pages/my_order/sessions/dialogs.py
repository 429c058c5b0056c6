"""The dialogs in which a customer chooses the time of a session, or another one with a reason."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.sessions.allowance import duration
from core.business.engagements.sessions.kinds import session_kind
from core.business.engagements.sessions.own import (
    awaited_session,
    book_own_session,
    move_own_session,
    own_moving_slots,
    own_slots,
)
from core.business.engagements.sessions.rules import MAX_REASON
from core.business.engagements.sessions.views import guided_session
from core.context import Context
from pages.ui.delivery import session_state as state
from pages.ui.delivery.session_slots import draw_charge, draw_slots
from pages.ui.delivery.session_state import DIALOG
from pages.ui.formats import plain

CHOOSE, MOVE = "choose_own", "move_own"
"""Names of the dialogs: about an order (id), about a session (id)."""
_TITLES = {CHOOSE: "Choose a time", MOVE: "Move session"}


def draw_session_dialog() -> None:
    """Draw the dialog that is open; once a page."""
    name = DIALOG.opened
    if name not in _TITLES:
        return

    @st.dialog(_TITLES[name], icon=":material/event:", width="medium", on_dismiss=DIALOG.close)
    def body() -> None:
        DIALOG.leave_unless(name)
        with state.customer_of_dialog() as context:
            (_choose if name == CHOOSE else _move)(context, state.subject_of_dialog()[1])

    body()


def _choose(context: Context, order_id: str) -> None:
    awaited = awaited_session(context, order_id)
    if awaited is None:
        st.text("No session waits for a time.")
        return
    offer = own_slots(context, order_id, awaited.kind)
    length = f"{duration(session_kind(awaited.kind).minutes)} with {awaited.specialist}"
    st.markdown(f"**{awaited.title} session**, {plain(length)}")
    slot = draw_slots(offer)
    is_accepted = draw_charge(offer)
    state.buttons(
        "Book session",
        lambda inner: (
            slot and book_own_session(inner, order_id, awaited.kind, slot.start, accept_charge=is_accepted)
        ),
        "Session scheduled. The invitation comes by e-mail",
        disabled=slot is None or (bool(offer.beyond) and not is_accepted),
    )


def _move(context: Context, session_id: str) -> None:
    view = guided_session(context, session_id)
    st.markdown(f"**{view.title} session**, {plain(f'with {view.specialist}')}")
    st.text(f"Booked for {view.when.partition(' / ')[0]}")
    slot = draw_slots(own_moving_slots(context, session_id))
    reason = st.text_input("Reason", key="sessions_reason", max_chars=MAX_REASON) or ""
    state.buttons(
        "Move session",
        lambda inner: slot and move_own_session(inner, session_id, slot.start, reason),
        "Session moved. The new invitation comes by e-mail",
        disabled=slot is None or not reason.strip(),
    )
