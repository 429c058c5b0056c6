"""The stage of the demo as whoever gives it sees it: the state of each story, what is broken, and the reset of all of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.context import Context
from core.engine.progress.views import migration_progress
from core.engine.runs.rules import UNDER_WAY
from core.engine.runs.tables import Run
from core.entry import demo, demo_copy
from core.entry.demo_sales import reset_sales
from core.errors import NotFoundError
from core.platform.access.actions import enter
from core.platform.access.demo_outages import break_part, mend, outages


@dataclass(frozen=True, slots=True)
class StoryMigration:
    """A migration of a story; `status` is its state in words, in one of the theme's colours."""

    id: str
    name: str
    status: str
    colour: str


@dataclass(frozen=True, slots=True)
class StoryState:
    """A story in its tenant, with the migrations it tells of; one that is `is_loaded` has all of them.

    `copied_at` is None without a copy. `is_prepared`: the copy is of this version, so that a reset takes a second.
    `broken` is part -> since when it is switched off.
    """

    slug: str
    name: str
    is_loaded: bool
    is_prepared: bool
    copied_at: datetime | None
    is_busy: bool
    broken: dict[str, datetime]
    migrations: tuple[StoryMigration, ...]


@dataclass(frozen=True, slots=True)
class Reset:
    """What was reset, and how long it took. `migrations` are the ids of the story's, none for the sales data."""

    name: str
    slug: str
    seconds: float
    migrations: tuple[str, ...]


def story_states(person: str) -> list[StoryState]:
    """List the stories that the person (id) reaches."""
    return [_state(context) for context in _stories(person)]


def reset_all(person: str) -> Iterator[Reset]:
    """Reset each story the person reaches, then the sales data of the demo's operator; yield each when it is done."""
    for slug, name in [(context.tenant.slug, context.tenant.name) for context in _stories(person)]:
        began = time.monotonic()
        migrations = demo.reset(slug, person=person)
        yield Reset(name, slug, time.monotonic() - began, tuple(migrations))
    began = time.monotonic()
    reset_sales(person)
    yield Reset("Prospects and quotes", demo.OPERATOR, time.monotonic() - began, ())


def break_everywhere(person: str, part: str) -> list[str]:
    """Break a part of every demo tenant that the person reaches; return their slugs."""
    tenants = []
    for context in _tenants(person):
        break_part(context, part)
        tenants.append(context.tenant.slug)
    return tenants


def mend_everywhere(person: str) -> list[str]:
    """Mend every demo tenant that the person reaches; return the parts that were broken."""
    parts: set[str] = set()
    for context in _tenants(person):
        parts.update(mend(context))
    return sorted(parts)


def _state(context: Context) -> StoryState:
    story = demo.TENANTS[context.tenant.slug]
    names = {migration.name for migration in story.migrations}
    migrations = tuple(
        StoryMigration(
            migration.id, migration.name, migration.journey.status.label, migration.journey.status.colour
        )
        for migration in migration_progress(context)
        if migration.name in names
    )
    copy = demo_copy.find_copy(context)
    busy = context.session.scalar(select(Run.id).where(Run.state.in_(UNDER_WAY)).limit(1))
    return StoryState(
        context.tenant.slug,
        context.tenant.name,
        is_loaded=names <= {migration.name for migration in migrations},
        is_prepared=copy is not None and copy.is_current,
        copied_at=copy.kept_at if copy else None,
        is_busy=busy is not None,
        broken=outages(context.session),
        migrations=migrations,
    )


def _stories(person: str) -> Iterator[Context]:
    return (context for context in _tenants(person) if context.tenant.slug in demo.TENANTS)


def _tenants(person: str) -> Iterator[Context]:
    """Yield the Context of each tenant of the demo that the person reaches: the stories, then the operator."""
    for slug in (*demo.TENANTS, demo.OPERATOR):
        with suppress(NotFoundError), enter(person, slug) as context:
            yield context
