"""Fields that need a second approval: which wait, and the approval itself."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.review import risk
from core.engine.mapping.views import FieldDetail, FieldRow
from core.kit import money
from core.schema import target_title
from pages.mapping.state.keys import reload
from pages.mapping.state.reads import awaiting
from pages.ui import formats, widgets
from pages.ui.frame import act

LABEL = "Needs second approval"


def waiting_fields(context: Context, migration_id: str) -> None:
    """List the fields that need second approval; people who did not decide them can approve."""
    pending_fields = views.awaiting_second(context, migration_id)
    limit = views.exposure(context, migration_id)
    st.caption(
        f"Prices and taxes from {formats.plain(money.show(limit, context.tenant.currency))} on, and all of loyalty, gift cards and "
        "consent, unless the suggestion was over 90% and stands. An import waits for this; a dry run does not."
    )
    if not pending_fields:
        widgets.empty("No field needs second approval", "An import may start.", icon="group")
    else:
        _pending_fields(context, pending_fields)
    if context.may("settings.edit"):
        _limit(migration_id, limit)


def _pending_fields(context: Context, pending_fields: list[FieldRow]) -> None:
    names = views.person_names(context, {field.decided_by for field in pending_fields})
    widgets.table(
        [_row(context, field, names.get(field.decided_by, "")) for field in pending_fields],
        {
            "Source column": None,
            "Maps to": None,
            "About": None,
            "Rows": st.column_config.NumberColumn(format="localized"),
            "Amount": st.column_config.TextColumn(alignment="right"),
            "Decided by": None,
        },
        alt="Fields that need second approval",
        most=12,
    )
    _confirm(context, pending_fields)


def _row(context: Context, field: FieldRow, name: str) -> dict[str, object]:
    return {
        "Source column": f"{field.stream} / {field.source_field}",
        "Maps to": target_title(field.target),
        "About": (risk(field.target) or "").capitalize(),
        "Rows": field.rows,
        "Amount": money.show(field.money, context.tenant.currency) if field.money else "",
        "Decided by": name or "Nobody yet",
    }


def _confirm(context: Context, pending_fields: list[FieldRow]) -> None:
    by_others = [field for field in pending_fields if field.decided_by not in {None, context.person}]
    mine = sum(field.decided_by == context.person for field in pending_fields)
    if not context.may("mapping.edit"):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Approve {len(by_others):,} decided by others",
            key="map_confirm_second",
            icon=":material/group_add:",
            disabled=not by_others,
            on_click=_confirmed,
            args=({field.id: field.version for field in by_others},),
        )
        if mine:
            st.caption(f"{mine:,} you decided yourself: another person must approve those.")


def _confirmed(versions: dict[str, int]) -> None:
    act(lambda context: actions.confirm_second(context, versions), "Approved")
    reload()


def _limit(migration_id: str, limit: Decimal) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        amount = st.number_input(
            "Second approval from this amount",
            min_value=0,
            value=int(limit),
            step=1000,
            key="map_exposure",
            width=260,
            help="In the customer's currency",
        )
        st.button(
            "Set",
            key="map_exposure_set",
            disabled=amount == limit,
            on_click=_set_limit,
            args=(migration_id, Decimal(amount)),
        )


def _set_limit(migration_id: str, amount: Decimal) -> None:
    act(lambda context: actions.set_exposure(context, migration_id, amount), "Saved")


def second_person(context: Context, field: FieldDetail) -> None:
    """Draw on a field's card that it needs second approval, with the button for whoever did not decide it."""
    if field.second_by:
        name = views.person_names(context, {field.second_by}).get(field.second_by, "")
        st.badge("Second approval given", icon=":material/group:", color="green")
        st.text(f"{name}, {formats.moment(context, field.second_at)}")
        return
    if not any(row.id == field.id for row in awaiting(context, field.migration_id)):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(LABEL, icon=":material/group:", color="orange")
        if field.decided_by is None:
            st.caption("Review it first; another person then approves.")
        elif field.decided_by == context.person:
            st.caption("You decided it; another person must approve.")
        elif context.may("mapping.edit") and st.button(
            "Approve", icon=":material/group_add:", key="card_second"
        ):
            _confirmed({field.id: field.version})
            st.rerun()
