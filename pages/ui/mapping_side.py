"""The drawer beside the grid: why a field was suggested, what else it could be, its transform before and after, its history."""

from __future__ import annotations

import polars as pl
import streamlit as st

from core.context import Context
from core.engine.mapping import actions, transforms, views
from core.engine.mapping.tables import MappingField
from core.engine.plan import Plan
from core.errors import AppError, NotFoundError
from core.schema import target_schema
from pages.ui import show as ui
from pages.ui.frame import act, here, refusal
from pages.ui.grid import BADGES, DECISIONS, badge
from pages.ui.mapping_grid import reload, targets


@st.dialog("Mapping of one field", icon=":material/rule:", position="right", width="large")
def drawer(migration_id: str, field_id: str) -> None:
    try:
        with here() as context:
            found = _field(context, migration_id, field_id)
            samples = views.samples_for(context, migration_id).get((found.stream, found.source_field), [])
            _about(found, samples)
            if context.may("mapping.edit"):
                _edit(context, found, samples)
            _evidence(found)
            _history(context, migration_id, found)
    except AppError as error:
        refusal(error)


def _field(context: Context, migration_id: str, field_id: str) -> MappingField:
    for found in views.mapping_fields(context, migration_id):
        if found.id == field_id:
            return found
    raise NotFoundError("This field is not part of the mapping any more.", hint="Close, and reload the page.")


def _about(found: MappingField, samples: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"{found.stream} / {found.source_field}")
        label = badge(found.confidence)
        ui.badge(label, BADGES[label])
        st.badge(DECISIONS[found.status], color="gray")
    st.caption("Values in the source")
    st.code("\n".join(samples) or "(all empty)", language=None)


def _edit(context: Context, found: MappingField, samples: list[str]) -> None:
    key = f"side_{found.id}_{found.version}_"
    options = targets(context)
    sure = {
        str(other["target"]): other["confidence"]
        for other in found.alternatives
        if other["confidence"] >= 0.01
    }
    ranked = [*sure, *(option for option in options if option not in sure)]
    target = st.selectbox(
        "Target",
        ranked,
        index=ranked.index(found.target) if found.target in ranked else None,
        format_func=lambda name: f"{name}  ({badge(sure[name])})" if name in sure else name,
        key=key + "target",
        help="Alternatives first, with their confidence.",
        placeholder="Left out",
    )
    transform = st.text_input(
        "Transform",
        found.transform or "",
        key=key + "transform",
        placeholder="None: read by the target's type",
        help="Calls joined by |, for example: strip | divide(100)",
    )
    if target:
        _before_after(context, target, transform, samples)
    reason = st.text_input("Reason", key=key + "reason", placeholder="For those who read this later")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Leave out", key=key + "out", icon=":material/block:"):
            _decide(found, None, "", "ignored", reason)
        if st.button("Save", key=key + "save", type="primary", icon=":material/check:", disabled=not target):
            same = (target, transform or None) == (found.target, found.transform)
            _decide(found, target, transform, "accepted" if same else "edited", reason)


def _before_after(context: Context, target: str, transform: str, samples: list[str]) -> None:
    """The samples through the transform, in the target's type; what cannot be read is said."""
    if not samples:
        return
    tenant = context.tenant
    plan = Plan(tenant.domain, "", (), tenant.zone, tenant.currency, tenant.country)
    frame = pl.DataFrame({"Before": samples}, schema={"Before": pl.String})
    try:
        after = transforms.compile(
            transforms.parse(transform), [pl.col("Before")], target_schema().field(target), plan
        )
        done = frame.with_columns(after.alias("After"))["After"].to_list()
    except (AppError, pl.exceptions.PolarsError) as error:
        st.badge("This transform does not fit", icon=":material/error:", color="red")
        st.text(str(error))
        return
    rows = [{"Before": before, "After": _shown(now)} for before, now in zip(samples, done, strict=True)]
    ui.table(rows, {"Before": None, "After": None}, alt="Samples before and after the transform")


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "cannot be read" if value is None else str(value)


def _decide(found: MappingField, target: str | None, transform: str, status: str, reason: str) -> None:
    act(
        lambda context: actions.decide(
            context,
            found.id,
            version=found.version,
            target=target,
            transform=transform or None,
            status=status,
            reason=reason,
        ),
        "Saved",
    )
    reload()
    st.rerun()


def _evidence(found: MappingField) -> None:
    st.subheader("Evidence", anchor=False)
    if not found.evidence:
        st.caption("Nothing in the source speaks for a target field.")
        return
    ui.table(
        [
            {
                "": ["For" if item["weight"] >= 0 else "Against"],
                "What": item["text"],
                "Weight": f"{item['weight']:+.2f}",
            }
            for item in found.evidence
        ],
        {
            "": ui.badge_column("", {"For": "green", "Against": "red"}, width=80),
            "What": st.column_config.TextColumn(width="large"),
            "Weight": st.column_config.TextColumn(alignment="right"),
        },
        alt="What spoke for and against the suggestion",
    )


def _history(context: Context, migration_id: str, found: MappingField) -> None:
    mine = [made for made in views.decisions(context, migration_id) if made.field_id == found.id]
    if not mine:
        return
    st.subheader("History", anchor=False)
    ui.table(
        [
            {
                "When": ui.moment(context, made.created_at),
                "From": made.before.get("target") or "–",
                "To": made.after.get("target") or "–",
                "Decision": DECISIONS.get(str(made.after.get("status")), ""),
                "Reason": made.reason or "",
            }
            for made in mine
        ],
        {"When": None, "From": None, "To": None, "Decision": None, "Reason": None},
        alt="Decisions about this field",
    )
