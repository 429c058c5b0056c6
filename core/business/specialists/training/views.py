"""Show the training of a specialist as a checklist: to the person and to managers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from core.business.specialists.stored import find_specialist, require_own_or_managed
from core.business.specialists.tables import TrainingStep
from core.business.specialists.training.rules import Step, days
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.tables import Person


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with who did it when, and who confirmed it; None where not yet."""

    step: Step
    done_at: datetime | None
    done_by: str | None
    confirmed_at: datetime | None
    confirmed_by: str | None


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of the training."""

    title: str
    steps: Sequence[StepView]


@view("specialist.read")
def training(context: Context, specialist_id: str) -> list[DayView]:
    """List the days of the training with their steps. NotAllowedError for that of a colleague."""
    entry = find_specialist(context, specialist_id)
    require_own_or_managed(context, entry)
    doer, confirmer = aliased(Person), aliased(Person)
    query = (
        select(TrainingStep, doer.name, confirmer.name)
        .outerjoin(doer, doer.id == TrainingStep.done_by)
        .outerjoin(confirmer, confirmer.id == TrainingStep.confirmed_by)
        .where(TrainingStep.tenant_id == context.tenant.id, TrainingStep.specialist_id == entry.id)
    )
    rows = {row.step: (row, by, confirmed_by) for row, by, confirmed_by in context.session.execute(query)}
    return [DayView(day.title, [_view(step, rows.get(step.key)) for step in day.steps]) for day in days()]


def _view(step: Step, stored: tuple[TrainingStep, str | None, str | None] | None) -> StepView:
    if stored is None:
        return StepView(step, None, None, None, None)
    row, by, confirmed_by = stored
    return StepView(step, row.done_at, by, row.confirmed_at, confirmed_by)
