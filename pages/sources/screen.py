"""Sources: what arrives from each system, what does not, and the documents and day it was checked against."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from adapters import SOURCES
from core.context import Context
from core.engine.sources.coverage.views import NO, PARTLY, YES, SourceCoverage, coverage
from core.kit.wording import counted
from pages.ui import widgets
from pages.ui.formats import plain

_COLOURS = {YES: "green", PARTLY: "orange", NO: "gray"}
_SYSTEM = "system"
_NARROW, _PER_LETTER, _PADDING = 60, 6.2, 20
"""Width of a column of badges, in pixels: what the longest badge needs, and what a header does."""


def show(context: Context) -> None:
    sources = coverage(context, SOURCES)
    widgets.heading(
        context,
        "Sources",
        "Systems whose exports are read as documented. Files of other systems are matched by column names and values.",
        fact=counted(len(sources), "system"),
    )
    if not sources:
        widgets.empty(
            "No system of this kind is documented yet",
            "Files are matched by their column names and values. Check the mapping before the import.",
            icon="database",
        )
        return
    _overview(sources)
    by_name = {source.name: source for source in sources}
    name = st.segmented_control(
        "System",
        list(by_name),
        default=sources[0].name,
        required=True,
        format_func=lambda name: by_name[name].label,
        key=_SYSTEM,
        bind="query-params",
        label_visibility="collapsed",
    )
    _details(by_name[name or sources[0].name])


def _overview(sources: Sequence[SourceCoverage]) -> None:
    """Draw a row a system, a column an area."""
    labels = [area.label for area in sources[0].areas]
    widgets.table(
        [
            {"System": source.label, "Checked": source.checked}
            | {area.label: [area.answer] for area in source.areas}
            for source in sources
        ],
        {
            "System": st.column_config.TextColumn(pinned=True, width=134),
            **{label: widgets.badge_column(label, _COLOURS, width=_width(label)) for label in labels},
            "Checked": st.column_config.DateColumn(format="D MMM YYYY", width=96),
        },
        alt="Data that each system gives",
    )


def _width(label: str) -> int:
    return max(_NARROW, round(len(label) * _PER_LETTER) + _PADDING)


def _details(source: SourceCoverage) -> None:
    """Draw what a system gives area by area, from which streams, and what its declaration notes."""
    widgets.section(source.label)
    documents = " · ".join(f"[{plain(document.name)}]({document.url})" for document in source.documents)
    st.markdown(f":gray[Checked on {source.checked:%-d %B %Y} against] {documents}")
    widgets.table(
        [
            {
                "Data": area.label,
                "Imported": [area.answer],
                "Limits": area.note or None,
                "From": ", ".join(area.streams) or None,
            }
            for area in source.areas
        ],
        {
            "Data": st.column_config.TextColumn(width=110),
            "Imported": widgets.badge_column("Imported", _COLOURS, width=84),
            "Limits": st.column_config.TextColumn(width=460),
            "From": st.column_config.TextColumn(
                width=240, help="Lists of the API, or tables of the export, that hold it"
            ),
        },
        alt=f"What {source.label} gives",
    )
    for note in source.notes:
        st.markdown(f":gray[:material/info:] {plain(note)}")
