"""Choose a time that is free for both sides: first the day, then the slot, each by both clocks."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from core.business.engagements.sessions.allowance import duration
from core.business.engagements.sessions.views import OfferedSlots, offered_slots
from core.business.specialists.availability.intervals import Interval
from core.context import Context
from core.kit.money import show as show_money
from pages.ui.formats import plain


def choose_slot(
    context: Context, order_id: str, kind: str, specialist_id: str, *, but_session: str | None = None
) -> Interval | None:
    """Draw the offered slots; return the one that was chosen, None before."""
    offer = offered_slots(context, order_id, kind, specialist_id, but_session=but_session)
    return draw_slots(offer)


def draw_slots(offer: OfferedSlots) -> Interval | None:
    """Draw days and slots of an offer; times of both sides where their clocks differ."""
    if not offer.slots:
        st.warning(
            f"No time of the next weeks is free for both sides. Customer: {offer.customer_zone}, "
            f"specialist: {offer.specialist.zone}.",
            icon=":material/event_busy:",
        )
        return None
    clock = ZoneInfo(offer.customer_zone)
    days = list(dict.fromkeys(slot.start.astimezone(clock).date() for slot in offer.slots))
    day = st.selectbox(
        "Day", days, format_func=lambda value: f"{value:%a} {value.day} {value:%b %Y}", key="sessions_day"
    )
    of_day = [slot for slot in offer.slots if slot.start.astimezone(clock).date() == day]
    slot = st.radio(
        f"Time ({offer.customer_zone})",
        of_day,
        format_func=lambda value: slot_label(value, offer.customer_zone, offer.specialist.zone),
        key="sessions_slot",
        index=None,
    )
    return slot if slot in of_day else None


def slot_label(slot: Interval, customer_zone: str, specialist_zone: str) -> str:
    """Write a slot by the customer's clock, and by the specialist's where it shows another time."""
    first, second = (_clock(slot, zone) for zone in (customer_zone, specialist_zone))
    return first if first == second else f"{first} (specialist {second})"


def _clock(slot: Interval, zone: str) -> str:
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in (slot.start, slot.end))
    return f"{start:%a %H:%M}–{end:%H:%M} {end:%Z}"


def draw_charge(offer: OfferedSlots) -> bool:
    """Say what goes beyond the package, and ask whether it is charged."""
    if not offer.beyond:
        return False
    price = offer.meter.price_of(offer.beyond)
    amount = f": {show_money(price, offer.meter.currency)}" if price is not None else ""
    st.warning(
        plain(f"{duration(offer.beyond)} beyond the package ({offer.meter.words})"),
        icon=":material/payments:",
    )
    return st.checkbox(plain(f"Charge {duration(offer.beyond)}{amount}"), key="sessions_charge")
