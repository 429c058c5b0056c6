"""The hours in which a customer takes part in sessions: read, or changed by the customer's contact and the staff."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.business.engagements.sessions.customer_hours import HoursView, customer_hours, set_customer_hours
from core.business.specialists.roster.rules import WEEKDAYS, parse_spans, spans_text
from core.context import Context
from core.errors import InvalidInputError
from core.kit.wording import listed
from pages.ui.formats import plain
from pages.ui.frame import act

STATE = st.session_state
_SAVED = "customer_hours_saved"
"""Key of the session: how often hours were saved; each time the fields take what is stored."""


def draw_customer_hours(context: Context, label: str) -> None:
    """Draw the hours of the context's customer in an expander named `label`, as fields for who may set them."""
    view = customer_hours(context)
    with st.expander(label, icon=":material/schedule:"):
        st.caption(plain(f"By the clock in {view.zone}.{' Nobody has set them yet.' * view.is_assumed}"))
        if context.may("guided_session.hours"):
            _form(view, f"customer_hours_{STATE.get(_SAVED, 0)}")
        else:
            _read(view)


def _form(view: HoursView, key: str) -> None:
    with st.form(key, border=False, enter_to_submit=False):
        for number, (weekday, label) in enumerate(WEEKDAYS.items()):
            if number % 2 == 0:
                columns = st.columns(2, gap="small")
            columns[number % 2].text_input(
                label,
                spans_text(view.hours.get(weekday, ())),
                key=f"{key}_{weekday}",
                placeholder="Closed, or 09:00-12:00, 13:00-17:00",
            )
        columns[1].text_input(
            "Closed on",
            ", ".join(day.isoformat() for day in view.closed_on),
            key=f"{key}_closed",
            placeholder="2026-12-25, 2026-12-26",
            help="Days without any hours, such as holidays",
        )
        st.form_submit_button("Save hours", type="primary", on_click=_save, args=(key,))


def _read(view: HoursView) -> None:
    for weekday, label in WEEKDAYS.items():
        st.text(f"{label}: {spans_text(view.hours.get(weekday, ())) or 'closed'}")
    if view.closed_on:
        st.text(f"Closed on {listed([f'{day:%-d %b %Y}' for day in view.closed_on])}")


def _save(key: str) -> None:
    def save(context: Context) -> bool:
        hours = {weekday: parse_spans(str(STATE[f"{key}_{weekday}"])) for weekday in WEEKDAYS}
        set_customer_hours(context, hours, _days(str(STATE[f"{key}_closed"])))
        return True

    if act(save, "Hours saved. Sessions are offered inside them from now on"):
        STATE[_SAVED] = STATE.get(_SAVED, 0) + 1


def _days(text: str) -> list[date]:
    """Read days as people type them, with commas between. InvalidInputError for what is no day."""
    days = []
    for part in filter(None, map(str.strip, text.split(","))):
        try:
            days.append(date.fromisoformat(part))
        except ValueError:
            raise InvalidInputError(
                f"{part[:20]!r} is no day.", hint="Write days like 2026-12-25, with commas between."
            ) from None
    return days
