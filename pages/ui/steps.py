"""The wizard's six steps by the migration's journey: the screen of each, its state and what it waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import IntEnum
from typing import TypeVar

import streamlit as st

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.mapping.views import Progress
from core.engine.progress import rules
from core.engine.progress import views as progress
from core.engine.progress.facts import BLOCKED, OPEN, Facts
from core.engine.progress.rules import Journey, StepView
from core.engine.progress.start import StartButton, start_button

T = TypeVar("T")


class Step(IntEnum):
    CONNECT = 1
    PREVIEW = 2
    MAP = 3
    RULES = 4
    TEST = 5
    LIVE = 6


NAMES: Mapping[Step, tuple[str, str]] = {
    Step.CONNECT: ("Upload export", "connect"),
    Step.PREVIEW: ("Preview", "preview"),
    Step.MAP: ("Map fields", "mapping"),
    Step.RULES: ("Rules", "rules"),
    Step.TEST: ("Test", "validation"),
    Step.LIVE: ("Go live", "runs"),
}
"""Step -> its name and the path of its first screen."""

_FACTS, _PROGRESS = "steps_facts", "steps_progress"


def facts_of(context: Context, migration_id: str) -> Facts:
    """Return the migration's facts, read once per Context: several parts of a screen need them."""
    return cached_per_context(context, migration_id, _FACTS, progress.facts)


def progress_of(context: Context, migration_id: str) -> Progress:
    """Return the mapping's progress, read once per Context: several parts of a screen show it."""
    return cached_per_context(context, migration_id, _PROGRESS, mapping.progress)


def journey_of(context: Context, migration_id: str) -> Journey:
    """Return the migration's journey for this person: steps, status and next action."""
    return rules.journey(facts_of(context, migration_id), context.permissions)


def start_of(context: Context, migration_id: str) -> StartButton:
    """Return the button that starts an import, as the journey has it."""
    facts = facts_of(context, migration_id)
    return start_button(facts, rules.journey(facts, context.permissions), context.permissions)


def views_of(context: Context, migration_id: str | None) -> dict[Step, StepView]:
    """Map each step to its state (core.engine.progress.facts) and what it waits for."""
    if migration_id is None:
        blocked = "Create a migration first."
        return {step: StepView(step.name.lower(), OPEN, blocked) for step in Step}
    journey = journey_of(context, migration_id)
    return {step: journey.step(step.name.lower()) for step in Step}


def missing(context: Context, migration_id: str | None) -> dict[Step, str]:
    """Map each step to what it waits for, in one sentence, '' where it is done. Later steps wait for earlier ones."""
    views = views_of(context, migration_id)
    return {step: view.reason if view.state in {OPEN, BLOCKED} else "" for step, view in views.items()}


def cached_per_context(context: Context, migration_id: str, name: str, ask: Callable[[Context, str], T]) -> T:
    """Return a view's answer about the migration, asked once per Context; `name` is the key that holds it."""
    key = (context.person, migration_id, context.now)
    cached: tuple[tuple[str, str, datetime], T] | None = st.session_state.get(name)
    if cached is None or cached[0] != key:
        cached = (key, ask(context, migration_id))
        st.session_state[name] = cached
    return cached[1]
