"""Show the coach's panel below the wizard's bar: the journey's next action, why, and the button that does it.

Its texts are the coach's own words and counts, never data.
"""

from __future__ import annotations

import streamlit as st

from core.agents.coach import LOOKS, Advice, Done, MigrationCoach, Offer
from core.context import Context
from pages.ui import downloads, formats, widgets
from pages.ui.frame import act
from pages.ui.links import current, link, pages
from pages.ui.steps import Step, cached_per_context, facts_of


def coach(context: Context, migration_id: str | None, step: Step, *, expanded: bool = False) -> None:
    """Draw the advice for the step, one line until it is opened; nothing without a migration."""
    if migration_id is None:
        return
    pieces = [
        piece
        for piece in advice_of(context, migration_id, step)
        if piece.code not in LOOKS or piece.screen != current()
    ]
    if not pieces:
        return
    more = f" · {len(pieces) - 1} more" if pieces[1:] else ""
    with st.expander(
        f"**Next: {_first_small(formats.plain(pieces[0].title))}**{more}",
        expanded=expanded,
        key=f"coach_{step.name.lower()}",
        icon=":material/assistant_navigation:",
    ):
        for number, advice in enumerate(pieces):
            _piece(migration_id, advice, is_next=number == 0)


def advice_of(context: Context, migration_id: str, step: Step) -> list[Advice]:
    """Return the coach's advice for the step, asked once per Context."""

    def ask(context: Context, migration_id: str) -> list[Advice]:
        return list(
            MigrationCoach(context).guidance(migration_id, step.name.lower(), facts_of(context, migration_id))
        )

    return cached_per_context(context, migration_id, f"coach_advice_{step.name.lower()}", ask)


def _piece(migration_id: str, advice: Advice, *, is_next: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        with st.container(gap=None):
            if not is_next:
                st.markdown(f"**{formats.plain(advice.title)}**")
            st.caption(formats.plain(f"{advice.why} {advice.risk}"))
        if advice.offer is not None:
            _offered(migration_id, advice, advice.offer)
        elif advice.screen and advice.screen != current() and advice.screen in pages():
            with st.container(width="content"):
                label = formats.plain(advice.title) if is_next else f"Open {pages()[advice.screen].title}"
                link(advice.screen, label, icon=":material/arrow_forward:")


def _offered(migration_id: str, advice: Advice, offer: Offer) -> None:
    key = f"coach_{advice.id}"
    if offer.action == "held_file":
        downloads.draw_download(
            offer.label,
            lambda context: _accepted(context, migration_id, advice).file or b"",
            "held_rows.csv",
            key=key,
        )
    elif st.button(offer.label, key=key):
        effects = act(lambda context: MigrationCoach(context).consequences(migration_id, advice.id))
        if effects:
            widgets.confirm(f"{offer.label}?", effects, offer.label, lambda: _follow(migration_id, advice))
            return
        if effects is not None:
            with st.spinner(offer.label):
                _follow(migration_id, advice)
        st.rerun()


def _follow(migration_id: str, advice: Advice) -> None:
    act(lambda context: _accepted(context, migration_id, advice), lambda done: done.message)


def _accepted(context: Context, migration_id: str, advice: Advice) -> Done:
    return MigrationCoach(context).accept(migration_id, advice.id)


def _first_small(sentence: str) -> str:
    """Lower the first letter, for the middle of a line."""
    return sentence[:1].lower() + sentence[1:]
