"""The evidence card of one field: how far its confidence can be trusted, what speaks for and against, and its samples.

Shown beside the grid in short, in the drawer and in the review of one field at a time in full. Another target is
previewed here before anything is saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from core.context import Context
from core.engine.mapping import transforms, views
from core.engine.mapping.calibration.rules import ENOUGH
from core.engine.mapping.calibration.views import history
from core.engine.mapping.review import is_set_by_hand
from core.engine.mapping.tables import MappingField
from core.engine.sources import views as sources
from core.errors import AppError
from core.kit import money
from core.kit.wording import counted
from core.schema import target_schema, target_title
from pages.mapping.deciding import Choice, alternatives, choice_key, odds_of, prefer
from pages.mapping.edits import DECISIONS, badge_colours, standing_badge
from pages.mapping.state import conflicts, required_targets, targets
from pages.ui import widgets as ui

ORIGINS = {
    "rules": ("Rules", "rule"),
    "documentation": ("Documentation", "menu_book"),
    "memory": ("Memory", "history"),
    "ai": ("AI", "auto_awesome"),
}
_REASONS = 3


def standing(context: Context, field: MappingField) -> None:
    """The badge: confidence of the suggestion, or who set the target."""
    show_standing(standing_of(context, field))


def standing_of(context: Context, field: MappingField) -> str:
    """The badge's label."""
    names = views.person_names(context, {field.decided_by})
    return standing_badge(field, field.decided_by, context.person, names)


def show_standing(label: str) -> None:
    ui.badge(label, badge_colours([label])[label])


def about(context: Context, field: MappingField) -> None:
    """The field, its confidence, who suggested it, and what hangs on it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(f"{field.stream} / {field.source_field}")
        standing(context, field)
        if not is_set_by_hand(field):
            name, icon = ORIGINS.get(field.origin, ORIGINS["rules"])
            ui.badge(f"Suggested by: {name}", "gray", icon=f":material/{icon}:")
        ui.badge(DECISIONS[field.status], "gray")
    amount = ui.counted(field.rows, "row")
    if field.money:
        amount += f" and {ui.plain(money.show(field.money, context.tenant.currency))}"
    st.markdown(f"Amount affected: **{amount}**. {trust(context, field)}")
    warnings(context, field)


def trust(context: Context, field: MappingField) -> str:
    """How often suggestions of this confidence were right, in one sentence; who set the target where a person did."""
    if is_set_by_hand(field):
        return "A person set this target; no confidence was computed for it."
    if field.confidence is None or field.suggested_target is None:
        return "No target was suggested."
    past = history(context, sources.migration(context, field.migration_id).source, field.confidence)
    if past.total < ENOUGH:
        return "Not enough reviews yet to tell how often this confidence is correct."
    return f"At this confidence, **{past.right:,} of {past.total:,}** suggestions were correct."


def warnings(context: Context, field: MappingField) -> None:
    """Shows what is wrong with the field's mapping as it is saved."""
    show_warnings(warnings_of(context, field))


def warnings_of(context: Context, field: MappingField) -> list[str]:
    """What is wrong with the field's mapping as it is saved, in sentences."""
    warned = views.warnings_of(
        context,
        field,
        required=required_targets(context, field.migration_id),
        conflicts=conflicts(context, field.migration_id),
    )
    return [warning.text for warning in warned]


def show_warnings(texts: Sequence[str]) -> None:
    for text in texts:
        st.markdown(f":orange[:material/warning:] {ui.plain(text)}")


def choose(context: Context, field: MappingField, samples: Sequence[str]) -> Choice:
    """Alternatives by a click (or their number), any other target by name, transform and reason; then the preview."""
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
        st.caption(ui.plain(target_schema().field(target).meaning))
    choice = Choice(target, (transform or "").strip(), reason or "")
    _before_after(context, field, choice, samples)
    return choice


def _alternative_buttons(field: MappingField, key: str) -> None:
    others = alternatives(field)[:5]
    if not others:
        return
    shown = dict(odds_of(field))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for number, (target, percent) in enumerate(others, start=1):
            st.button(
                f"{ui.plain(target_title(target))} {percent}% :gray[{number}]",
                key=f"{key}alternative_{number}",
                on_click=prefer,
                args=(field, target),
            )
        st.caption(f"None of these {shown.get(None, 0)}%", width="content")


def odds_line(field: MappingField) -> str:
    """'Alternatives: Order › Subtotal 2%, none of these 1%', escaped; '' without any."""
    parts = [
        f"{target_title(target)} {percent}%" if target else f"none of these {percent}%"
        for target, percent in odds_of(field)
        if (target is None or target != field.target) and (percent or target)
    ]
    return ui.plain(f"Alternatives: {', '.join(parts)}") if parts else ""


def _before_after(context: Context, field: MappingField, choice: Choice, samples: Sequence[str]) -> None:
    """The samples as they stand and as they would be imported: by what is saved, and beside it by what is chosen."""
    if not samples:
        st.caption("No row has a value in this column.")
        return
    columns: dict[str, Sequence[str]] = {"In the source": samples}
    saved = Choice(field.target, field.transform or "")
    for title, shown in (("Saved", saved), ("With this choice", choice)):
        if shown.target is None or (title == "Saved" and choice.is_of(field)):
            continue
        try:
            columns[title] = after(context, field, shown, samples)
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
    ui.table(
        rows,
        {name: st.column_config.TextColumn(titles.get(name, name)) for name in columns},
        alt="Samples before and after the transform",
    )


def after(context: Context, field: MappingField, choice: Choice, samples: Sequence[str]) -> list[str]:
    """The samples as the target would hold them; AppError or PolarsError where the transform does not fit."""
    plan = views.plan_frame(context, field.migration_id)
    frame = pl.DataFrame({field.source_field: list(samples)}, schema={field.source_field: pl.String})
    target = target_schema().field(choice.target or "")
    expr = transforms.compile(transforms.parse(choice.transform), [pl.col(field.source_field)], target, plan)
    return [_shown(value) for value in frame.select(expr.alias("after")).to_series().to_list()]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "cannot be read" if value is None else str(value)


def reasons(field: MappingField, evidence_of: Sequence[Mapping[str, Any]], *, besides: Sequence[str]) -> None:
    """The strongest reasons for and against the present target, in one line each; none of the sentences `besides`."""
    evidence = [reason for reason in evidence_of if reason["text"] not in besides]
    for reason in evidence[:_REASONS]:
        if field.target is None:
            st.markdown(f":small[:gray[:material/info:] {ui.plain(str(reason['text']))}]")
            continue
        sign = ":green[:material/add:]" if float(reason["weight"]) >= 0 else ":red[:material/remove:]"
        st.markdown(f":small[{sign} {ui.plain(str(reason['text']))}]")
    if not evidence and not besides:
        st.caption("Nothing in the source speaks for or against a target.")


def evidence(context: Context, field: MappingField) -> None:
    """What speaks for the present target and what against it, as bars of one scale."""
    items = views.evidence_of(context, field)
    if not items:
        st.caption("Nothing in the source speaks for a target field.")
        return
    weights = [float(item["weight"]) for item in items]
    against, supports = ("Against", "For") if field.target else ("For a target", "For no target")
    scale = max(1.0, *(abs(weight) for weight in weights))
    ui.table(
        [
            {
                "Reason": item["text"],
                against: -weight if weight < 0 else None,
                supports: weight if weight >= 0 else None,
            }
            for item, weight in zip(items, weights, strict=True)
        ],
        {
            "Reason": st.column_config.TextColumn(width="large"),
            against: _bar(against, "red" if field.target else "gray", scale),
            supports: _bar(supports, "green" if field.target else "gray", scale),
        },
        alt="What speaks for and against the target",
    )
    if is_set_by_hand(field):
        st.caption(
            "A person set this target: these are checks of the name and the samples, not a confidence."
        )
    else:
        st.caption("Weights are log odds: 1.0 makes the target 2.7 times as likely, 3.0 makes it 20 times.")


def _bar(label: str, colour: str, scale: float) -> object:
    return st.column_config.ProgressColumn(
        label, min_value=0.0, max_value=scale, format="%.1f", color=colour, width=120
    )


def past(context: Context, field: MappingField) -> None:
    """Every decision about the field, the newest first."""
    log = views.decisions(context, field.migration_id, field_id=field.id)
    if not log:
        return
    names = views.person_names(context, {decision.person_id for decision in log})
    ui.table(
        [
            {
                "When": ui.moment(context, decision.created_at),
                "Who": names.get(decision.person_id, ""),
                "From": target_title(decision.before.get("target")),
                "To": target_title(decision.after.get("target")),
                "Decision": "Undone" if decision.undoes else _decided(decision.after),
                "Reason": decision.reason or "",
            }
            for decision in log
        ],
        {"When": None, "Who": None, "From": None, "To": None, "Decision": None, "Reason": None},
        alt="Decisions about this field",
    )


def _decided(after_decision: Mapping[str, Any]) -> str:
    if "second" in after_decision:
        return "Approved"
    if rule := after_decision.get(views.RULE):
        return f"Accepted, {rule}"
    return DECISIONS.get(str(after_decision.get("status")), "")


def stakes(context: Context, field: MappingField) -> str:
    """'1,200 rows · $15,950.00', escaped."""
    amount = f" · {money.show(field.money, context.tenant.currency)}" if field.money else ""
    return ui.plain(f"{counted(field.rows, 'row')}{amount}")
