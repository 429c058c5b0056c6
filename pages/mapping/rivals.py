"""Several columns that claim one target: keep one, join them, or exclude all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.actions import Decision
from core.engine.mapping.views import FieldRow, Rivals
from core.engine.transforms.number_readings import split_reading
from core.schema import target_schema, target_title
from pages.mapping.deciding.undo import remember_undo
from pages.mapping.state.edits import BADGES, badge
from pages.mapping.state.keys import note, reload
from pages.ui import formats, widgets
from pages.ui.frame import act

MAX_CONFLICTS = 20


def rival_sources(context: Context, migration_id: str) -> None:
    """List targets that several columns of one table claim, to keep one, join them, or exclude them all."""
    conflicts = views.contested_rows(context, migration_id)
    if not conflicts:
        widgets.empty(
            "No duplicate mapping", "Every target has one column, or joins several.", icon="call_merge"
        )
        return
    st.caption(
        "Keep the column that feeds the target, or join them. Until then only one of them is sure to be imported."
    )
    samples = views.samples_for(context, migration_id)
    for rivals in conflicts[:MAX_CONFLICTS]:
        _rivals(context, migration_id, rivals, samples)
    if len(conflicts) > MAX_CONFLICTS:
        st.caption(f"{len(conflicts) - MAX_CONFLICTS:,} more follow when these are resolved.")


def _rivals(
    context: Context, migration_id: str, rivals: Rivals, samples: Mapping[tuple[str, str], Sequence[str]]
) -> None:
    may = context.may("mapping.edit")
    with st.container(border=True, gap="small"):
        st.text(f"{rivals.stream} → {target_title(rivals.target)}")
        widgets.table(
            [
                {
                    "Source column": row.source_field,
                    "Confidence": [badge(row.confidence)],
                    "Samples": ", ".join(samples.get((row.stream, row.source_field), ())),
                    "Transform": row.transform or "",
                }
                for row in rivals.fields
            ],
            {
                "Source column": None,
                "Confidence": widgets.badge_column("Confidence", BADGES, width=110),
                "Samples": None,
                "Transform": None,
            },
            alt="Columns that claim the target",
        )
        with st.container(horizontal=True, gap="small"):
            for row in rivals.fields:
                st.button(
                    f"Keep {formats.plain(row.source_field)}",
                    key=f"keep_{row.id}",
                    disabled=not may,
                    on_click=_keep,
                    args=(migration_id, rivals, row),
                )
            for label, transform in joins_for(rivals):
                st.button(
                    f"Join: {label}",
                    key=f"join_{transform}_{rivals.fields[0].id}",
                    icon=":material/join:",
                    disabled=not may,
                    on_click=_join,
                    args=(migration_id, rivals, transform),
                )
            st.button(
                "Exclude both" if len(rivals.fields) == 2 else "Exclude all",
                key=f"none_{rivals.fields[0].id}",
                type="tertiary",
                disabled=not may,
                on_click=_keep,
                args=(migration_id, rivals, None),
            )


def joins_for(rivals: Rivals) -> list[tuple[str, str]]:
    """List (label, transform) that join the rivals into one value; a conversion they share follows the sum.

    Words are converted each before they follow each other.
    """
    kind = target_schema().field(rivals.target).kind
    shared = {field.transform for field in rivals.fields}
    conversion = next(iter(shared)) if len(shared) == 1 else None
    after = f" | {conversion}" if conversion else ""
    joins: list[tuple[str, str]] = []
    if kind in {"money", "int", "decimal"}:
        reading, remainder = split_reading(conversion)
        joins.append(("add them up", " | ".join(filter(None, (reading, "sum", remainder)))))
    if kind == "text":
        joins.append(("one after the other", f"{conversion} | concat(' ')" if conversion else "concat(' ')"))
    if kind == "datetime" and len(rivals.fields) == 2:
        joins.append(("a day and its time", "combine_date_time"))
    if kind not in {"money", "int", "decimal"} or after or shared == {None}:
        joins.append(("the first that is filled", f"coalesce{after}"))
    return joins


def _keep(migration_id: str, rivals: Rivals, source: FieldRow | None) -> None:
    title = target_title(rivals.target)
    reason = f"{source.source_field} feeds {title}" if source else f"None of them is {title}"
    decisions = [
        Decision(row.id, row.version, row.target, row.transform, "accepted", reason)
        if row is source
        else Decision(row.id, row.version, None, None, "ignored", reason)
        for row in rivals.fields
    ]
    _resolve(migration_id, decisions, f"Resolved {title}")


def _join(migration_id: str, rivals: Rivals, transform: str) -> None:
    """Join the columns: the first has the joining transform, the others are its further sources."""
    title = target_title(rivals.target)
    reason = f"Joined into {title}"
    first, *joined_rows = rivals.fields
    decisions = [
        *(Decision(row.id, row.version, rivals.target, None, "edited", reason) for row in joined_rows),
        Decision(first.id, first.version, rivals.target, transform, "edited", reason),
    ]
    _resolve(migration_id, decisions, f"Joined columns into {title}")


def _resolve(migration_id: str, decisions: list[Decision], label: str) -> None:
    batch = act(lambda context: actions.decide_many(context, decisions, looked=True, label=label))
    if batch:
        remember_undo(migration_id, batch, label, fields=len(decisions))
        note(f"{formats.plain(label)}. Undo with U.")
    reload()
