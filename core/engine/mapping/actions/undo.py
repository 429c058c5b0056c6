"""Takes batches of decisions back: the last one or any before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.actions.decide import Decision, locked, save
from core.engine.mapping.actions.decision_log import Mark
from core.engine.mapping.tables import MappingDecision
from core.engine.mapping.views.batches import Fate, fates_of
from core.errors import ConflictError, NotFoundError
from core.kit.ids import new_id
from core.kit.wording import agree, counted
from core.platform.access.actions import action


@dataclass(frozen=True, slots=True)
class UndoResult:
    """The batch of the undo, how many fields it restored, and how many stay because they were decided since."""

    batch: str
    restored: int
    stay: int


@action("mapping.edit")
def undo(context: Context, batch: str, *, only_unchanged: bool = False) -> UndoResult:
    """Restore what stood before a batch, whatever was decided elsewhere since; an undo can be undone as well.

    A second approval that was withdrawn comes back only by the person who had given it.

    ConflictError where nothing of it stands any more, or where a part of its fields was decided since: its facts say
    how many (`changed`) and how many could be restored (`standing`), which `only_unchanged` does.
    """
    query = select(MappingDecision).where(MappingDecision.batch == batch)
    decisions = {decision.field_id: decision for decision in context.session.scalars(query)}
    if not decisions:
        raise NotFoundError("There is no such batch of decisions here.", hint="Reload the page.")
    fields = locked(context, list(decisions))
    fate = fates_of(context, MappingDecision.field_id.in_(list(decisions)))[batch]
    _check(fate, only_unchanged=only_unchanged)
    back = [
        Decision(
            field_id,
            fields[field_id].version,
            decision.before["target"],
            decision.before["transform"],
            decision.before["status"],
            decision.before["reason"] or "",
        )
        for field_id, decision in decisions.items()
        if field_id in fate.undoable_ids
    ]
    looked = all(decision.looked for decision in decisions.values())
    lessons = {
        decision.field_id: decisions[decision.field_id].before["taught"]
        for decision in back
        if "taught" in decisions[decision.field_id].before
    }
    mark = Mark(new_id(), undoes=batch, looked=looked)
    for field in save(context, back, mark, lessons):
        if field.status != views.SUGGESTED:
            before = decisions[field.id].before
            field.decided_by = before.get("by") or context.person
            second = before.get("second_by")
            if second and (second == context.person or not _withdrew(decisions[field.id])):
                field.second_by, field.second_at = second, datetime.fromisoformat(before["second_at"])
    return UndoResult(mark.batch, len(back), len(fate.since))


def _withdrew(decision: MappingDecision) -> bool:
    """Whether the decision took back a second approval and nothing else."""
    content = ("target", "transform", "status")
    return decision.undoes is not None and all(
        decision.before[name] == decision.after[name] for name in content
    )


def _check(fate: Fate, *, only_unchanged: bool) -> None:
    """Raise ConflictError for a batch that cannot be undone as asked."""
    changed_count, undoable_count = len(fate.since), len(fate.undoable_ids)
    if not undoable_count and not changed_count:
        raise ConflictError("This action is undone already.", hint="Reload the page.", changed=0, standing=0)
    if changed_count and (not undoable_count or not only_unchanged):
        verb = agree(changed_count, "were")
        raise ConflictError(
            f"{counted(changed_count, 'field')} of this action {verb} decided since.",
            hint=f"Undo the other {counted(undoable_count, 'field')} only."
            if undoable_count
            else "Nothing is left to undo.",
            changed=changed_count,
            standing=undoable_count,
        )
