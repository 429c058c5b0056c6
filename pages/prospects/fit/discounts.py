"""The location discounts: the table that holds, edited by who may edit prices, and its history."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from core.business.catalog.discounts import price_drops
from core.business.catalog.packages import Band
from core.business.sales.location_discounts import (
    DiscountVersion,
    discount_history,
    set_location_discounts,
)
from core.context import Context
from pages.ui import formats
from pages.ui.frame import act

STATE = st.session_state
_FROM, _PERCENT = "From locations", "Discount %"


def draw_discounts(context: Context, domain: str) -> None:
    """Draw the table in a popover, with its versions."""
    newest, *older = discount_history(context, domain)
    with st.popover("Location discounts", icon=":material/percent:", width="content"):
        st.caption("The discount of a band holds for every location of an order.")
        if context.may("price.edit"):
            _editor(domain, newest)
        else:
            _table(newest)
        for start, count in price_drops(newest.bands):
            numbers = f"{count:,} to {start - 1:,}" if count < start - 1 else f"{count:,}"
            st.caption(f":orange[:material/warning:] {numbers} locations cost more than {start:,}.")
        st.markdown("**History**")
        with st.container(gap="xxsmall"):
            for version in (newest, *older)[:6]:
                st.caption(_described(context, version))


def _frame(version: DiscountVersion) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _FROM: pd.Series([band.from_locations for band in version.bands], dtype="Int64"),
            _PERCENT: pd.Series([float(band.percent) for band in version.bands], dtype="float64"),
        }
    )


def _table(version: DiscountVersion) -> None:
    st.dataframe(
        _frame(version),
        hide_index=True,
        alt="Location discounts: from how many locations, and the discount in percent",
    )


def _editor(domain: str, version: DiscountVersion) -> None:
    key = f"fit_bands_{domain}_{version.version}"
    edited = st.data_editor(
        _frame(version),
        num_rows="dynamic",
        hide_index=True,
        key=key,
        column_config={
            _FROM: st.column_config.NumberColumn(min_value=1, step=1, required=True, width=130),
            _PERCENT: st.column_config.NumberColumn(
                min_value=0, max_value=100, step=0.01, required=True, width=110
            ),
        },
    )
    st.button(
        "Save discounts",
        key="fit_bands_save",
        disabled=edited.equals(_frame(version)),
        help="Quotes that exist keep their prices",
        on_click=_save,
        args=(domain, version.version, edited.to_dict("records")),
    )


def _save(domain: str, version: int, rows: list[dict[Any, Any]]) -> None:
    bands = [
        Band(from_locations=int(row[_FROM]), percent=Decimal(str(row[_PERCENT])))
        for row in rows
        if not (pd.isna(row[_FROM]) or pd.isna(row[_PERCENT]))
    ]
    act(
        lambda context: set_location_discounts(context, domain, bands, version),
        "Location discounts saved",
    )


def _described(context: Context, version: DiscountVersion) -> str:
    bands = ", ".join(f"{band.percent:f}% from {band.from_locations:,}" for band in version.bands)
    who = (
        f"{formats.plain(version.person or 'a colleague')}, {formats.moment(context, version.created_at)}"
        if version.version
        else "Price list"
    )
    return f"{who}: {bands or 'no discounts'}"
