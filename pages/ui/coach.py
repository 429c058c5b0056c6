"""The coach's panel below the wizard's bar: what to do next on this step, why, and one button that does it.

It says nothing where there is nothing to say. Its texts are the coach's own words and counts, never data.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from core.agents.coach import Advice, Done, MigrationCoach, Offer
from core.context import Context
from pages.ui import show as ui
from pages.ui.frame import act
from pages.ui.links import link, pages
from pages.ui.road import Step

OWN = {"validate": "validation", "validate_again": "validation", "dry_run": "dry_run", "import": "runs"}
"""Advice whose deed is the main button of a screen: there a second one would only be in its way."""


def coach(context: Context, migration_id: str | None, step: Step, *, expanded: bool = True) -> None:
    """Advice for the step; nothing without a migration. Not `expanded` where the screen needs its room."""
    if migration_id is None:
        return
    found = MigrationCoach(context).guidance(migration_id, step.name.lower())
    if not found:
        return
    more = f" · {len(found) - 1} more" if found[1:] else ""
    with st.expander(
        f"**Next: {_first_small(ui.plain(found[0].title))}**{more}",
        expanded=expanded,
        key=f"coach_{step.name.lower()}",
        icon=":material/assistant_navigation:",
    ):
        for place, advice in enumerate(found):
            _piece(migration_id, advice, titled=place > 0)


def _piece(migration_id: str, advice: Advice, *, titled: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        with st.container(gap=None):
            if titled:
                st.markdown(f"**{ui.plain(advice.title)}**")
            st.caption(ui.plain(f"{advice.why} If not: {_first_small(advice.risk)}"))
        if OWN.get(advice.code) == _here():
            return
        if advice.offer is not None:
            _offered(migration_id, advice, advice.offer)
        elif advice.screen and advice.screen != _here() and advice.screen in pages():
            with st.container(width="content"):
                link(advice.screen, f"Open {pages()[advice.screen].title}", icon=":material/arrow_forward:")


def _offered(migration_id: str, advice: Advice, offer: Offer) -> None:
    key = f"coach_{advice.id}"
    if offer.deed == "held_file":
        ui.download(
            offer.label,
            lambda own: _accepted(own, migration_id, advice).file or b"",
            "held_rows.csv",
            key=key,
        )
    elif st.button(offer.label, key=key):
        if offer.warns:
            ui.confirm(f"{offer.label}?", offer.warns, offer.label, lambda: _follow(migration_id, advice))
            return
        with st.spinner(offer.label):
            _follow(migration_id, advice)
        st.rerun()


def _follow(migration_id: str, advice: Advice) -> None:
    act(lambda own: _accepted(own, migration_id, advice), lambda done: done.said)


def _accepted(own: Context, migration_id: str, advice: Advice) -> Done:
    return MigrationCoach(own).accept(migration_id, advice.id)


def _first_small(sentence: str) -> str:
    """For the middle of a line."""
    return sentence[:1].lower() + sentence[1:]


def _here() -> str:
    """The path of the screen that is shown."""
    return urlsplit(st.context.url or "").path.rpartition("/")[2]
