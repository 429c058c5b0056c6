"""Widgets every screen shows alike: title row, sections, figures, tables, empty states, badges, questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.context import Context
from pages.ui.formats import plain, shortened
from pages.ui.links import ROW_END
from pages.ui.watermark import watermark

ROW_HEIGHT = 32
"""Of dense tables, in pixels."""


def heading(
    context: Context,
    title: str,
    about: str = "",
    *,
    fact: str = "",
    of_all_customers: bool = False,
    is_personal: bool = False,
) -> None:
    """Draw the title row: title, customer, demo mark and one short fact (our own words); `about` is its tooltip.

    `of_all_customers` where the screen shows more than this customer, `is_personal` where it shows the person's own
    things. Buttons go to its right end, see `row_end`.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(title, anchor=False, width="content", help=about or None)
        if is_personal:
            pass
        elif of_all_customers:
            st.badge("All customers", icon=":material/public:", color="gray")
        else:
            st.badge(plain(shortened(context.tenant.name)), icon=":material/storefront:", color="blue")
        if context.tenant.is_demo:
            st.badge("Demo data", icon=":material/science:", color="violet")
        if fact:
            st.markdown(f":gray[{fact}]", width="content")
        st.space("stretch")
        st.session_state[ROW_END] = st.container(
            horizontal=True, vertical_alignment="center", gap="small", width="content"
        )
    if context.tenant.is_demo:
        watermark()


def row_end() -> DeltaGenerator:
    """Return the right end of the title row, for at most two buttons of the screen, one of them primary.

    In a fragment that has no title row of its own it is a row at the right of the page.
    """
    end: DeltaGenerator | None = st.session_state.get(ROW_END)
    if end is None:
        return st.container(
            horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"
        )
    return end


def section(title: str) -> None:
    """Head a section of the screen (our own words): one level below the title."""
    st.header(title, anchor=False)


def figures(values: Sequence[tuple[str, str]], *, notes: Mapping[str, str] | None = None) -> None:
    """Draw a row of figures of one height: (label, value); `notes` explains a label."""
    with st.grid(len(values), min_column_width=130):
        for label, value in values:
            st.metric(label, value, border=True, help=(notes or {}).get(label))


def empty(title: str, what_to_do: str, *, icon: str = "inbox") -> None:
    """Draw the empty state of a screen, with what to do about it."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f"### :gray[:material/{icon}:]", text_alignment="center")
        st.markdown(f"**{title}**", text_alignment="center")
        st.caption(what_to_do, text_alignment="center")
        st.space("small")


def badge(label: str, colour: str, *, icon: str | None = None) -> None:
    """Draw a badge in one of the theme's named colours (our own words)."""
    st.badge(label, icon=icon, color=colour)  # type: ignore[arg-type]  # the tables of colours hold plain text


def badge_column(label: str, colours: Mapping[str, str], **more: Any) -> Any:
    """Configure a read-only column of coloured badges; cells hold one-element lists."""
    return st.column_config.MultiselectColumn(
        label, options=list(colours), color=list(colours.values()), disabled=True, **more
    )


def table(
    rows: Sequence[Mapping[str, Any]] | pd.DataFrame,
    columns: Mapping[str, Any],
    *,
    alt: str,
    most: int = 16,
    **more: Any,
) -> Any:
    """Draw a dense table of the named columns in that order; `alt` describes it to those who cannot see it.

    Longer than `most` rows, it scrolls; up to there no row is cut.
    """
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows), columns=list(columns))
    return st.dataframe(
        frame,
        hide_index=True,
        column_order=list(columns),
        column_config={name: config for name, config in columns.items() if config is not None},
        row_height=ROW_HEIGHT,
        height=table_height(len(frame), most),
        alt=alt,
        **({"placeholder": "–"} | more),
    )


def table_height(rows: int, most: int = 16) -> int | Literal["auto"]:
    """Return the height of a table in whole rows: by default Streamlit cuts the eleventh in half."""
    return ROW_HEIGHT * (min(most, rows) + 1) + 4 if rows > min(most, 10) else "auto"


def confirm(title: str, consequences: Sequence[str], label: str, action: Callable[[], None]) -> None:
    """Ask before an action, naming what will happen (our own words and counts); `action` runs as a callback."""

    @st.dialog(title, icon=":material/help:")
    def ask() -> None:
        for line in consequences:
            st.markdown(f"- {line}")
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Cancel"):
                st.rerun()
            if st.button(label, type="primary"):
                action()
                st.rerun()

    ask()
