"""The dialog in which a partner is added, edited or ended."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from core.business.specialists.partners.actions import add_partner, edit_partner, set_partner_active
from core.business.specialists.partners.rules import MAX_NAME, MAX_SHARE, MIN_SHARE, PartnerDetails
from core.business.specialists.partners.views import PartnerView, partner
from core.context import Context
from core.platform.access.customers.countries import countries
from pages.ui.dialogs import SideDialogs, ask_inside
from pages.ui.frame import act, live

STATE = st.session_state
DIALOGS = SideDialogs("partners_dialog")
ADD = "add"
_FIELDS = ("name", "country", "share", "referral", "contact")


def edit_dialog(row: PartnerView | None) -> None:
    """Draw the dialog of a partner, None for a new one."""
    dialog_name = row.id if row else ADD

    @st.dialog("Partner" if row else "Add partner", icon=":material/handshake:", on_dismiss=DIALOGS.close)
    def body() -> None:
        DIALOGS.leave_unless(dialog_name)
        with live() as context:
            _form(context, row)

    body()


def _form(context: Context, row: PartnerView | None) -> None:
    details = partner(context, row.id) if row else None
    keys = {field: f"partner_{row.id if row else ADD}_{field}" for field in _FIELDS}
    st.text_input("Name", details.name if details else "", max_chars=MAX_NAME, key=keys["name"])
    codes = list(countries())
    chosen_code = details.country if details else context.tenant.country
    st.selectbox(
        "Country",
        codes,
        index=codes.index(chosen_code) if chosen_code in codes else 0,
        format_func=lambda code: countries()[code].name,
        key=keys["country"],
    )
    first, second = st.columns(2)
    for column, field, label, value in (
        (first, "share", "Share of orders it leads, %", details.share_percent if details else Decimal(25)),
        (
            second,
            "referral",
            "Share of orders it brings, %",
            details.referral_percent if details else MIN_SHARE,
        ),
    ):
        column.number_input(
            label,
            min_value=float(MIN_SHARE),
            max_value=float(MAX_SHARE),
            value=float(value),
            step=0.5,
            format="%.2f",
            key=keys[field],
            help="Changes hold for orders that are assigned or credited from now on",
        )
    st.text_input(
        "Contact (optional)", details.contact if details else "", max_chars=MAX_NAME, key=keys["contact"]
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Cancel", key="partner_cancel", on_click=DIALOGS.close)
        st.button("Save", type="primary", key="partner_save", on_click=_save, args=(row and row.id, keys))
    if row:
        _activity(row)


def _activity(row: PartnerView) -> None:
    ask_inside(
        "partner_end" if row.is_active else "partner_resume",
        "End partnership…" if row.is_active else "Resume partnership…",
        ["Its people are candidates no more; running assignments and earnings stay."]
        if row.is_active
        else ["Its people are candidates again."],
        "End partnership" if row.is_active else "Resume partnership",
        lambda: _set_active(row.id, is_active=not row.is_active),
    )


def _save(partner_id: str | None, keys: dict[str, str]) -> None:
    details = PartnerDetails(
        str(STATE[keys["name"]]),
        str(STATE[keys["country"]]),
        Decimal(f"{STATE[keys['share']]:.2f}"),
        Decimal(f"{STATE[keys['referral']]:.2f}"),
        str(STATE[keys["contact"]]),
    )

    def write(context: Context) -> str:
        if partner_id is None:
            return add_partner(context, details)
        edit_partner(context, partner_id, details)
        return partner_id

    if act(write, "Partner saved"):
        DIALOGS.close()


def _set_active(partner_id: str, *, is_active: bool) -> None:
    def write(context: Context) -> str:
        set_partner_active(context, partner_id, is_active=is_active)
        return partner_id

    if act(write, "Partner resumed" if is_active else "Partnership ended"):
        DIALOGS.close()
