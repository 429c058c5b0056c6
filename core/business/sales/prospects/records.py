"""Find and write rows of prospects in the open transaction; the discovery answers that fields hold are kept with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from core.business.sales.prospects.contacts import contact_prints, decrypt_contact, encrypt_contact
from core.business.sales.prospects.events import event_values
from core.business.sales.prospects.questions import answer_of_field, questions
from core.business.sales.prospects.rules import (
    ContactDetails,
    ProspectFields,
    Stage,
    check_fields,
    name_key,
)
from core.business.sales.prospects.systems import resolve_system
from core.business.sales.tables import DiscoveryAnswer, Prospect, ProspectEvent
from core.context import Context
from core.db.base import Table
from core.errors import InvalidInputError, NotFoundError
from core.kit.ids import is_id, new_id
from core.platform.access.customers.actions import require_operator
from core.platform.access.customers.countries import countries, currencies
from core.platform.access.customers.rules import OWNER_ROLES
from core.platform.access.tables import Membership, Person
from core.schema import target_schema

TYPED, FILE = "typed", "file"
_BATCH = 5_000  # rows of a statement


def find_prospect(context: Context, prospect_id: str, *, lock: bool = False) -> Prospect:
    """Return the row of a prospect that the person sees; NotFoundError alike for one that does not exist."""
    require_operator(context)
    query = select(Prospect).where(Prospect.id == prospect_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    record = context.session.scalar(query) if is_id(prospect_id) else None
    if record is None:
        raise NotFoundError("There is no such prospect for you.", hint="Choose one on Prospects.")
    return record


def checked_fields(fields: ProspectFields) -> ProspectFields:
    """Return the fields as they are stored; FieldsError tells all faults at once."""
    return check_fields(fields, target_schema().domains, countries(), currencies())


def check_owner(context: Context, person_id: str | None) -> None:
    """Raise InvalidInputError unless the person is active and may own prospects."""
    if person_id is None:
        return
    query = select(Membership.role).join(Person, Person.id == Membership.person_id)
    role = context.session.scalar(
        query.where(Membership.tenant_id == context.tenant.id, Person.id == person_id, Person.active)
    )
    if role not in OWNER_ROLES:
        raise InvalidInputError(
            "This person cannot own prospects.", hint="Choose an active person of sales or a manager."
        )


def add_records(
    context: Context, entries: Sequence[tuple[ProspectFields, str]], owner_id: str | None, *, file: str = ""
) -> list[str]:
    """Add prospects of checked fields, each with a note or '', in the open transaction; return their ids.

    `file` is the list that they came from, '' for what a person entered.
    """
    rows = [_new_values(context, fields, owner_id) for fields, _ in entries]
    events, answers = [], []
    for row, (_, note) in zip(rows, entries, strict=True):
        kind, details = ("imported", {"file": file}) if file else ("created", {})
        events.append(event_values(context, row["id"], kind, details, None, context.person))
        if note:
            events.append(event_values(context, row["id"], "note", {}, note, context.person))
        answers += _answers_of(context, row)
    _insert(context, Prospect, rows)
    _insert(context, ProspectEvent, events)
    _insert(context, DiscoveryAnswer, answers)
    return [row["id"] for row in rows]


def _insert(context: Context, table: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows with few statements: each statement reads all prospects once, to check whose rows they are.

    The rows are one document, whose statement has the same text however many they are.
    """
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        names = ", ".join(f'"{name}"' for name in batch[0])
        statement = text(
            f"insert into {table.__tablename__} ({names}) select {names}"  # noqa: S608  (names of our own tables)
            f" from jsonb_populate_recordset(null::{table.__tablename__}, cast(:rows as jsonb))"
        )
        document = json.dumps(batch, default=_as_text, ensure_ascii=False)
        context.session.execute(statement, {"rows": document})


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no text in a document")


def _answers_of(context: Context, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Make the answers of discovery that the fields of a new prospect hold."""
    answers = {
        entry.key: answer_of_field(entry, row["source_system"], row["locations"], row["volumes"])
        for entry in questions(row["domain"])
        if entry.fills
    }
    return [_answer_values(context, row["id"], key, answer) for key, answer in answers.items() if answer]


def _answer_values(context: Context, prospect_id: str, key: str, answer: str) -> dict[str, Any]:
    return {
        "tenant_id": context.session.tenant,
        "id": new_id(),
        "created_at": context.now,
        "prospect_id": prospect_id,
        "question": key,
        "answer": answer,
        "person_id": context.person,
        "answered_at": context.now,
    }


def _new_values(context: Context, fields: ProspectFields, owner_id: str | None) -> dict[str, Any]:
    """Make the values of a new prospect's row of checked fields."""
    prospect_id = new_id()
    return {
        "tenant_id": context.session.tenant,
        "id": prospect_id,
        "created_at": context.now,
        "domain": fields.domain,
        "name": fields.name,
        "name_key": name_key(fields.name),
        "stage": Stage.NEW,
        "stage_since": context.now,
        "owner_id": owner_id,
        "source_system": resolve_system(fields.source_system, fields.domain),
        "locations": fields.locations,
        "currency": fields.currency,
        "country": fields.country,
        "contact": encrypt_contact(context.session, prospect_id, fields.contact),
        "contact_index": contact_prints(context.session, fields.contact),
        "volumes": {measure: volume(value) for measure, value in fields.volumes.items()},
        "next_step": fields.next_step,
        "next_step_on": fields.next_step_on,
        "updated_at": context.now,
    }


def fields_of(context: Context, record: Prospect) -> ProspectFields:
    """Return the fields of a row, its contact decrypted."""
    contact = decrypt_contact(context.session, record.id, record.contact)
    return ProspectFields(
        record.name,
        record.domain,
        record.source_system,
        record.locations,
        record.currency,
        record.country,
        contact or ContactDetails(),
        {measure: int(entry["value"]) for measure, entry in record.volumes.items()},
        record.next_step,
        record.next_step_on,
        record.owner_id,
    )


def write_fields(context: Context, record: Prospect, fields: ProspectFields) -> list[str]:
    """Write checked fields to a row and return the names of those that differ; line of business and owner stay."""
    before = fields_of(context, record)
    system = resolve_system(fields.source_system, record.domain)
    values: dict[str, Any] = {
        "name": fields.name,
        "source_system": system,
        "locations": fields.locations,
        "currency": fields.currency,
        "country": fields.country,
        "next_step": fields.next_step,
        "next_step_on": fields.next_step_on,
    }
    differing = [name for name, value in values.items() if value != getattr(record, name)]
    for name in differing:
        setattr(record, name, values[name])
    record.name_key = name_key(record.name)
    if fields.contact != before.contact:
        record.contact = encrypt_contact(context.session, record.id, fields.contact)
        record.contact_index = contact_prints(context.session, fields.contact)
        differing.append("contact")
    differing += _write_volumes(record, fields.volumes)
    keep_answers(context, record)
    return differing


def volume(value: int, source: str = TYPED, evidence: str = "") -> dict[str, Any]:
    """Make the stored form of a volume."""
    return {"value": value, "source": source, "evidence": evidence}


def keep_answers(context: Context, record: Prospect, fills: Sequence[str] | None = None) -> None:
    """Store the answers that the prospect's fields hold, with who gave them; of `fills` only, if not None."""
    stored = {
        row.question: row.answer
        for row in context.session.scalars(
            select(DiscoveryAnswer).where(DiscoveryAnswer.prospect_id == record.id)
        )
    }
    for entry in questions(record.domain):
        if entry.fills and (fills is None or entry.fills in fills):
            answer = answer_of_field(entry, record.source_system, record.locations, record.volumes)
            if answer != stored.get(entry.key, ""):
                keep_answer(context, record.id, entry.key, answer)


def keep_answer(context: Context, prospect_id: str, key: str, answer: str) -> None:
    """Store the answer to a question, in place of the former one; '' where it has none any more."""
    row = insert(DiscoveryAnswer).values(**_answer_values(context, prospect_id, key, answer))
    more = {name: row.excluded[name] for name in ("answer", "person_id", "answered_at")}
    context.session.execute(
        row.on_conflict_do_update(index_elements=["tenant_id", "prospect_id", "question"], set_=more)
    )


def lock_companies(context: Context) -> None:
    """Wait for all others who create or import prospects: what an import compares its rows with is complete."""
    _lock(context, func.pg_advisory_xact_lock, "prospects")


def lock_company(context: Context, key: str) -> None:
    """Wait for an import, and for others who create a prospect of the same folded name: the second finds the first."""
    _lock(context, func.pg_advisory_xact_lock_shared, "prospects")
    _lock(context, func.pg_advisory_xact_lock, f"prospect|{key}")


def _lock(context: Context, function: Callable[..., Any], key: str) -> None:
    context.session.execute(select(function(func.hashtextextended(f"{context.tenant.id}|{key}", 0))))


def _write_volumes(record: Prospect, volumes: Mapping[str, int]) -> list[str]:
    """Write the volumes that differ; one whose number stays keeps its source and evidence."""
    before = {measure: int(entry["value"]) for measure, entry in record.volumes.items()}
    if before == dict(volumes):
        return []
    record.volumes = {
        measure: record.volumes[measure] if before.get(measure) == value else volume(value)
        for measure, value in volumes.items()
    }
    measures = sorted(
        measure for measure in {*before, *volumes} if before.get(measure) != volumes.get(measure)
    )
    return [f"volumes.{measure}" for measure in measures]
