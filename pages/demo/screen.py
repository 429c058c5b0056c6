"""Demo: the stories with their state, the script with its times, what can be switched off, and the reset."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.entry.demo_stage import StoryState, story_states
from pages.demo.outages import broken_parts, switches
from pages.demo.rehearsals import last_rehearsals
from pages.demo.resetting import reset_everything
from pages.demo.script import steps
from pages.demo.state import end, open_story, running, start
from pages.demo.stories import STORIES, Story, View
from pages.ui import formats, widgets


def show(context: Context) -> None:
    widgets.heading(context, "Demo", of_all_customers=True)
    states = {state.slug: state for state in story_states(context.person)}
    if not (context.tenant.is_demo and states):
        widgets.empty(
            "No demo here", "Start a console of its own with `aura serve --demo`.", icon="co_present"
        )
        return
    with widgets.row_end():
        reset_everything(context)
        if running():
            st.button("End demo", icon=":material/stop_circle:", on_click=end)
        else:
            st.button(
                "Start demo", icon=":material/play_arrow:", type="primary", key="demo_start", on_click=start
            )
    with st.grid(len(STORIES), min_column_width=240):
        for story in STORIES:
            if state := states.get(story.slug):
                _story(story, state)
    fallbacks, times = st.columns(2, gap="medium")
    with fallbacks:
        switches(broken_parts(context))
    with times:
        last_rehearsals(context)
    steps()


def _story(story: Story, state: StoryState) -> None:
    with st.container(border=True, gap="xsmall", height="stretch"):
        st.markdown(f"**{formats.plain(state.name)}** :gray[{story.source}]")
        for migration in state.migrations:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                widgets.badge(formats.plain(migration.status), migration.colour)
                st.caption(formats.plain(migration.name), width="content")
        for line in story.shows:
            st.caption(line)
        if not state.is_prepared:
            st.caption("The next reset imports this story again, which takes a minute.")
        ids = {migration.name: migration.id for migration in state.migrations}
        st.space("stretch")
        with st.container(horizontal=True, gap="xsmall"):
            for view in story.views:
                _button(story, view, ids.get(view.migration))


def _button(story: Story, view: View, migration: str | None) -> None:
    st.button(
        view.label,
        key=f"demo_open_{story.slug}_{view.path}",
        on_click=open_story,
        args=(story.slug, view.path, migration),
        disabled=migration is None,
        help=None if migration else "Reset the demo first.",
    )
