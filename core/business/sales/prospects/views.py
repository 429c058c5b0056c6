"""Show prospects: the list with its filters, one prospect with discovery and contact, its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from core.business.sales.prospects.contacts import decrypt_contact
from core.business.sales.prospects.questions import Question, answer_of_field, questions
from core.business.sales.prospects.records import find_prospect
from core.business.sales.prospects.rules import CLOSED_STAGES, ContactDetails
from core.business.sales.prospects.systems import system_label
from core.business.sales.tables import DiscoveryAnswer, Prospect, ProspectEvent
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.tables import Person
from core.platform.audit.actions import note_reading
from core.platform.events.actions import is_address

Contact = ContactDetails


@dataclass(frozen=True, slots=True)
class ProspectDetails:
    """A prospect. `contact` is None where there is none, or it was not asked for (`has_contact` tells).

    `answers` maps a question to its answer, those that a field holds among them; unanswered ones are absent.
    """

    id: str
    domain: str
    name: str
    stage: str
    stage_since: datetime
    lost_reason: str | None
    owner_id: str | None
    owner_name: str | None
    source_system: str | None
    locations: int | None
    currency: str
    country: str
    has_contact: bool
    has_email: bool
    contact: Contact | None
    volumes: Mapping[str, Any]
    next_step: str | None
    next_step_on: date | None
    customer_id: str | None
    created_at: datetime
    updated_at: datetime
    answers: Mapping[str, str]

    @property
    def source_label(self) -> str:
        """The label of the source system, '' for none."""
        return system_label(self.source_system)

    @property
    def is_open(self) -> bool:
        return self.stage not in CLOSED_STAGES

    @property
    def unanswered(self) -> list[Question]:
        """Questions of discovery that have no answer yet."""
        return [entry for entry in questions(self.domain) if entry.key not in self.answers]

    def volume(self, measure: str) -> int | None:
        """Return the number of a volume, None where it is not known; `locations` is one."""
        if measure == "locations" and self.locations is not None:
            return self.locations
        entry = self.volumes.get(measure)
        return None if entry is None else int(entry["value"])


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer with who gave it and when; both None where its field was filled by another way."""

    answer: str
    person: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An entry of a prospect's history; `person` is who did it, None for the program or somebody who left."""

    at: datetime
    kind: str
    person: str | None
    details: Mapping[str, Any]
    note: str | None


@view("prospect.read")
def prospect(context: Context, prospect_id: str, *, with_contact: bool = True) -> ProspectDetails:
    """Return a prospect; NotFoundError for one that the person does not see. A contact read is noted as a reading."""
    row = find_prospect(context, prospect_id)
    contact = decrypt_contact(context.session, row.id, row.contact)
    has_email = contact is not None and is_address(contact.email)
    if not with_contact:
        contact = None
    elif contact is not None:
        note_reading(context, "prospect", row.id, data="contact", purpose="contact of a prospect")
    owner_name = row.owner_id and context.session.scalar(select(Person.name).where(Person.id == row.owner_id))
    return ProspectDetails(
        row.id,
        row.domain,
        row.name,
        row.stage,
        row.stage_since,
        row.lost_reason,
        row.owner_id,
        owner_name or None,
        row.source_system,
        row.locations,
        row.currency,
        row.country,
        row.contact is not None,
        has_email,
        contact,
        dict(row.volumes),
        row.next_step,
        row.next_step_on,
        row.customer_id,
        row.created_at,
        row.updated_at,
        {key: entry.answer for key, entry in _answers(context, row).items()},
    )


@view("prospect.read")
def given_answers(context: Context, prospect_id: str) -> dict[str, GivenAnswer]:
    """Return the answers of discovery with who gave them: question -> answer."""
    return _answers(context, find_prospect(context, prospect_id))


@view("prospect.read")
def history(context: Context, prospect_id: str, *, limit: int = 200) -> list[HistoryEntry]:
    """List what happened with a prospect, the newest first."""
    find_prospect(context, prospect_id)
    query = (
        select(ProspectEvent, Person.name)
        .outerjoin(Person, Person.id == ProspectEvent.person_id)
        .where(ProspectEvent.prospect_id == prospect_id)
        .order_by(ProspectEvent.created_at.desc(), ProspectEvent.id.desc())
        .limit(limit)
    )
    return [
        HistoryEntry(row.created_at, row.kind, name, dict(row.details), row.note)
        for row, name in context.session.execute(query)
    ]


def today_of(context: Context) -> date:
    """Return the day it is for the person."""
    return context.today


def _answers(context: Context, row: Prospect) -> dict[str, GivenAnswer]:
    """Return the stored answers; where a question has a field, what the field holds."""
    query = (
        select(DiscoveryAnswer, Person.name)
        .outerjoin(Person, Person.id == DiscoveryAnswer.person_id)
        .where(DiscoveryAnswer.prospect_id == row.id)
    )
    stored = {
        answer.question: GivenAnswer(answer.answer, name, answer.answered_at)
        for answer, name in context.session.execute(query)
    }
    answers = {}
    for entry in questions(row.domain):
        answer = stored.get(entry.key)
        if entry.fills:
            text = answer_of_field(entry, row.source_system, row.locations, row.volumes)
            if answer is None or answer.answer != text:
                answer = GivenAnswer(text, None, None) if text else None
        if answer is not None and answer.answer:
            answers[entry.key] = answer
    return answers
