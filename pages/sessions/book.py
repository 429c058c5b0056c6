"""The dialog that books a session of an order: kind, specialist, a time that is free for both sides, and a charge."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.sessions.actions import book_session
from core.business.engagements.sessions.allowance import duration
from core.business.engagements.sessions.kinds import session_kind, session_rules
from core.business.engagements.sessions.views import offered_slots, order_sessions
from pages.ui.delivery import session_state as state
from pages.ui.delivery.session_slots import draw_charge, draw_slots
from pages.ui.delivery.session_state import BOOK, DIALOG


def book_dialog() -> None:
    """Draw the dialog where it is open."""
    if DIALOG.opened != BOOK:
        return

    @st.dialog("Book session", icon=":material/event:", width="medium", on_dismiss=DIALOG.close)
    def body() -> None:
        DIALOG.leave_unless(BOOK)
        with state.customer_of_dialog() as context:
            sessions = order_sessions(context, state.subject_of_dialog()[1])
            kinds = list(session_rules().kinds)
            first = sessions.missing[0] if sessions.missing else kinds[0]
            kind_column, person_column = st.columns(2, gap="small")
            kind = kind_column.selectbox(
                "Session", kinds, kinds.index(first), format_func=_kind_label, key="sessions_kind"
            )
            names = {member.id: member.name for member in sessions.team}
            person = person_column.selectbox(
                "Specialist", list(names), format_func=names.__getitem__, key="sessions_person"
            )
            if person is None:
                st.warning("Nobody is in the team of this order. Assign a specialist first.")
                return
            offer = offered_slots(context, sessions.order_id, kind, person)
            slot = draw_slots(offer)
            is_accepted = draw_charge(offer)
            state.buttons(
                "Book session",
                lambda inner: (
                    slot
                    and book_session(
                        inner, sessions.order_id, kind, person, slot.start, accept_charge=is_accepted
                    )
                ),
                "Session scheduled. The invitation goes out by e-mail",
                disabled=slot is None or (bool(offer.beyond) and not is_accepted),
            )

    body()


def _kind_label(key: str) -> str:
    kind = session_kind(key)
    return f"{kind.title}, {duration(kind.minutes)}"
