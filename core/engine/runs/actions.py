"""Start, pause, cancel, resume, approve and roll back runs. Each changes the state and the queue so that neither can be left behind.

What adds work to the queue does so in the transaction that changes the state. What takes work out does it while that
transaction is open: the UPDATE has waited for the open chunk and holds the next one at the gate until the work is out
of the queue. (Were the state committed first, the step would be recorded as failed by it.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.mapping.memory.actions import learn_exclusions
from core.engine.mapping.plans import plan_from_json
from core.engine.runs.disk_space import require_room
from core.engine.runs.lookup import get_run, takes_two_people, unfinished_request
from core.engine.runs.reconciliation import accounting
from core.engine.runs.reconciliation.accounting_rules import TableAccount
from core.engine.runs.reconciliation.money_account import excluded_money
from core.engine.runs.rules import AWAITING_WORKER, HALTED, UNDER_WAY
from core.engine.runs.states import add_event, change_state
from core.engine.runs.tables import Run
from core.engine.runs.worker import queue
from core.engine.sources.tables import Migration, SourceStream
from core.engine.validation import views as validations
from core.engine.validation.views import ValidationView
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.kit.wording import as_words, counted, listed
from core.platform.access.actions import action, require
from core.platform.access.colleagues import ALONE, DEMO, who_could, who_may
from core.platform.audit.actions import record
from core.schema import target_title

_KINDS = {"dry_run": ("run_dry", "run.dry"), "import": ("run_import", "run.start")}


@action("run.dry")
def start(context: Context, migration_id: str, kind: str) -> Run:
    """Put a dry run or an import of a migration in the queue, under the plan of its newest validation.

    `kind` is 'dry_run' or 'import'. Raises ConflictError where there is no validation of the mapping as it is now, where a
    run of this migration is under way, where an import has fields that need a second person, or where the disk has no room.
    """
    if kind not in _KINDS:
        raise InvalidInputError(f"{kind!r} is not a kind of run.", hint="Choose dry_run or import.")
    workflow, permission = _KINDS[kind]
    require(context, permission)
    _refuse_a_second(context, migration_id)
    validation = _current_validation(context, migration_id)
    if kind == "import":
        _refuse_one_hand(context, migration_id, validation.totals["accept_above"])
    plan = plan_from_json(validation.plan)
    tables = accounting.tables_of(context, migration_id, plan)
    _refuse_without_rows(tables, migration_id)
    require_room(context, sum(table.rows for table in tables if table.entities))
    accept_above = validation.totals["accept_above"]
    excluded = excluded_money(context, migration_id, accept_above, plan) if kind == "import" else {}
    run = Run(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        migration_id=migration_id,
        validation_id=validation.id,
        kind=kind,
        state="queued",
        phase="validation" if kind == "dry_run" else "import",
        step=AWAITING_WORKER,
        plan=validation.plan,
        plan_hash=validation.plan_hash,
        rows_total=sum(table.rows for table in tables),
        rows_done=0,
        totals={"tables": [table.to_json() for table in tables], "excluded": excluded},
        checksums={},
        worked_seconds=0.0,
        created_by=context.person,
        updated_at=context.now,
    )
    context.session.add(run)
    context.session.flush()
    if kind == "import":
        context.session.execute(update(Migration).where(Migration.id == migration_id).values(phase="import"))
        streams = update(SourceStream).where(SourceStream.migration_id == migration_id)
        context.session.execute(streams.values(imported=True))
    add_event(context.session, run.id, "phase_change", context.now, state="queued")
    queue.enqueue(context.session, workflow, context.person, run.id)
    record(context, "run.start", "run", run.id, kind=kind, rows=run.rows_total)
    return run


@action("run.control")
def pause(context: Context, run_id: str) -> None:
    """Pause a run where it is. When it returns, nothing more is written until resume(); a dry run starts again then."""
    _stop(context, run_id, "paused", "Paused")


@action("run.control")
def cancel(context: Context, run_id: str) -> None:
    """Cancel a run for good. What it has loaded stays, and can be rolled back."""
    _stop(context, run_id, "cancelled", "Cancelled")


@action("run.control")
def resume(context: Context, run_id: str) -> None:
    """Resume a run that is paused, has failed, or awaits approval because something of it is missing.

    Chunks in the ledger are not loaded again. Raises ConflictError for any other run.
    """
    run = get_run(context, run_id)
    is_incomplete = run.state == "awaiting_approval" and bool(run.totals.get("gaps"))
    if run.state not in HALTED and not is_incomplete:
        raise ConflictError(
            f"The run is {as_words(run.state)}: there is nothing to resume.",
            run=run_id,
            state=run.state,
        )
    # A paused run keeps its place at work, so that no other run of the tenant comes between.
    to = "running" if run.state == "paused" and run.started_at else "queued"
    more = {"totals": accounting.without_outcome(run.totals)} if is_incomplete else {}
    _change(context, run_id, to, step=AWAITING_WORKER, error=None, **more)
    queue.enqueue(context.session, _KINDS[run.kind][0], context.person, run_id)
    record(context, "run.resume", "run", run_id)


@action("run.approve")
def approve(context: Context, run_id: str, reason: str | None = None) -> None:
    """Approve a run whose verification left differences open; `reason` says why they are acceptable.

    ConflictError for who started the run, unless in a demo or where nobody else may; the audit line says so.
    """
    run = get_run(context, run_id)
    facts = {}
    if run.created_by == context.person:
        facts = _alone_or_refuse(
            context, run_id, "run.approve", "You started this import; another person approves it."
        )
    if run.state != "awaiting_approval":
        raise ConflictError("This run does not await approval.", run=run_id, state=run.state)
    _change(context, run_id, "completed", phase="completion", step="Done")
    context.session.execute(
        update(Migration).where(Migration.id == run.migration_id).values(phase="completion")
    )
    learn_exclusions(context, run.migration_id)
    record(context, "run.approve", "run", run_id, reason=reason, **facts)


@action("run.rollback")
def rollback(
    context: Context,
    run_id: str,
    *,
    entities: Sequence[str] | None = None,
    discard_edits_of: Sequence[str] = (),
) -> Run:
    """Roll an import back, in the worker: all of it, or only `entities`.

    An import that somebody else started is a manager's to roll back. One that is or was completed takes two people
    (`rollback_requests`), unless in a demo or where nobody else may confirm; the audit line says so. A confirmed rollback
    that failed is resumed with the same arguments by who asked or confirmed. Records edited since the
    import are kept, except those whose target ids stand in `discard_edits_of`. Raises ConflictError for a run that is still at
    work (cancel it first) and where a second person is needed, InvalidInputError for an entity it did not load and for no
    entity at all.
    """
    run = get_run(context, run_id)
    if run.created_by != context.person:
        require(context, "run.rollback_any")
    check_rollback(run, entities)
    facts = {}
    if takes_two_people(context, run):
        if not context.tenant.is_demo:
            require(context, "run.rollback_ask")
        request = unfinished_request(context, run, entities, discard_edits_of)
        refusal = "This import was completed: its rollback takes two people."
        facts = (
            {"asked_by": request.asked_by, "confirmed_by": request.closed_by or ""}
            if request is not None
            else _alone_or_refuse(context, run_id, "run.rollback_confirm", refusal)
        )
    return begin_rollback(context, run, entities, discard_edits_of, **facts)


def check_rollback(run: Run, entities: Sequence[str] | None) -> None:
    """Raise ConflictError for a dry run, InvalidInputError for an entity that the run did not load and for none at all."""
    if run.kind != "import":
        raise ConflictError(
            "A dry run has changed nothing.", hint="There is nothing to roll back.", run=run.id
        )
    if entities is not None and not entities:
        raise InvalidInputError(
            "No entity is named to roll back.",
            hint="Name at least one, or leave entities out to roll back all.",
        )
    loaded = {plan.entity for plan in plan_from_json(run.plan).entities}
    if unknown := sorted(set(entities or ()) - loaded):
        raise InvalidInputError(
            f"The run did not load {', '.join(unknown)}.", hint=f"It loaded {', '.join(sorted(loaded))}."
        )


def begin_rollback(
    context: Context, run: Run, entities: Sequence[str] | None, discard_edits_of: Sequence[str], **facts: str
) -> Run:
    """Put the rollback of a run in the queue, in the open transaction; `facts` go into the audit line."""
    _change(context, run.id, "rolling_back", step=AWAITING_WORKER, error=None)
    entity_names = list(entities) if entities is not None else None
    queue.enqueue(context.session, "run_undo", context.person, run.id, entity_names, list(discard_edits_of))
    count = len(discard_edits_of)
    record(context, "run.rollback", "run", run.id, entities=entity_names, also_edited=count, **facts)
    context.session.refresh(run)
    return run


def _alone_or_refuse(context: Context, run_id: str, permission: str, refusal: str) -> dict[str, str]:
    """Return the fact of the audit line that one person is enough; ConflictError names who could be the second."""
    people = [] if context.tenant.is_demo else who_may(context, permission)
    if people or not (context.tenant.is_demo or context.may(permission)):
        raise ConflictError(refusal, hint=who_could(people), run=run_id, state="needs_second_person")
    return {"one_person": DEMO if context.tenant.is_demo else ALONE}


def _stop(context: Context, run_id: str, to: str, step: str) -> None:
    state = get_run(context, run_id).state
    _change(context, run_id, to, step=step)
    queue.withdraw(run_id)
    record(context, f"run.{'pause' if to == 'paused' else 'cancel'}", "run", run_id, was=state)


def _change(context: Context, run_id: str, to: str, **values: Any) -> None:
    """Change the state at the present time: the change may have waited for the open chunk."""
    change_state(context.session, run_id, to, now=clock.now(), **values)


def _current_validation(context: Context, migration_id: str) -> ValidationView:
    if context.session.get(Migration, (context.tenant.id, migration_id)) is None:
        raise NotFoundError("There is no such migration.", migration=migration_id)
    validation = validations.latest(context, migration_id)
    if validation is None or not validations.is_current(context, validation):
        raise ConflictError(
            "The data has not been validated."
            if validation is None
            else "The mapping or the files have changed since the validation.",
            hint="Run the validation, then start again.",
            migration=migration_id,
            state="not_validated" if validation is None else "validation_outdated",
        )
    return validation


def _refuse_without_rows(tables: Sequence[TableAccount], migration_id: str) -> None:
    """Raise ConflictError where no row would be imported: an import of nothing would count as completed."""
    if any(table.rows for table in tables if table.entities):
        return
    empty = not any(table.rows for table in tables)
    raise ConflictError(
        "There are no rows to import."
        if empty
        else "None of the rows would be imported: their fields are excluded or not mapped.",
        hint="Add a file with rows." if empty else "Map a field of the table to import, then validate again.",
        migration=migration_id,
        state="no_rows",
    )


def _refuse_one_hand(context: Context, migration_id: str, accept_above: float) -> None:
    """Raise ConflictError where a field awaits second approval."""
    pending_fields = mapping.awaiting_second(context, migration_id, accept_above=accept_above)
    if pending_fields:
        names = [f"{field.source_field} → {target_title(field.target)}" for field in pending_fields]
        raise ConflictError(
            f"{counted(len(names), 'field')} need second approval: {listed(names)}."
            if len(names) > 1
            else f"{names[0]} needs second approval.",
            hint="Ask another person to approve them on the mapping page.",
            migration=migration_id,
            state="needs_second_person",
            fields=[field.id for field in pending_fields],
        )


def _refuse_a_second(context: Context, migration_id: str) -> None:
    """Raise ConflictError where a run of the migration is under way.

    Locks the migration, so that a double click makes one run, and nothing that was validated changes before it stands.
    """
    context.session.execute(select(Migration.id).where(Migration.id == migration_id).with_for_update())
    active_run = context.session.execute(
        select(Run.id, Run.state).where(Run.migration_id == migration_id, Run.state.in_(UNDER_WAY))
    ).first()
    if active_run:
        raise ConflictError(
            f"A run of this migration is {as_words(active_run.state)}.",
            hint="Let it end, or cancel it.",
            run=active_run.id,
            state=active_run.state,
        )
