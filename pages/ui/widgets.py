"""Small things every screen shows alike: numbers, times, figures, tables, empty states, dialogs before a deed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.context import Context
from core.kit import wording
from core.platform.access.actions import enter
from core.schema import target_schema
from pages.ui.links import PERSON, ROW_END, TENANT

STATE_COLOURS: Mapping[str, str] = {
    "draft": "gray",
    "queued": "gray",
    "running": "blue",
    "paused": "orange",
    "verifying": "blue",
    "awaiting_approval": "orange",
    "completed": "green",
    "failed": "red",
    "cancelled": "gray",
    "rolling_back": "blue",
    "rolled_back": "violet",
}
ROW_HEIGHT = 32
"""Of dense tables, in pixels."""

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])")
LEVEL_COLOURS: Mapping[str, str] = {"error": "red", "warning": "orange", "info": "gray"}


def number(value: float | None) -> str:
    """'12,345'; a dash where there is none."""
    return "–" if value is None else f"{value:,.0f}"


def counted(count: int, noun: str) -> str:
    """'1 field', '1,200 fields', '0 categories'."""
    return wording.counted(count, noun)


def percent(share: float | None) -> str:
    """A share of 1 as '84%'; floored, so that 100% means all of it."""
    return "–" if share is None else f"{int(share * 100)}%"


def words(name: str) -> str:
    """'rolled_back' as 'Rolled back'."""
    return name.replace("_", " ").capitalize()


def duration(seconds: float | None) -> str:
    """'0:42', '12:05', '1:02:33'."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def moment(context: Context, at: datetime | None) -> str:
    """'26 Nov, 09:14 EST': the time in the customer's own zone; a dash where there is none."""
    return "–" if at is None else wording.moment(at, context.tenant.zone, context.now)


def file_size(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB" if size >= 100_000 else f"{size / 1_000:,.1f} kB"


def plain(text: str) -> str:
    """Data escaped for a label, where Markdown would otherwise be read into it."""
    return _MARKS.sub(r"\\\1", text)


def heading(
    context: Context, title: str, about: str = "", *, fact: str = "", of_all_customers: bool = False
) -> None:
    """Draw the title row: title, customer, demo mark and one short fact (our own words); `about` is its tooltip.

    `of_all_customers` where the screen shows more than this customer. Buttons go to its right end, see `row_end`.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(title, anchor=False, width="content", help=about or None)
        if of_all_customers:
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


def row_end() -> DeltaGenerator:
    """The right end of the title row, for at most two buttons of the screen, one of them primary.

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


def shortened(name: str, most: int = 24) -> str:
    """The name, cut with an ellipsis beyond `most` characters."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def in_load_order(context: Context, names: Iterable[str]) -> list[str]:
    """Entities in the order they are loaded, parents first."""
    order = list(target_schema().domain(context.tenant.domain))
    return sorted(names, key=order.index)


def figures(values: Sequence[tuple[str, str]], *, notes: Mapping[str, str] | None = None) -> None:
    """A row of figures of one height: (label, value); `notes` explains a label."""
    with st.grid(len(values), min_column_width=130):
        for label, value in values:
            st.metric(label, value, border=True, help=(notes or {}).get(label))


def empty(title: str, what_to_do: str, *, icon: str = "inbox") -> None:
    """What a screen shows where there is nothing yet."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f"### :gray[:material/{icon}:]", text_alignment="center")
        st.markdown(f"**{title}**", text_alignment="center")
        st.caption(what_to_do, text_alignment="center")
        st.space("small")


def badge(label: str, colour: str, *, icon: str | None = None) -> None:
    """A badge in one of the theme's named colours (our own words)."""
    st.badge(label, icon=icon, color=colour)  # type: ignore[arg-type]  # the tables of colours hold plain text


def badge_column(label: str, colours: Mapping[str, str], **more: Any) -> Any:
    """A read-only column of coloured badges; cells hold one-element lists."""
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
    """A dense table of the named columns in that order; `alt` says what it shows to those who cannot see it.

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
        **more,
    )


def table_height(rows: int, most: int = 16) -> int | Literal["auto"]:
    """The height of a table of so many rows, in whole rows: of its own accord it would cut the eleventh in half."""
    return ROW_HEIGHT * (min(most, rows) + 1) + 4 if rows > min(most, 10) else "auto"


def confirm(title: str, consequences: Sequence[str], label: str, deed: Callable[[], None]) -> None:
    """Asks before a deed, naming what will happen (our own words and counts). `deed` runs as a callback."""

    @st.dialog(title, icon=":material/help:")
    def ask() -> None:
        for line in consequences:
            st.markdown(f"- {line}")
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Cancel"):
                st.rerun()
            if st.button(label, type="primary"):
                deed()
                st.rerun()

    ask()


def download(label: str, make: Callable[[Context], bytes], file_name: str, *, key: str) -> None:
    """A download that is made only when it is asked for, in a Context of its own."""
    person, tenant = st.session_state[PERSON], st.session_state[TENANT]

    def made() -> bytes:
        with enter(person, tenant) as context:
            return make(context)

    st.download_button(label, made, file_name, key=key, icon=":material/download:", on_click="ignore")


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Key -> label, no two alike: a select box goes by its labels, and would take one customer for its namesake."""
    count = Counter(names.values())
    return {key: name if count[name] == 1 else f"{name} ({key[-8:]})" for key, name in names.items()}
