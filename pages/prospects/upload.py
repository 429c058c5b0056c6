"""The dialog that imports a list of prospects: the file, what becomes of each row, then what was added."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from core.business.sales.prospects.importing.actions import import_prospects, preview_import, write_unadded
from core.business.sales.prospects.importing.planning import ImportPlan
from core.context import Context
from core.errors import AppError
from core.schema import target_schema
from pages.prospects.create import DIALOGS
from pages.prospects.list_preview import draw_columns, draw_outcomes
from pages.ui import formats
from pages.ui.frame import live, session_context
from pages.ui.links import NOTICE

STATE = st.session_state
IMPORT = "import"
_FILE, _LINE, _TWICE = "prospects_list_file", "prospects_list_line", "prospects_list_duplicates"
_RESULT, _COLUMN = "prospects_list_result", "prospects_list_column_"
_TYPES = ["csv", "tsv", "txt", "xlsx"]


def _dismiss() -> None:
    for key in [key for key in STATE if str(key).startswith("prospects_list_")]:
        STATE.pop(key, None)
    DIALOGS.close()


@st.dialog(
    "Import prospects", icon=":material/upload_file:", position="right", width="large", on_dismiss=_dismiss
)
def import_dialog() -> None:
    """Ask for a list and preview it; nothing is written before the button. Then show what was added."""
    DIALOGS.leave_unless(IMPORT)
    with live() as context:
        if result := STATE.get(_RESULT):
            _draw_result(result)
            return
        upload = st.file_uploader("List as CSV or XLSX", type=_TYPES, key=_FILE, max_upload_size=20)
        st.segmented_control(
            "Line of business",
            list(target_schema().domains),
            default=context.tenant.domain,
            format_func=formats.words,
            required=True,
            key=_LINE,
        )
        if upload is not None:
            _preview(context, upload)
        else:
            st.caption("One row a company. Companies that exist already are not changed.")


def _preview(context: Context, upload: Any) -> None:
    try:
        plan = _run(context, preview_import, upload)
    except AppError as error:
        st.error(f"{formats.plain(error.message)} {formats.plain(error.hint)}", icon=":material/error:")
        if _choices(upload):  # two columns that fill one field: the boxes stay, to choose again
            draw_columns(_run(context, preview_import, upload, with_choices=False), _prefix(upload))
        return
    draw_columns(plan, _prefix(upload))
    st.toggle("Add duplicates too", key=_TWICE)
    draw_outcomes(plan)
    count = plan.counts["added"]
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Cancel", key="prospects_import_cancel", on_click=_dismiss)
        st.button(
            f"Add {formats.counted(count, 'prospect')}",
            type="primary",
            key="prospects_import",
            disabled=not count or bool(plan.undecided),
            help="Choose between the columns first" if plan.undecided else None,
            on_click=_import,
            args=(upload,),
        )


def _draw_result(plan: ImportPlan) -> None:
    st.markdown(
        f":green[:material/check_circle:] **{formats.counted(plan.counts['added'], 'prospect')} added**"
    )
    draw_outcomes(plan)
    remaining = len(plan.outcomes) - plan.counts["added"]
    with st.container(horizontal=True, horizontal_alignment="right"):
        if remaining:
            st.download_button(
                f"Download {formats.counted(remaining, 'row')} not added",
                write_unadded(plan),
                "prospects-not-added.csv",
                key="prospects_not_added",
                icon=":material/download:",
                on_click="ignore",
            )
        st.button("Done", type="primary", key="prospects_import_done", on_click=_dismiss)


def _import(upload: Any) -> None:
    try:
        with session_context() as context:
            STATE[_RESULT] = _run(context, import_prospects, upload)
    except AppError as error:
        STATE[NOTICE] = error.message


def _run(
    context: Context, work: Callable[..., ImportPlan], upload: Any, *, with_choices: bool = True
) -> ImportPlan:
    """Run preview or import on the uploaded file, which lies on the disk only meanwhile."""
    with _on_disk(upload) as path:
        return work(
            context,
            path,
            str(STATE.get(_LINE) or context.tenant.domain),
            choices=_choices(upload) if with_choices else {},
            name=str(upload.name),
            add_duplicates=bool(STATE.get(_TWICE)),
        )


def _prefix(upload: Any) -> str:
    return f"{_COLUMN}{upload.file_id}_"


def _choices(upload: Any) -> dict[str, str]:
    """Return what the boxes over the columns say: header -> field, '' for none."""
    prefix = _prefix(upload)
    return {
        str(key).removeprefix(prefix): str(value)
        for key, value in STATE.items()
        if str(key).startswith(prefix) and value is not None
    }


@contextmanager
def _on_disk(upload: Any) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="aura-list-") as folder:
        path = Path(folder) / f"list{Path(str(upload.name)).suffix.lower()}"
        path.write_bytes(upload.getvalue())
        yield path
