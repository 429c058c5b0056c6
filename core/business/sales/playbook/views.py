"""Show the playbook of the operator: its entries as they hold, their history, and their claims beside the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from core.business.sales.figures.measures import MEASURES, MONEY
from core.business.sales.figures.rules import Figure, numbers_of
from core.business.sales.figures.views import measured_figures
from core.business.sales.playbook.content import (
    EntryError,
    check_entry,
    differences,
    matches,
    standard,
    standard_entry,
)
from core.business.sales.playbook.models import SECTIONS, Entry
from core.business.sales.tables import ContentVersion, FinishedMigration
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person

KIND = "playbook"


@dataclass(frozen=True, slots=True)
class PlaybookEntry:
    """An entry as it holds. `version` 0 is the one that ships; `by` and `at` say who edited it when.

    `is_unreadable`: the newest version does not have the shape of its section any more, so the shipped one holds.
    """

    section: str
    key: str
    content: Entry
    version: int
    by: str | None = None
    at: datetime | None = None
    is_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """A version of an entry: who saved it when, and what differs from the version before (field, before, after)."""

    version: int
    content: Entry | None
    by: str | None
    at: datetime | None
    changes: list[tuple[str, str, str]]


@view("playbook.read")
def playbook(context: Context) -> Mapping[str, list[PlaybookEntry]]:
    """Return every entry of every section, in its order: section -> entries."""
    require_operator(context)
    query = (
        select(ContentVersion, Person.name)
        .join(Person, Person.id == ContentVersion.person_id, isouter=True)
        .where(ContentVersion.kind == KIND)
        .order_by(ContentVersion.key, ContentVersion.version.desc())
        .ext(distinct_on(ContentVersion.key))
    )
    newest = {row.key: (row, name) for row, name in context.session.execute(query)}
    return {
        section: [_entry(section, key, newest.get(f"{section}/{key}")) for key in entries]
        for section, entries in standard().items()
    }


@view("playbook.read")
def playbook_entry(context: Context, section: str, key: str) -> PlaybookEntry:
    """Return an entry as it holds. NotFoundError for one that does not exist."""
    require_operator(context)
    standard_entry(section, key)
    return next(entry for entry in playbook(context)[section] if entry.key == key)


@view("playbook.read")
def search_playbook(context: Context, words: str) -> list[PlaybookEntry]:
    """List the entries in which all words stand, in the order of the playbook."""
    entries = playbook(context)
    return [entry for section in SECTIONS for entry in entries[section] if matches(entry.content, words)]


@view("playbook.read")
def entry_history(context: Context, section: str, key: str) -> list[EntryVersion]:
    """List the versions of an entry, the newest first, down to the one that ships. NotFoundError for no such entry."""
    require_operator(context)
    before = standard_entry(section, key)
    query = (
        select(ContentVersion, Person.name)
        .join(Person, Person.id == ContentVersion.person_id, isouter=True)
        .where(ContentVersion.kind == KIND, ContentVersion.key == f"{section}/{key}")
        .order_by(ContentVersion.version)
    )
    versions = [EntryVersion(0, before, None, None, [])]
    for row, name in context.session.execute(query):
        content = _readable(section, row)
        changes = differences(before, content) if content else []
        versions.append(EntryVersion(row.version, content, name, row.created_at, changes))
        before = content or before
    return versions[::-1]


@view("playbook.read")
def claim_figures(context: Context) -> Mapping[str, Figure]:
    """Return the figures that claims are held against, over both lines of business: measure -> figure.

    Low and high are the least and the largest value of any finished migration, p10 and p90 of amounts of money: a claim
    that is meant for all is wrong by a single one.
    """
    figures = measured_figures(context)
    query = select(FinishedMigration)
    if not context.tenant.is_demo:
        query = query.where(FinishedMigration.is_generated.is_(False))
    rows = [numbers_of(row.measured) | numbers_of(row.reported) for row in context.session.scalars(query)]
    return {key: _with_extremes(figure, rows) for key, figure in figures.items()}


def _with_extremes(figure: Figure, rows: Sequence[Mapping[str, Decimal]]) -> Figure:
    if figure.value is None or MEASURES[figure.measure].unit == MONEY:
        return figure
    values = [row[figure.measure] for row in rows if figure.measure in row]
    return replace(figure, low=min(values), high=max(values))


def _entry(section: str, key: str, newest: tuple[ContentVersion, str | None] | None) -> PlaybookEntry:
    shipped = standard()[section][key]
    if newest is None:
        return PlaybookEntry(section, key, shipped, 0)
    row, name = newest
    content = _readable(section, row)
    return PlaybookEntry(
        section, key, content or shipped, row.version, name, row.created_at, is_unreadable=content is None
    )


def _readable(section: str, row: ContentVersion) -> Entry | None:
    try:
        return check_entry(section, row.content)
    except EntryError:
        return None
