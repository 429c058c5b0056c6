"""Exchange rates: the list, with the dialogs that enter one and import a file."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.business.billing.currencies import MAX_RATE_AGE
from core.business.billing.rates.stored import rate_text
from core.business.billing.rates.views import RatesView, RateView, exchange_rates
from core.context import Context
from pages.rates.entry import DIALOGS, ENTER, enter_dialog, open_entry
from pages.rates.upload import IMPORT, import_dialog, open_import
from pages.ui import formats, widgets


def show(context: Context) -> None:
    view = exchange_rates(context)
    widgets.heading(context, "Exchange rates", fact=_fact(view), of_all_customers=True)
    if context.may("rate.edit"):
        with widgets.row_end():
            st.button("Import CSV", icon=":material/upload_file:", key="rates_import", on_click=open_import)
            st.button(
                "Enter rate", type="primary", icon=":material/add:", key="rates_enter", on_click=open_entry
            )
    if view.is_stale:
        st.warning(
            f"The newest rate is more than {MAX_RATE_AGE} days old: payments in the other currency cannot be recorded.",
            icon=":material/schedule:",
        )
    if view.rates:
        _table(context, view.rates)
    else:
        widgets.empty(
            "No exchange rates yet",
            "Enter the rate of a day, or import a CSV file."
            if context.may("rate.edit")
            else "A manager enters the rate of a day here.",
            icon="currency_exchange",
        )
    if DIALOGS.opened == ENTER:
        enter_dialog()
    elif DIALOGS.opened == IMPORT:
        import_dialog()


def _fact(view: RatesView) -> str:
    newest = view.newest
    if newest is None:
        return ""
    rate = newest.rate
    return formats.plain(f"1 {rate.base} = {rate_text(rate.rate)} {rate.quote} on {rate.day:%-d %b %Y}")


def _table(context: Context, rates: Sequence[RateView]) -> None:
    widgets.table(
        [
            {
                "Day": row.day,
                "1 unit of": row.rate.base,
                "In": row.rate.quote,
                "Rate": rate_text(row.value),
                "Source": row.rate.source,
                "Entered": f"{row.person or 'a former colleague'}, {formats.moment(context, row.entered_at)}",
                "Correction": row.correction or None,
            }
            for row in rates
        ],
        {
            "Day": st.column_config.DateColumn(format="D MMM YYYY", width=100),
            "1 unit of": st.column_config.TextColumn(width=75),
            "In": st.column_config.TextColumn(width=60),
            "Rate": st.column_config.TextColumn(width=100, alignment="right"),
            "Source": None,
            "Entered": None,
            "Correction": None,
        },
        alt="Exchange rates by day, with their source and who entered them",
        most=20,
    )
