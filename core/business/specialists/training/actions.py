"""Tick steps of the training; managers confirm them, not those of their own."""

from __future__ import annotations

from sqlalchemy import select

from core.business.specialists.stored import find_editable, find_specialist
from core.business.specialists.tables import TrainingStep
from core.business.specialists.training.rules import check_step
from core.context import Context
from core.errors import ConflictError, NotAllowedError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record


@action("specialist.edit")
def tick_step(context: Context, specialist_id: str, step: str, *, done: bool = True) -> None:
    """Note that a step of the training was done, or take it back: one's own, of a manager everybody's.

    ConflictError for taking back a step that a manager confirmed.
    """
    check_step(step)
    entry = find_editable(context, specialist_id)
    row = _find(context, entry.id, step)
    if row is None:
        row = TrainingStep(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            specialist_id=entry.id,
            step=step,
            done_at=None,
            done_by=None,
            confirmed_at=None,
            confirmed_by=None,
        )
        context.session.add(row)
    if done == (row.done_at is not None):
        return
    if not done and row.confirmed_at is not None:
        raise ConflictError("A manager has confirmed this step.", hint="It stays as it is.")
    row.done_at, row.done_by = (context.now, context.person) if done else (None, None)
    record(context, "training.tick", "specialist", entry.id, step=step, done=done)


@action("certificate.grant")
def confirm_step(context: Context, specialist_id: str, step: str) -> None:
    """Confirm a step that is done; ConflictError for one that is not done, or is confirmed. Nobody confirms their own."""
    check_step(step)
    entry = find_specialist(context, specialist_id, hold=True)
    if entry.person_id == context.person:
        raise NotAllowedError(
            "Nobody confirms their own training.", hint="Ask another manager.", permission="certificate.grant"
        )
    row = _find(context, entry.id, step)
    if row is None or row.done_at is None:
        raise ConflictError("This step is not done yet.", hint="It is ticked first, then confirmed.")
    if row.confirmed_at is not None:
        raise ConflictError("This step is confirmed already.")
    row.confirmed_at, row.confirmed_by = context.now, context.person
    record(context, "training.confirm", "specialist", entry.id, step=step)


def _find(context: Context, specialist_id: str, step: str) -> TrainingStep | None:
    return context.session.scalar(
        select(TrainingStep).where(
            TrainingStep.tenant_id == context.tenant.id,
            TrainingStep.specialist_id == specialist_id,
            TrainingStep.step == step,
        )
    )
