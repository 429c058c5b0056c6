"""The state of the running demo: kept in the session, moved by buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import streamlit as st

from core.context import Context
from core.engine.sources import views as sources
from core.engine.validation import views as validations
from core.engine.validation.actions import validate
from core.entry.demo import BELLA
from core.entry.demo import OPERATOR as OPERATOR_OF_THE_DEMO
from core.entry.demo_rehearsal import record_rehearsal
from core.errors import NotFoundError
from core.kit import clock
from pages.demo.steps import STEPS, Step
from pages.ui.frame import act
from pages.ui.links import MIGRATION, OPERATOR, PERSON, TENANT, turn_to

TENANT_OF_THE_SCRIPT = BELLA.slug
_KEY, _ENDED = "demo_running", "demo_ended"


@dataclass(frozen=True, slots=True)
class Running:
    """A demo under way: the step and its click (from 0), when it and the step began (UTC), and who gives it (id).

    `seconds` is step -> seconds of the steps behind.
    """

    step: int
    began: datetime
    person: str
    step_began: datetime
    click: int = 0
    seconds: Mapping[str, int] = field(default_factory=dict)


def running() -> Running | None:
    """Return the demo that the signed-in person is giving, if any."""
    state = st.session_state.get(_KEY)
    if isinstance(state, Running) and state.person == st.session_state.get(PERSON):
        return state
    return None


def start() -> None:
    """Begin the demo at its first step."""
    now = clock.now()
    st.session_state[_KEY] = Running(0, now, str(st.session_state[PERSON]), now)
    show(STEPS[0])


def move(by: int) -> None:
    """Go to the next step (1) or the previous one (-1)."""
    state = running()
    if state and 0 <= state.step + by < len(STEPS):
        st.session_state[_KEY] = replace(_timed(state), step=state.step + by, click=0)
        show(STEPS[state.step + by])


def click() -> None:
    """Go on to the next click of the step."""
    if (state := running()) and state.click + 1 < len(STEPS[state.step].actions):
        st.session_state[_KEY] = replace(state, click=state.click + 1)


def stop() -> None:
    """Stop the demo; the times of one that came to its last step are kept as a rehearsal."""
    state = running()
    st.session_state.pop(_KEY, None)
    st.session_state.pop(_ENDED, None)
    if state is None:
        return
    ended = _timed(state)
    if state.step + 1 == len(STEPS):
        act(lambda context: record_rehearsal(context, ended.seconds), tenant=OPERATOR_OF_THE_DEMO)
    else:
        st.session_state[_ENDED] = ended


def end() -> None:
    """Stop the demo and turn to the screen Demo, where its times are."""
    stop()
    turn_to("demo")


def ended_early() -> Running | None:
    """Return the signed-in person's last demo of this session where it ended before its last step."""
    state = st.session_state.get(_ENDED)
    if isinstance(state, Running) and state.person == st.session_state.get(PERSON):
        return state
    return None


def step_seconds(state: Running) -> int:
    """Count the seconds spent on the present step so far."""
    return _timed(state).seconds[STEPS[state.step].name]


def _timed(state: Running) -> Running:
    """Add the time since the step began to the step's."""
    now, name = clock.now(), STEPS[state.step].name
    spent = state.seconds.get(name, 0) + round((now - state.step_began).total_seconds())
    return replace(state, step_began=now, seconds={**state.seconds, name: spent})


def open_story(slug: str, path: str, migration: str | None) -> None:
    """Turn to a screen of a story, in its customer, on one of its migrations (id)."""
    st.session_state.pop(OPERATOR, None)
    st.session_state[TENANT] = slug
    st.session_state[MIGRATION] = migration
    turn_to(path)


def show(step: Step) -> None:
    """Turn to the step's screen, on its migration, in the demo tenant the script is written for."""
    st.session_state.pop(OPERATOR, None)
    st.session_state[TENANT] = TENANT_OF_THE_SCRIPT
    if migration := act(lambda context: _prepared(context, step)):
        st.session_state[MIGRATION] = migration
        turn_to(step.path)


def _prepared(context: Context, step: Step) -> str:
    """Return the id of the step's migration, validated where the step imports it; NotFoundError where it is missing."""
    ids_by_name = {migration.name: migration.id for migration in reversed(sources.migrations(context))}
    migration = ids_by_name.get(step.migration)
    if migration is None:
        raise NotFoundError(
            f"The demo has no migration {step.migration!r}.",
            hint="Reset the demo on Today, then start again.",
        )
    if step.path == "runs":
        validation = validations.latest(context, migration)
        if validation is None or not validations.is_current(context, validation):
            validate(context, migration)
    return migration
