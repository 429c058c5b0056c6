"""Choose another target and transform for a field, with samples before and after; nothing is saved yet."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import polars as pl
import streamlit as st

from core.context import Context
from core.engine import transforms
from core.engine.mapping import views
from core.engine.mapping.views import FieldDetail
from core.errors import AppError
from core.schema import target_schema, target_title
from pages.mapping.deciding.choice import Choice, alternatives, choice_key, odds_of, prefer
from pages.mapping.state.reads import targets
from pages.ui import formats, widgets


def choose_target(context: Context, field: FieldDetail, samples: Sequence[str]) -> Choice:
    """Draw alternatives as buttons, any target by name, transform and reason; then the preview."""
    key = choice_key(field)
    _alternative_buttons(field, key)
    titles = targets(context)
    names = [target for target, _ in alternatives(field)]
    ranked = [*names, *(target for target in titles.values() if target not in names)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state.setdefault(f"{key}target", field.target if field.target in ranked else None)
        target = st.selectbox(
            "Target",
            ranked,
            key=f"{key}target",
            index=None,
            format_func=target_title,
            placeholder="Excluded",
            width="stretch",
        )
        st.session_state.setdefault(f"{key}transform", field.transform or "")
        transform = st.text_input(
            "Transform",
            key=f"{key}transform",
            placeholder="None: read by the target's type",
            help="Calls joined by |, for example: strip | divide(100)",
            width="stretch",
        )
        reason = st.text_input(
            "Reason", key=f"{key}reason", placeholder="Optional, for later readers", width="stretch"
        )
    if target:
        st.caption(formats.plain(target_schema().field(target).meaning))
    choice = Choice(target, (transform or "").strip(), reason or "")
    _before_after(context, field, choice, samples)
    return choice


def _alternative_buttons(field: FieldDetail, key: str) -> None:
    options = alternatives(field)[:5]
    if not options:
        return
    percents = dict(odds_of(field))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for number, (target, percent) in enumerate(options, start=1):
            st.button(
                f"{formats.plain(target_title(target))} {percent}% :gray[{number}]",
                key=f"{key}alternative_{number}",
                on_click=prefer,
                args=(field, target),
            )
        st.caption(f"None of these {percents.get(None, 0)}%", width="content")


def odds_line(field: FieldDetail) -> str:
    """List the alternatives: 'Alternatives: Order › Subtotal 2%, none of these 1%', escaped; '' without any."""
    parts = [
        f"{target_title(target)} {percent}%" if target else f"none of these {percent}%"
        for target, percent in odds_of(field)
        if (target is None or target != field.target) and (percent or target)
    ]
    return formats.plain(f"Alternatives: {', '.join(parts)}") if parts else ""


def _before_after(context: Context, field: FieldDetail, choice: Choice, samples: Sequence[str]) -> None:
    """Draw samples as in the file and as imported, by the saved mapping and by the chosen one."""
    if not samples:
        st.caption("No row has a value in this column.")
        return
    columns: dict[str, Sequence[str]] = {"In the source": samples}
    saved = Choice(field.target, field.transform or "")
    for title, mapping in (("Saved", saved), ("With this choice", choice)):
        if mapping.target is None or (title == "Saved" and choice.is_of(field)):
            continue
        try:
            columns[title] = transformed(context, field, mapping, samples)
        except (AppError, pl.exceptions.PolarsError) as error:
            st.badge("This transform does not fit", icon=":material/error:", color="red")
            st.text(str(error))
            return
    if "With this choice" in columns and "Saved" not in columns:
        columns["After"] = columns.pop("With this choice")
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    titles = {
        "Saved": f"Saved: {target_title(saved.target)}",
        "With this choice": f"Chosen: {target_title(choice.target)}",
        "After": f"As {target_title(choice.target)}",
    }
    widgets.table(
        rows,
        {name: st.column_config.TextColumn(titles.get(name, name)) for name in columns},
        alt="Samples before and after the transform",
    )


def transformed(context: Context, field: FieldDetail, choice: Choice, samples: Sequence[str]) -> list[str]:
    """Transform the samples for the target; AppError or PolarsError where the transform does not fit."""
    settings = views.import_settings(context, field.migration_id)
    frame = pl.DataFrame({field.source_field: list(samples)}, schema={field.source_field: pl.String})
    target = target_schema().field(choice.target or "")
    expr = transforms.compile_chain(
        transforms.parse(choice.transform), [pl.col(field.source_field)], target, settings
    )
    return [_cell_text(value) for value in frame.select(expr.alias("after")).to_series().to_list()]


def _cell_text(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "cannot be read" if value is None else str(value)
