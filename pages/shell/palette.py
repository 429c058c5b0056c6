"""The command palette: one list of screens, customers, migrations and runs, opened by Ctrl+K.

It hangs on the session's state: committing the text of another field reruns the page, which would close a dialog that
a button's own rerun had opened. Streamlit's select box cannot take the focus in a dialog, hence a component of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from core.engine.runs import views as runs
from core.errors import AppError
from pages.shell.scope import Scope, choose_customer
from pages.ui.formats import moment, words
from pages.ui.frame import session_context
from pages.ui.links import MIGRATION, current, pages, turn_to
from pages.ui.refusals import keep_fault

STATE = st.session_state
_IS_OPEN = "palette_shown"
_PARTS = Path(__file__).parent / "palette_list"
_LIST = st.components.v2.component(
    "command_palette",
    html=(_PARTS / "list.html").read_text(encoding="utf-8"),
    css=(_PARTS / "list.css").read_text(encoding="utf-8"),
    js=(_PARTS / "list.js").read_text(encoding="utf-8"),
)
RUNS = 50
"""The newest runs that are listed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the palette and the action that opens it."""

    label: str
    kind: str
    go: Callable[[], None]


def open_palette() -> None:
    """Show the palette from the next rerun on; for callbacks."""
    STATE[_IS_OPEN] = True


def palette(scope: Scope) -> None:
    """Show the palette while it is open."""
    if STATE.get(_IS_OPEN):
        _dialog(scope)


def _close() -> None:
    STATE[_IS_OPEN] = False


@st.dialog("Go to", icon=":material/search:", width="medium", on_dismiss=_close)
def _dialog(scope: Scope) -> None:
    entries = _entries(scope)
    result = _LIST(
        key="palette_list",
        data={"entries": [{"label": entry.label, "kind": entry.kind} for entry in entries]},
        on_chosen_change=lambda: None,
    )
    if result.chosen is None:
        return
    _close()
    entries[int(result.chosen)].go()
    st.rerun()


def _entries(scope: Scope) -> list[Entry]:
    screens = [Entry(page.title, "Screen", partial(turn_to, path)) for path, page in pages().items()]
    customers = [
        Entry(customer.name, "Customer", partial(choose_customer, slug, "today"))
        for slug, customer in scope.customers.items()
    ]
    migrations = [
        Entry(name, "Migration", partial(_turn_to_migration, key)) for key, name in scope.migrations.items()
    ]
    return [*screens, *customers, *migrations, *_runs(scope)]


def _runs(scope: Scope) -> list[Entry]:
    if "runs" not in pages():
        return []
    try:
        with session_context() as context:
            return [
                Entry(
                    f"{words(run.kind)} of {scope.migrations.get(run.migration_id, 'a migration')}, "
                    f"{words(run.state).lower()}, {moment(context, run.created_at)} ({run.id[-8:]})",
                    "Run",
                    partial(_turn_to_run, run.migration_id, run.kind, run.id),
                )
                for run in runs.runs(context)[:RUNS]
            ]
    except AppError as error:
        keep_fault(error)
        return []


def _turn_to_migration(migration_id: str) -> None:
    STATE[MIGRATION] = migration_id
    turn_to(current())


def _turn_to_run(migration_id: str, kind: str, run_id: str) -> None:
    STATE[MIGRATION] = migration_id
    turn_to("dry_run" if kind == "dry_run" and "dry_run" in pages() else "runs", run=run_id)
