"""Create, edit, assign and move prospects, plan their next step, and add notes; in a Context of the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as fields_of_class
from dataclasses import replace
from datetime import date
from typing import Any

from core.business.sales.prospects.duplicates import SimilarProspectError, similar_prospects
from core.business.sales.prospects.events import add_event
from core.business.sales.prospects.records import (
    FILE,
    add_records,
    check_owner,
    checked_fields,
    fields_of,
    find_prospect,
    keep_answers,
    lock_company,
    volume,
    write_fields,
)
from core.business.sales.prospects.rules import (
    CLOSED_STAGES,
    FieldsError,
    ProspectFields,
    Stage,
    check_note,
    check_stage,
    name_key,
)
from core.business.sales.tables import Prospect
from core.business.sales.withdrawal import lock_sent, quote_text, withdraw_sent
from core.context import Context
from core.errors import ConflictError, InvalidInputError
from core.kit.printable import is_readable
from core.platform.access.actions import action
from core.platform.access.customers.actions import require_operator, set_owner
from core.platform.audit.actions import record

_FIXED = ("domain", "owner_id")
_EDITABLE = frozenset(entry.name for entry in fields_of_class(ProspectFields)) - {*_FIXED}


@action("prospect.edit")
def create_prospect(context: Context, fields: ProspectFields, *, even_if_similar: bool = False) -> str:
    """Create a prospect; return its id. FieldsError names the fields that are wrong.

    SimilarProspectError where it may exist already, unless `even_if_similar`. Who sells owns what they create.
    """
    require_operator(context)
    fields = checked_fields(fields)
    owner = fields.owner_id if context.may("prospect.assign") else context.person
    check_owner(context, owner)
    lock_company(context, name_key(fields.name))
    contact = fields.contact
    if not even_if_similar and (
        similar := similar_prospects(context, fields.name, contact.email, contact.phone)
    ):
        raise SimilarProspectError(similar)
    [prospect_id] = add_records(context, [(fields, "")], owner)
    record(context, "prospect.create", "prospect", prospect_id, domain=fields.domain, owner=owner)
    return prospect_id


@action("prospect.edit")
def edit_prospect(context: Context, prospect_id: str, changes: Mapping[str, Any]) -> None:
    """Change fields of a prospect, named as in ProspectFields; those that are not named stay. FieldsError for faults.

    Line of business and owner are not changed here. `volumes` holds all of them.
    """
    if unknown := set(changes) - _EDITABLE:
        raise InvalidInputError(f"{', '.join(sorted(unknown))} cannot be edited.", hint="Name other fields.")
    prospect = find_prospect(context, prospect_id, lock=True)
    fields = checked_fields(replace(fields_of(context, prospect), **changes))
    if differing := write_fields(context, prospect, fields):
        add_event(context, prospect_id, "edited", fields=differing)
        record(context, "prospect.edit", "prospect", prospect_id, fields=differing)


@action("prospect.edit")
def set_volumes(
    context: Context, prospect_id: str, counts: Mapping[str, int], evidence: str, *, source: str = FILE
) -> None:
    """Set volumes of a prospect as counted elsewhere, such as in files; `evidence` says where. The others stay."""
    prospect = find_prospect(context, prospect_id, lock=True)
    fields = fields_of(context, prospect)
    checked_fields(replace(fields, volumes={**fields.volumes, **counts}))
    evidence = check_note(evidence, 200)
    prospect.volumes = prospect.volumes | {
        measure: volume(value, source, evidence) for measure, value in counts.items()
    }
    keep_answers(context, prospect)
    differing = sorted(f"volumes.{measure}" for measure in counts)
    add_event(context, prospect_id, "edited", fields=differing, source=source)
    record(context, "prospect.edit", "prospect", prospect_id, fields=differing, source=source)


@action("prospect.assign")
def assign_prospect(context: Context, prospect_id: str, owner_id: str | None) -> None:
    """Choose who owns a prospect, None for nobody: who sells sees their own prospects and those that nobody owns.

    The customer that a prospect became goes along. ConflictError where that is archived.
    """
    prospect = find_prospect(context, prospect_id, lock=True)
    check_owner(context, owner_id)
    if prospect.owner_id != owner_id:
        before, prospect.owner_id = prospect.owner_id, owner_id
        add_event(context, prospect_id, "assigned", before=before, owner=owner_id)
        record(context, "prospect.assign", "prospect", prospect_id, before=before, owner=owner_id)
        context.session.flush()
    if prospect.customer_id is not None:
        set_owner(context, prospect.customer_id, owner_id)


@action("prospect.edit")
def take_prospect(context: Context, prospect_id: str) -> None:
    """Become the owner of a prospect that nobody owns; ConflictError where somebody does."""
    prospect = find_prospect(context, prospect_id, lock=True)
    if prospect.owner_id is not None:
        raise ConflictError("This prospect has an owner.", hint="Ask a manager to assign it to you.")
    check_owner(context, context.person)
    prospect.owner_id = context.person
    add_event(context, prospect_id, "assigned", before=None, owner=context.person)
    record(context, "prospect.assign", "prospect", prospect_id, before=None, owner=context.person)
    if prospect.customer_id is not None:
        context.session.flush()
        set_owner(context, prospect.customer_id, context.person, only_if_unowned=True)


@action("prospect.edit")
def set_stage(context: Context, prospect_id: str, stage: str, reason: str | None = None) -> None:
    """Move a prospect to another stage; a loss has a reason, and withdraws the quotes that are sent.

    ConflictError for one that became a customer.
    """
    find_prospect(context, prospect_id)
    if stage == Stage.LOST:
        lock_sent(context, prospect_id)
    prospect = find_prospect(context, prospect_id, lock=True)
    if prospect.customer_id and stage != Stage.WON:
        raise ConflictError("This prospect is a customer: it stays won.", hint="Open the customer instead.")
    move_stage(context, prospect, stage, reason)
    for quote in lock_sent(context, prospect_id) if stage == Stage.LOST else ():
        withdraw_sent(context, quote)
        add_event(
            context,
            prospect_id,
            "quote_withdrawn",
            note="The prospect is lost",
            quote_id=quote.id,
            quote=quote_text(quote),
        )


def move_stage(context: Context, prospect: Prospect, stage: str, reason: str | None = None) -> None:
    """Move a prospect (its row, locked) to another stage in the open transaction, with its event and audit line."""
    new, reason = check_stage(stage, reason)
    if (prospect.stage, prospect.lost_reason) == (new, reason):
        return
    before = prospect.stage
    prospect.stage, prospect.lost_reason = new, reason
    if before != new:
        prospect.stage_since = context.now
    add_event(context, prospect.id, "stage", note=reason, before=before, after=new)
    record(context, "prospect.stage", "prospect", prospect.id, before=before, after=str(new))


def advance_stage(context: Context, prospect: Prospect, stage: str) -> None:
    """Move a prospect (its row, locked) on to a stage, unless it stands there or further, or is closed."""
    order = list(Stage)
    if prospect.stage not in CLOSED_STAGES and order.index(Stage(prospect.stage)) < order.index(Stage(stage)):
        move_stage(context, prospect, stage)


@action("prospect.edit")
def set_next_step(context: Context, prospect_id: str, step: str | None, on: date | None = None) -> None:
    """Plan what happens next with a prospect and when; None for nothing: the step is done."""
    prospect = find_prospect(context, prospect_id, lock=True)
    step = " ".join((step or "").split()) or None
    on = on if step else None
    if (prospect.next_step, prospect.next_step_on) == (step, on):
        return
    if step and (len(step) > 200 or not is_readable(step)):
        raise FieldsError({"next_step": "Use at most 200 characters, without control characters"})
    is_done = step is None
    text, prospect.next_step, prospect.next_step_on = prospect.next_step, step, on
    day = on.isoformat() if on else None
    add_event(
        context,
        prospect_id,
        "next_step_done" if is_done else "next_step",
        note=text if is_done else step,
        on=day,
    )
    record(context, "prospect.next_step", "prospect", prospect_id, on=day, is_done=is_done)


@action("prospect.edit")
def add_note(context: Context, prospect_id: str, text: str) -> None:
    """Add a note to the history of a prospect. InvalidInputError for an empty one."""
    find_prospect(context, prospect_id)
    text = check_note(text)
    if not text:
        raise InvalidInputError("The note is empty.", hint="Write something.")
    add_event(context, prospect_id, "note", note=text)
    record(context, "prospect.note", "prospect", prospect_id, characters=len(text))
