"""The actions advice can offer: the engine's own, by name. Each checks its permission and commits itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions as mapping
from core.engine.mapping import views as mapping_views
from core.engine.mapping.actions import Decision
from core.engine.mapping.ai_review.actions import review_with_ai
from core.engine.mapping.bands import GREEN_ABOVE
from core.engine.runs import actions as runs
from core.engine.runs.records import held_rows_file
from core.engine.validation.actions import validate
from core.kit import money
from core.kit.wording import counted


@dataclass(frozen=True, slots=True)
class Done:
    """The result of an action as a sentence; `file` where it is a download."""

    message: str
    file: bytes | None = None
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class AdviceAction:
    """An action; `permissions` are those it asks for, so that nobody is offered what would be refused.

    `work` gets the offer's arguments by name, and so does `effect`: what would be changed, to be confirmed first.
    """

    permissions: frozenset[str]
    work: Callable[..., Done]
    effect: Callable[..., tuple[str, ...]] | None = None


def _suggest(context: Context, migration_id: str) -> Done:
    count = mapping.suggest_mapping(context, migration_id, SOURCES)
    return Done(f"{counted(count, 'field')} suggested.")


def _accept_green(context: Context, migration_id: str) -> Done:
    mapping.accept_above(context, migration_id, GREEN_ABOVE)
    return Done("High-confidence suggestions accepted.")


def _accept_green_effect(context: Context, migration_id: str) -> tuple[str, ...]:
    rows = mapping_views.field_rows(
        context,
        migration_id,
        mapping_views.FieldFilter(bands=frozenset({"green"}), undecided=True, unasked=True),
    )
    return _effect(context, rows, "accepted", f"{counted(len(rows), 'field', 'are')} accepted as suggested.")


def _exclude(context: Context, migration_id: str, pattern: str) -> Done:
    rows = _of_pattern(context, migration_id, pattern)
    decisions = [Decision(field.id, field.version, None, None, "ignored") for field in rows]
    batch = mapping.decide_many(context, decisions)
    return Done(f"Excluded {counted(mapping_views.fields_of(context, batch), 'column')}.")


def _exclude_effect(context: Context, migration_id: str, pattern: str) -> tuple[str, ...]:
    rows = _of_pattern(context, migration_id, pattern)
    return _effect(context, rows, "ignored", f"{counted(len(rows), 'column', 'are')} not imported.")


def _of_pattern(context: Context, migration_id: str, pattern: str) -> list[mapping_views.FieldRow]:
    return [
        field
        for group in mapping_views.patterns(context, migration_id)
        if group.pattern.name == pattern
        for field in group.fields
    ]


def _effect(context: Context, rows: list[mapping_views.FieldRow], status: str, first: str) -> tuple[str, ...]:
    """Describe what a joint decision about the fields would touch: fields, rows with values, money."""
    effect = mapping_views.bulk_effect(context, rows, status)
    lines = [first, f"{counted(effect.rows, 'row', 'have')} a value in at least one of them."]
    if effect.amount:
        lines.append(f"Amount affected: {money.show(effect.amount, context.tenant.currency)}.")
    if effect.high:
        lines.append(f"{counted(effect.high, 'high-confidence field', 'are')} left as they are.")
    return (*lines, "It can be undone later, in the list of bulk actions on Mapping.")


def _ask_ai(context: Context, migration_id: str) -> Done:
    outcome = review_with_ai(context, migration_id)
    reason = next(iter(outcome.unanswered), "")
    return Done(
        f"Asked about {counted(outcome.question_count, 'field')}: {outcome.answer_count:,} answered, {outcome.change_count:,} changed."
        + (f" {reason}" if reason else "")
    )


def _validate(context: Context, migration_id: str) -> Done:
    held = validate(context, migration_id).totals["file_held"]
    return Done(f"Validated: {counted(held, 'row', 'have')} errors.")


def _start(context: Context, migration_id: str, kind: str) -> Done:
    runs.start(context, migration_id, kind)
    return Done("The import is queued." if kind == "import" else "The dry run is queued.")


def _resume(context: Context, _migration_id: str, run_id: str) -> Done:
    runs.resume(context, run_id)
    return Done("The run is resumed.")


def _rollback(context: Context, _migration_id: str, run_id: str) -> Done:
    runs.rollback(context, run_id)
    return Done("The import is being rolled back.")


def _set_conflict(context: Context, migration_id: str, entity: str, strategy: str) -> Done:
    mapping.set_conflict(context, migration_id, entity, strategy)
    return Done("The strategy is saved.")


def _held_file(context: Context, _migration_id: str, run_id: str) -> Done:
    return Done("Held rows downloaded.", held_rows_file(context, run_id, "csv"), "held_rows.csv")


def _needs(*permissions: str) -> frozenset[str]:
    return frozenset(permissions)


ADVICE_ACTIONS: Mapping[str, AdviceAction] = {
    "suggest": AdviceAction(_needs("mapping.edit"), _suggest),
    "accept_green": AdviceAction(_needs("mapping.edit"), _accept_green, _accept_green_effect),
    "exclude": AdviceAction(_needs("mapping.edit"), _exclude, _exclude_effect),
    "ask_ai": AdviceAction(_needs("ai.ask"), _ask_ai),
    "validate": AdviceAction(_needs("validation.run"), _validate),
    "start": AdviceAction(_needs("run.dry"), _start),
    "resume": AdviceAction(_needs("run.control"), _resume),
    "rollback": AdviceAction(_needs("run.rollback"), _rollback),
    "set_conflict": AdviceAction(_needs("mapping.edit"), _set_conflict),
    "held_file": AdviceAction(_needs("personal.read"), _held_file),
}
