"""Show the audit log: all of it to who may read it, their activity to everybody else; of one customer or of several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from core.context import Context
from core.platform.access.actions import enter, view
from core.platform.access.tables import Person
from core.platform.audit.labels import ACTIONS, OBJECTS, action_label, details, object_label
from core.platform.audit.processing import KEYS, Processing, split_facts
from core.platform.audit.tables import AuditLine
from core.schema import target_schema

MAX_WORDS = 10
"""Words of a search that count."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Filters of the audit log: a person's id, an action, from (inclusive) and until (exclusive), a type of object.

    `text`: words that all stand in the line as people read it: in names, labels, ids, details, purpose or reason.
    """

    person: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    object_type: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the audit log; columns as in AuditLine."""

    created_at: datetime
    person_id: str
    role: str
    action: str
    object_type: str
    object_id: str
    reason: str | None
    facts: dict[str, Any]
    seq: int
    mac: bytes

    @property
    def processing(self) -> Processing | None:
        """Purpose, categories of data, legal basis and retention; None for a line from before they were noted."""
        return split_facts(self.facts)[1]

    @property
    def details(self) -> str:
        """Describe the facts in words."""
        return details(self.facts)


@dataclass(frozen=True, slots=True)
class AuditChoices:
    """What the log has to filter by: people (id -> name), actions and types of objects, by their labels."""

    people: dict[str, str]
    actions: list[str]
    object_types: list[str]


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """A line of the log of a customer (by name)."""

    customer: str
    entry: AuditEntry


_COLUMNS = [getattr(AuditLine, field.name) for field in fields(AuditEntry)]


@view("audit.read_own")
def audit_log(
    context: Context, filters: AuditFilter = AuditFilter(), *, limit: int = 500
) -> list[AuditEntry]:
    """List the newest lines that match; without audit.read only the person's."""
    query = select(*_COLUMNS).where(*_conditions(context, filters))
    newest_first = query.order_by(AuditLine.created_at.desc(), AuditLine.id.desc())
    return [AuditEntry(*row) for row in context.session.execute(newest_first.limit(limit))]


@view("audit.read_own")
def audit_count(context: Context, filters: AuditFilter = AuditFilter()) -> int:
    """Count the lines that match."""
    query = select(func.count()).select_from(AuditLine).where(*_conditions(context, filters))
    return context.session.scalar(query) or 0


@view("audit.read_own")
def audit_choices(context: Context) -> AuditChoices:
    """List people, actions and types of objects in the log, for its filters."""
    conditions = _conditions(context, AuditFilter())
    people, actions, objects = (
        context.session.scalars(select(column).where(*conditions).distinct()).all()
        for column in (AuditLine.person_id, AuditLine.action, AuditLine.object_type)
    )
    names = _names(context, people)
    return AuditChoices(
        {person: names.get(person, person) for person in people},
        sorted(actions, key=action_label),
        sorted(objects, key=object_label),
    )


def merge_choices(choices: Iterable[AuditChoices]) -> AuditChoices:
    """Join the choices of several logs."""
    logs = list(choices)
    return AuditChoices(
        {person: name for log in logs for person, name in log.people.items()},
        sorted({action for log in logs for action in log.actions}, key=action_label),
        sorted({kind for log in logs for kind in log.object_types}, key=object_label),
    )


def audit_log_of(
    person: str, tenants: Sequence[str], filters: AuditFilter, *, limit: int = 500
) -> tuple[list[CustomerEntry], int]:
    """List the newest lines of several customers' logs (slugs), and count all that match; in each by the role held there."""
    logs: list[list[CustomerEntry]] = []
    total = 0
    for context in _entered(person, tenants):
        lines = audit_log(context, filters, limit=limit)
        logs.append([CustomerEntry(context.tenant.name, line) for line in lines])
        total += audit_count(context, filters)
    newest = merge(*logs, key=lambda line: line.entry.created_at, reverse=True)
    return list(islice(newest, limit)), total


def audit_choices_of(person: str, tenants: Sequence[str]) -> AuditChoices:
    """List what the logs of several customers (slugs) have to filter by."""
    return merge_choices(audit_choices(context) for context in _entered(person, tenants))


def _entered(person: str, tenants: Sequence[str]) -> Iterator[Context]:
    """Enter the tenants in turn, those in which the person may not read a log left out."""
    for tenant in tenants:
        with enter(person, tenant) as context:
            if context.may("audit.read_own"):
                yield context


def _names(context: Context, people: Sequence[str]) -> dict[str, str]:
    """Return the names by id of those people whom the person may see."""
    query = select(Person.id, Person.name).where(Person.id.in_(people))
    return {row.id: row.name for row in context.session.execute(query)}


def _conditions(context: Context, filters: AuditFilter) -> list[ColumnElement[bool]]:
    person = filters.person if context.may("audit.read") else context.person
    conditions: list[ColumnElement[bool]] = []
    if person is not None:
        conditions.append(AuditLine.person_id == person)
    if filters.action is not None:
        conditions.append(AuditLine.action == filters.action)
    if filters.object_type is not None:
        conditions.append(AuditLine.object_type == filters.object_type)
    if filters.since is not None:
        conditions.append(AuditLine.created_at >= filters.since)
    if filters.until is not None:
        conditions.append(AuditLine.created_at < filters.until)
    words = filters.text.replace("\x00", " ").split()[:MAX_WORDS]
    return [*conditions, *(_has_word(word) for word in words)]


def _has_word(word: str) -> ColumnElement[bool]:
    """Return the condition that a word stands in a line as people read it."""
    people = select(Person.id).where(Person.name.icontains(word, autoescape=True))
    small = word.lower()
    actions = [name for name, label in ACTIONS.items() if small in label.lower()]
    targets = [key for key, title in _target_titles().items() if small in title]
    facts = cast(AuditLine.facts.op("-")(cast(array(KEYS), ARRAY(Text))), Text)  # keys that every line has
    texts = (
        func.replace(AuditLine.action, ".", " "),
        func.replace(AuditLine.object_type, "_", " "),
        AuditLine.object_id,
        AuditLine.reason,
        AuditLine.role,
        func.replace(facts, "_", " "),
        facts,
        *(AuditLine.facts[key].astext for key in ("purpose", "data_categories", "legal_basis")),
    )
    return or_(
        AuditLine.person_id.in_(people),
        AuditLine.action.in_(actions),
        AuditLine.object_type.in_(
            [kind for kind in _labelled_types() if small in object_label(kind).lower()]
        ),
        AuditLine.facts["target"].astext.in_(targets),
        *(text.icontains(word, autoescape=True) for text in texts),
    )


def _labelled_types() -> list[str]:
    """List the types of objects whose label says something else than their name."""
    schema = target_schema()
    return [*OBJECTS, *(entity for domain in schema.domains for entity in schema.domain(domain))]


@cache
def _target_titles() -> dict[str, str]:
    """Return the titles of all target fields, in small letters, by their key."""
    return {
        field.key: field.title.lower()
        for domain in target_schema().domains
        for field in target_schema().fields(domain)
    }
