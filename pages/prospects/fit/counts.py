"""The counts of a prospect with their source: typed on the page, or counted in the files of its customer."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.business.catalog.counts import FileCount, counts_of_migration
from core.business.catalog.packages import MEASURES, packages
from core.business.sales.prospects.actions import edit_prospect, set_volumes
from core.business.sales.prospects.rules import MAX_VOLUME
from core.business.sales.prospects.views import ProspectDetails
from core.context import Context
from core.engine.sources.views import migrations
from core.errors import NotFoundError
from pages.ui.formats import plain
from pages.ui.frame import act, session_context
from pages.ui.links import NOTICE

STATE = st.session_state
_LOCATIONS = "locations"
_OF_DOMAIN: Mapping[str, tuple[str, ...]] = {
    "restaurant": ("locations", "items", "pos_types", "modifiers", "categories", "guests", "orders_per_day"),
    "school": ("pupils", "locations", "staff"),
}
_TAGS = {"typed": ":blue-badge[Typed]", "file": ":green-badge[Files]"}


def draw_counts(context: Context, prospect: ProspectDetails) -> None:
    """Draw each count with its source; a limit's count that is unknown says so."""
    limited = {measure for offer in packages(prospect.domain).values() for measure in offer.limits}
    measures = _OF_DOMAIN.get(prospect.domain, tuple(MEASURES))
    is_fixed = not context.may("prospect.edit")
    with st.form("fit_counts", border=False, enter_to_submit=True):
        with st.grid(2, min_column_width=120, gap="small"):
            for measure in measures:
                _field(prospect, measure, is_limited=measure in limited, disabled=is_fixed)
        if not is_fixed:
            st.form_submit_button("Save counts", key="fit_save", on_click=_save, args=(prospect, measures))
    if prospect.customer_id and not is_fixed:
        st.button(
            "Count uploaded files",
            icon=":material/folder_open:",
            key="fit_files",
            on_click=_count_files,
            args=(prospect,),
        )


def _field(prospect: ProspectDetails, measure: str, *, is_limited: bool, disabled: bool) -> None:
    value, key = prospect.volume(measure), _key(prospect, measure)
    if key not in STATE or STATE.get(f"{key}_stored") != value:  # new here, or edited elsewhere
        STATE[key] = STATE[f"{key}_stored"] = value
    label = "Schools" if measure == _LOCATIONS and prospect.domain == "school" else MEASURES[measure]
    entry = prospect.volumes.get(measure, {})
    tag = _TAGS.get(str(entry.get("source", "typed")), "") if value is not None else ""
    if value is None and is_limited:
        tag = ":orange-badge[Ask]"
    st.number_input(
        f"{label} {tag}",
        1 if measure == _LOCATIONS else 0,
        MAX_VOLUME,
        value=None,
        step=1,
        key=key,
        placeholder="Unknown",
        disabled=disabled,
        help=plain(str(entry["evidence"])) if entry.get("evidence") else None,
    )


def _key(prospect: ProspectDetails, measure: str) -> str:
    return f"fit_{prospect.id}_{measure}"


def _save(prospect: ProspectDetails, measures: tuple[str, ...]) -> None:
    """Store what was typed; counts that stay keep their source."""
    typed = {measure: STATE.get(_key(prospect, measure)) for measure in measures}
    differing = {measure: value for measure, value in typed.items() if value != prospect.volume(measure)}
    if not differing:
        STATE[NOTICE] = "Nothing has changed"
        return
    volumes: dict[str, int | None] = {
        measure: int(entry["value"]) for measure, entry in prospect.volumes.items()
    }
    volumes |= {measure: value for measure, value in differing.items() if measure != _LOCATIONS}
    changes: dict[str, object] = {
        "volumes": {measure: value for measure, value in volumes.items() if value is not None}
    }
    if _LOCATIONS in differing:
        changes[_LOCATIONS] = differing[_LOCATIONS]
    act(lambda context: edit_prospect(context, prospect.id, changes), "Counts saved")


def _count_files(prospect: ProspectDetails) -> None:
    """Count the newest migration of the prospect's customer, and store the counts with where they come from."""

    def count(context: Context) -> None:
        name, counts = _file_counts(prospect)
        if _LOCATIONS in counts:
            edit_prospect(context, prospect.id, {_LOCATIONS: counts[_LOCATIONS].value})
        for is_exact, evidence in (
            (True, f"Files of {name}"),
            (False, f"Rows in files of {name}, not mapped"),
        ):
            values = {measure: entry.value for measure, entry in counts.items() if entry.is_exact == is_exact}
            if values:
                set_volumes(context, prospect.id, values, evidence[:200])

    act(count, "Files counted")


def _file_counts(prospect: ProspectDetails) -> tuple[str, Mapping[str, FileCount]]:
    with session_context(prospect.customer_id or "") as customer:
        for migration in migrations(customer):
            counts = {
                measure: entry
                for measure, entry in counts_of_migration(customer, migration.id).items()
                if entry.value or measure != _LOCATIONS
            }
            if counts:
                return migration.name, counts
    raise NotFoundError(
        "The customer has no files that can be counted.", hint="Upload files on Connect, or type the counts."
    )
