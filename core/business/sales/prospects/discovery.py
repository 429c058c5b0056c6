"""Answer the questions of discovery: an answer that a field of the prospect holds is written there."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from core.business.sales.prospects.actions import move_stage
from core.business.sales.prospects.events import add_event
from core.business.sales.prospects.questions import LOCATIONS, SYSTEM, question, read_answer
from core.business.sales.prospects.records import find_prospect, keep_answer, keep_answers, volume
from core.business.sales.prospects.rules import FieldsError, Stage
from core.business.sales.tables import DiscoveryAnswer, Prospect
from core.context import Context
from core.errors import AppError
from core.platform.access.actions import action
from core.platform.audit.actions import record


@action("prospect.edit")
def answer_discovery(context: Context, prospect_id: str, answers: Mapping[str, str]) -> list[str]:
    """Store answers: question -> text, '' to remove one; return the questions whose answer differs now.

    FieldsError names each answer that cannot be read, by its question; then none is stored. The first answer takes a
    new prospect to discovery.
    """
    prospect = find_prospect(context, prospect_id, lock=True)
    values, faults = {}, {}
    for key, text in answers.items():
        entry = question(prospect.domain, key)
        try:
            values[entry] = read_answer(entry, prospect.domain, text)
        except AppError as error:
            faults[key] = error.message
    if faults:
        raise FieldsError(faults)
    stored = _stored(context, prospect_id)
    differing = []
    for entry, value in values.items():
        if entry.fills:
            is_new = _fill(prospect, entry.fills, entry.measure, value)
        elif is_new := str(value or "") != stored.get(entry.key, ""):
            keep_answer(context, prospect_id, entry.key, str(value or ""))
        differing += [entry.key] if is_new else []
    keep_answers(context, prospect)
    if differing:
        _note_answers(context, prospect, differing)
    return differing


def _stored(context: Context, prospect_id: str) -> dict[str, str]:
    query = select(DiscoveryAnswer.question, DiscoveryAnswer.answer)
    rows = context.session.execute(query.where(DiscoveryAnswer.prospect_id == prospect_id))
    return {row.question: row.answer for row in rows}


def _fill(prospect: Prospect, fills: str, measure: str, value: str | int | None) -> bool:
    """Write an answer to its field; tell whether the field differs now."""
    if fills in {SYSTEM, LOCATIONS}:
        is_new: bool = getattr(prospect, fills) != value
        setattr(prospect, fills, value)
        return is_new
    before = prospect.volumes.get(measure)
    if (before["value"] if before else None) == value:
        return False
    others = {key: entry for key, entry in prospect.volumes.items() if key != measure}
    prospect.volumes = others | (
        {measure: volume(int(value), evidence="discovery")} if value is not None else {}
    )
    return True


def _note_answers(context: Context, prospect: Prospect, keys: list[str]) -> None:
    add_event(context, prospect.id, "discovery", questions=keys)
    record(context, "prospect.answer", "prospect", prospect.id, questions=keys)
    if prospect.stage == Stage.NEW:
        move_stage(context, prospect, Stage.DISCOVERY)
