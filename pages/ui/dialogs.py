"""Side dialogs of a screen: which one is open hangs on the session, so that a rerun of the page leaves it open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from core.context import Context
from pages.ui.frame import act

R = TypeVar("R")

STATE = st.session_state
_ASKING = "dialog_asking"


@dataclass(frozen=True, slots=True)
class SideDialogs:
    """The dialogs of a screen, of which one is open at a time; each has a name. `key` is the screen's in the session."""

    key: str

    @property
    def opened(self) -> str:
        """The name of the open dialog, '' for none."""
        return str(STATE.get(self.key, ""))

    def open(self, name: str) -> None:
        """Open a dialog at the next rerun of the page, in place of another; for callbacks."""
        STATE.pop(_ASKING, None)
        STATE[self.key] = name

    def close(self) -> None:
        """Close the dialog at the next rerun of the page; for callbacks."""
        self.open("")

    def finish(
        self, work: Callable[[Context], R], done: str | Callable[[R], str], *, tenant: str = ""
    ) -> None:
        """Run a write (see `act`) and close the dialog; one that is refused stays open with what was typed. For callbacks."""

        def notice(result: tuple[R]) -> str:
            return done if isinstance(done, str) else done(result[0])

        if act(lambda context: (work(context),), notice, tenant=tenant) is not None:
            self.close()

    def leave_unless(self, name: str) -> None:
        """Rerun the page where a callback inside the dialog closed it, or opened another."""
        if self.opened != name:
            st.rerun()


def section(title: str) -> None:
    """Head a section inside a dialog (our own words), where Streamlit draws headings smaller than text."""
    st.space("xxsmall")
    st.markdown(f"**{title}**")


def ask_inside(
    key: str,
    label: str,
    consequences: Sequence[str],
    confirmation: str,
    run: Callable[[], None],
    icon: str = "",
) -> None:
    """Draw a button that asks before it acts, inside a dialog: no dialog opens in a dialog. `run` is a callback."""
    if STATE.get(_ASKING) != key:
        st.button(label, key=key, icon=icon or None, on_click=lambda: STATE.update({_ASKING: key}))
        return
    with st.container(border=True):
        for line in consequences:
            st.markdown(f"- {line}")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key=f"{key}_cancel", on_click=lambda: STATE.pop(_ASKING, None))
            st.button(confirmation, type="primary", key=f"{key}_confirm", on_click=_confirm, args=(run,))


def _confirm(run: Callable[[], None]) -> None:
    STATE.pop(_ASKING, None)
    run()
