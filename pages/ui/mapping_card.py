"""The evidence card of one field: what spoke for and against, what else it could be, and its samples after the transform.

Shown in the drawer beside the grid and in the review of one field at a time. Another target is previewed here, as the
grid's row would be, before anything is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
import streamlit as st

from core.context import Context
from core.engine.mapping import transforms, views
from core.engine.mapping.calibration.views import history
from core.engine.mapping.tables import MappingField
from core.errors import AppError
from core.kit import money
from core.schema import target_schema
from pages.ui import show as ui
from pages.ui.grid import BADGES, DECISIONS, badge
from pages.ui.mapping_grid import targets

ORIGINS = {
    "rules": ("Rules", "rule"),
    "documentation": ("Documentation", "menu_book"),
    "memory": ("Memory", "history"),
    "ai": ("AI", "auto_awesome"),
}
_WORTH_SHOWING = 0.01  # an alternative below a per cent is noise


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person has chosen on the card and not saved yet."""

    target: str | None
    transform: str
    reason: str = ""

    def is_of(self, field: MappingField) -> bool:
        return (self.target, self.transform or None) == (field.target, field.transform)


def about(context: Context, field: MappingField, source: str) -> None:
    """The field, how sure its suggestion is and how often that was right, and what hangs on it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(f"{field.stream} / {field.source_field}")
        label = badge(field.confidence)
        ui.badge(label, BADGES[label])
        name, icon = ORIGINS.get(field.origin, ORIGINS["rules"])
        ui.badge(f"Suggested by: {name}", "gray", icon=f":material/{icon}:")
        ui.badge(DECISIONS[field.status], "gray")
    at_stake = ui.counted(field.rows, "row")
    if field.money:
        at_stake += f" and {ui.plain(money.show(field.money, context.tenant.currency))}"
    st.caption(f"At stake: **{at_stake}**. {_history(context, field, source)}")


def _history(context: Context, field: MappingField, source: str) -> str:
    if field.confidence is None or field.suggested_target is None:
        return ""
    known = history(context, source, field.confidence)
    if not known.total:
        return ""
    share = known.right / known.total
    return (
        f"Suggestions this sure were right **{share:.1%} of {known.total:,} times**, {ui.plain(known.where)}."
    )


def alternatives(field: MappingField) -> list[tuple[str, float]]:
    """(target, confidence) of what else it could be, best first, the suggestion among them if another is chosen."""
    found = {str(one["target"]): float(one["confidence"]) for one in field.alternatives}
    if field.suggested_target and field.suggested_target != field.target:
        found = {field.suggested_target: field.confidence or 0.0, **found}
    return [
        (target, sure) for target, sure in found.items() if sure >= _WORTH_SHOWING and target != field.target
    ]


def choose(
    context: Context, field: MappingField, samples: Sequence[str], *, shortcuts: bool = False
) -> Choice:
    """Alternatives by one click (or their number), any other target by name, the transform and the reason.

    Then the row as it would be.
    """
    key = f"card_{field.id}_{field.version}_"
    others = alternatives(field)
    if others:
        with st.container(horizontal=True, gap="small"):
            for number, (other, sure) in enumerate(others[:5], start=1):
                st.button(
                    f"{other} ({badge(sure)})",
                    key=f"{key}alternative_{number}",
                    shortcut=str(number) if shortcuts else None,
                    on_click=_preview,
                    args=(key, field, other),
                )
    names = [target for target, _ in others]
    ranked = [*names, *(option for option in targets(context) if option not in names)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state.setdefault(key + "target", field.target if field.target in ranked else None)
        target = st.selectbox(
            "Target", ranked, key=key + "target", index=None, placeholder="Left out", width="stretch"
        )
        st.session_state.setdefault(key + "transform", field.transform or "")
        transform = st.text_input(
            "Transform",
            key=key + "transform",
            placeholder="None: read by the target's type",
            help="Calls joined by |, for example: strip | divide(100)",
            width="stretch",
        )
        reason = st.text_input(
            "Reason", key=key + "reason", placeholder="For those who read this later", width="stretch"
        )
    chosen = Choice(target, transform.strip(), reason)
    _before_after(context, field, chosen, samples)
    return chosen


def _preview(key: str, field: MappingField, target: str) -> None:
    """Another target keeps the transform where it is of the same type, and is read by its own type otherwise."""
    kinds = {target_schema().field(one).kind for one in (target, field.target) if one}
    st.session_state[key + "target"] = target
    st.session_state[key + "transform"] = (field.transform or "") if len(kinds) == 1 else ""


def _before_after(context: Context, field: MappingField, chosen: Choice, samples: Sequence[str]) -> None:
    """The samples as they stand and as they would be imported: by what is saved, and beside it by what is chosen."""
    if not samples:
        st.caption("No row has a value in this column.")
        return
    columns: dict[str, Sequence[str]] = {"In the source": samples}
    saved = Choice(field.target, field.transform or "")
    for title, choice in (("Saved", saved), ("With this choice", chosen)):
        if choice.target is None or (title == "Saved" and chosen.is_of(field)):
            continue
        try:
            columns[title] = _after(context, field, choice, samples)
        except (AppError, pl.exceptions.PolarsError) as error:
            st.badge("This transform does not fit", icon=":material/error:", color="red")
            st.text(str(error))
            return
    if "With this choice" in columns and "Saved" not in columns:
        columns["After"] = columns.pop("With this choice")
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    titles = {
        "Saved": f"Saved: {saved.target}",
        "With this choice": f"Chosen: {chosen.target}",
        "After": f"As {chosen.target}",
    }
    ui.table(
        rows,
        {name: st.column_config.TextColumn(titles.get(name, name)) for name in columns},
        alt="Samples before and after the transform",
    )


def _after(context: Context, field: MappingField, choice: Choice, samples: Sequence[str]) -> list[str]:
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


def evidence(field: MappingField) -> None:
    """What spoke for the suggestion and what against it, as bars of one scale, and how far the next best is behind."""
    if not field.evidence:
        st.caption("Nothing in the source speaks for a target field.")
        return
    weights = [float(item["weight"]) for item in field.evidence]
    scale = max(1.0, *(abs(weight) for weight in weights))
    rows = [
        {
            "Reason": item["text"],
            "Against": -weight if weight < 0 else None,
            "For": weight if weight >= 0 else None,
        }
        for item, weight in zip(field.evidence, weights, strict=True)
    ]

    def bar(label: str, colour: str) -> object:
        return st.column_config.ProgressColumn(
            label,
            min_value=0.0,
            max_value=scale,
            format="%.1f",
            color=colour,
            width=120,
        )

    ui.table(
        rows,
        {
            "Reason": st.column_config.TextColumn(width="large"),
            "Against": bar("Against", "red"),
            "For": bar("For", "green"),
        },
        alt="What spoke for and against the suggestion",
    )
    st.caption(
        f"{_runner_up(field)} Weights are log odds: 1.0 makes the target 2.7 times as likely, 3.0 makes it 20 times."
    )


def _runner_up(field: MappingField) -> str:
    if not field.alternatives or field.confidence is None:
        return "There is no runner-up."
    best = max(field.alternatives, key=lambda one: float(one["confidence"]))
    margin = (field.confidence - float(best["confidence"])) * 100
    return f"Runner-up: {ui.plain(str(best['target']))} with {badge(float(best['confidence']))}, {margin:.0f} points behind."


def past(context: Context, field: MappingField) -> None:
    """Every decision about the field, the newest first."""
    mine = views.decisions(context, field.migration_id, field_id=field.id)
    if not mine:
        return
    names = views.person_names(context, {made.person_id for made in mine})
    ui.table(
        [
            {
                "When": ui.moment(context, made.created_at),
                "Who": names.get(made.person_id, ""),
                "From": made.before.get("target") or "–",
                "To": made.after.get("target") or "–",
                "Decision": "Taken back" if made.undoes else _deed(made.after),
                "Reason": made.reason or "",
            }
            for made in mine
        ],
        {"When": None, "Who": None, "From": None, "To": None, "Decision": None, "Reason": None},
        alt="Decisions about this field",
    )


def _deed(after: dict[str, object]) -> str:
    if "second" in after:
        return "Confirmed"
    if rule := after.get(views.RULE):
        return f"Accepted, {rule}"
    return DECISIONS.get(str(after.get("status")), "")
