"""The rollback of an import that is or was completed, by two people: one asks, another one confirms; until then nothing is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.context import Context
from core.engine.runs.actions import begin_rollback, check_rollback
from core.engine.runs.lookup import get_run, resumable_request, takes_two_people
from core.engine.runs.rules import STATES, RunState
from core.engine.runs.tables import RollbackRequest, Run
from core.engine.sources.tables import Migration
from core.errors import ConflictError, InvalidInputError, NotAllowedError
from core.kit import clock
from core.kit.ids import new_id
from core.kit.wording import as_words
from core.platform.access.actions import action, require, view
from core.platform.access.colleagues import who_could, who_may
from core.platform.access.tables import Person
from core.platform.audit.actions import record
from core.platform.events.actions import emit

VALID_FOR = timedelta(hours=24)
"""How long a request waits for its second person."""

CONFIRM = "run.rollback_confirm"


@dataclass(frozen=True, slots=True)
class ConfirmedRollback:
    """What two people agreed to roll back: these entities (None: all), and edits of these records with them."""

    entities: tuple[str, ...] | None
    discard_edits_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that waits for a second person. `mine`: the person asked; `can_confirm`, `can_withdraw`: may do so.

    `second` says who could confirm it, '' where nobody can.
    """

    run_id: str
    asked_by: str
    name: str
    reason: str
    entities: tuple[str, ...] | None
    discarded: int
    created_at: datetime
    expires_at: datetime
    mine: bool
    can_confirm: bool
    can_withdraw: bool
    second: str


@action("run.rollback_ask")
def ask_rollback(
    context: Context,
    run_id: str,
    *,
    reason: str,
    entities: Sequence[str] | None = None,
    discard_edits_of: Sequence[str] = (),
) -> RollbackRequest:
    """Ask for the rollback of a completed import; a second person is told and confirms within VALID_FOR.

    Raises ConflictError for a run that never was completed and where a request is open, InvalidInputError without a reason
    and as `rollback` does.
    """
    if not reason.strip():
        raise InvalidInputError("A rollback needs a reason.", hint="Say why the import should go.")
    run = get_run(context, run_id)
    check_rollback(run, entities)
    _require_second_person(context, run)
    now = clock.now()
    if (pending := _pending(context, run_id, hold=True)) is not None:
        if now < pending.expires_at:
            raise ConflictError(
                "A rollback of this import was asked for already.",
                hint=who_could(who_may(context, CONFIRM)),
                run=run_id,
                state="rollback_requested",
            )
        _close(context, pending, "expired", now)
        context.session.flush()
    request = RollbackRequest(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=now,
        run_id=run_id,
        asked_by=context.person,
        reason=reason.strip(),
        entities=None if entities is None else list(entities),
        discard_edits_of=list(discard_edits_of),
        expires_at=now + VALID_FOR,
    )
    context.session.add(request)
    record(context, "run.rollback_ask", "run", run_id, reason=reason, entities=request.entities)
    _tell(context, run)
    return request


@action("run.rollback_ask")
def withdraw_rollback(context: Context, run_id: str) -> None:
    """Withdraw the open request of a run. NotAllowedError unless the person asked, or may confirm."""
    request = _open_request(context, run_id)
    if request.asked_by != context.person:
        require(context, CONFIRM)
    _close(context, request, "withdrawn", clock.now())
    record(context, "run.rollback_withdraw", "run", run_id)


@action(CONFIRM)
def confirm_rollback(context: Context, run_id: str) -> Run:
    """Confirm the request of another person, which starts the rollback. NotAllowedError for who asked.

    Raises ConflictError where no request is open, where it has expired, or where who asked has no access any more.
    """
    request = _open_request(context, run_id)
    colleagues = who_may(context, "run.rollback_ask")
    if request.asked_by == context.person:
        raise NotAllowedError(
            "You asked for this rollback: another person confirms it.",
            hint=who_could(who_may(context, CONFIRM)),
            run=run_id,
        )
    if request.asked_by not in {colleague.person_id for colleague in colleagues}:
        raise ConflictError(
            "Who asked for this rollback has no access to this customer any more.",
            hint="Withdraw the request and ask again.",
            run=run_id,
        )
    run = get_run(context, run_id)
    _require_second_person(context, run)
    _close(context, request, "confirmed", clock.now())
    return begin_rollback(context, run, request.entities, request.discard_edits_of, asked_by=request.asked_by)


@view("run.read")
def resumable_rollback(context: Context, run_id: str) -> ConfirmedRollback | None:
    """Return what was confirmed of a rollback that failed, which the person may resume; None where there is none."""
    request = resumable_request(context, get_run(context, run_id))
    if request is None:
        return None
    entities = None if request.entities is None else tuple(request.entities)
    return ConfirmedRollback(entities, tuple(request.discard_edits_of))


@view("run.read")
def open_request(context: Context, run_id: str) -> OpenRequest | None:
    """Show the request of a run that waits for its second person; None where there is none."""
    request = _pending(context, run_id)
    if request is None or clock.now() >= request.expires_at:
        return None
    mine = request.asked_by == context.person
    may_confirm = context.may(CONFIRM)
    return OpenRequest(
        run_id,
        request.asked_by,
        context.session.scalar(select(Person.name).where(Person.id == request.asked_by)) or "",
        request.reason,
        None if request.entities is None else tuple(request.entities),
        len(request.discard_edits_of),
        request.created_at,
        request.expires_at,
        mine,
        may_confirm and not mine,
        may_confirm or mine,
        who_could([person for person in who_may(context, CONFIRM) if person.person_id != request.asked_by]),
    )


def _pending(context: Context, run_id: str, *, hold: bool = False) -> RollbackRequest | None:
    query = select(RollbackRequest).where(RollbackRequest.run_id == run_id, RollbackRequest.outcome.is_(None))
    if hold:
        query = query.with_for_update()
    return context.session.scalar(query.execution_options(populate_existing=True))


def _open_request(context: Context, run_id: str) -> RollbackRequest:
    """Lock the open request of a run; ConflictError where there is none, or it has expired."""
    get_run(context, run_id)
    request = _pending(context, run_id, hold=True)
    if request is None:
        raise ConflictError("Nobody has asked for the rollback of this import.", run=run_id)
    if clock.now() >= request.expires_at:
        raise ConflictError(
            "The request for this rollback has expired.", hint="Ask again.", run=run_id, state="expired"
        )
    return request


def _close(context: Context, request: RollbackRequest, outcome: str, now: datetime) -> None:
    request.outcome, request.closed_by, request.closed_at = outcome, context.person, now


def _require_second_person(context: Context, run: Run) -> None:
    is_at_rest = RunState.ROLLING_BACK in STATES[run.state]
    if not is_at_rest or not takes_two_people(context, run):
        raise ConflictError(
            f"The run is {as_words(run.state)}: its rollback needs no second person."
            if is_at_rest
            else f"The run is {as_words(run.state)}: it cannot be rolled back now.",
            hint="Roll it back." if is_at_rest else "Let it end, or cancel it.",
            run=run.id,
            state=run.state,
        )


def _tell(context: Context, run: Run) -> None:
    """Tell those who could confirm."""
    people = [person.person_id for person in who_may(context, CONFIRM)]
    name = context.session.scalar(select(Migration.name).where(Migration.id == run.migration_id))
    migration = run.migration_id
    emit(context, "rollback_wanted", to=people, migration=name, migration_id=migration, run_id=run.id)
