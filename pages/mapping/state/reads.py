"""Values that several parts of the mapping screen read from the database, cached."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.plans import Link
from core.engine.mapping.views import Checklist, FieldRow, Rivals
from core.schema import target_schema

T = TypeVar("T")


def targets(context: Context) -> dict[str, str]:
    """Map title -> 'entity.field' for every target of the customer's domain, by group."""
    fields = target_schema().fields(context.tenant.domain)
    return {target.title: target.key for target in sorted(fields, key=lambda target: target.title)}


def cached_until_reload(key: str, of: object, ask: Callable[[], T]) -> T:
    """Return the cached answer for `of`, asked anew after a reload."""
    answer: tuple[object, T] | None = st.session_state.get(key)
    if answer is None or answer[0] != of:
        answer = (of, ask())
        st.session_state[key] = answer
    return answer[1]


def cached_per_context(context: Context, key: str, migration_id: str, ask: Callable[[Context, str], T]) -> T:
    """Return a view's answer, asked once in a Context: several parts of the screen show it."""
    return cached_until_reload(
        f"map_once_{key}", (migration_id, context.now), lambda: ask(context, migration_id)
    )


def links(context: Context, migration_id: str) -> list[Link]:
    """Return the links an import would use, read once in a Context."""
    return cached_per_context(context, "links", migration_id, views.links_of)


def conflicts(context: Context, migration_id: str) -> list[Rivals]:
    """Return the targets that several columns claim, read once in a Context."""

    def ask(context: Context, migration_id: str) -> list[Rivals]:
        return views.contested_rows(context, migration_id)

    return cached_per_context(context, "conflicts", migration_id, ask)


def required_targets(context: Context, migration_id: str) -> Checklist:
    """Return the required targets with and without a column, read once in a Context."""

    def ask(context: Context, migration_id: str) -> Checklist:
        return views.checklist(context, migration_id, links=links(context, migration_id))

    return cached_per_context(context, "required", migration_id, ask)


def awaiting(context: Context, migration_id: str) -> list[FieldRow]:
    """Return the fields that need second approval, read once in a Context."""
    return cached_per_context(context, "waiting", migration_id, views.awaiting_second)
