"""Takes the word of a second person about fields that one should not decide alone, and the limit from which on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.actions.decide import locked
from core.engine.mapping.actions.decision_log import Mark, log_decision, state
from core.engine.mapping.tables import MappingField
from core.engine.sources import views as sources_views
from core.errors import ConflictError, InvalidInputError, NotAllowedError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record


@action("mapping.edit")
def confirm_second(context: Context, versions: Mapping[str, int]) -> str:
    """Confirm fields that another person decided; return the batch, which undo takes back. All or none.

    `versions`: field id -> the version that was looked at. ConflictError where a field changed since or nobody decided
    it, NotAllowedError where the decision is one's own.
    """
    if not versions:
        raise InvalidInputError("No field is chosen.", hint="Choose at least one field.")
    mark = Mark(new_id(), looked=True)
    for field in locked(context, list(versions)).values():
        _check(context, field, versions[field.id])
        before = state(field)
        field.second_by, field.second_at = context.person, context.now
        field.version += 1
        log_decision(
            context,
            field,
            before,
            mark,
            "mapping.confirm_second",
            after={"second": context.person},
            first=field.decided_by,
        )
    return mark.batch


@action("settings.edit")
def set_exposure(context: Context, migration_id: str, amount: Decimal) -> None:
    """Return the money a price or tax column may touch before it takes two people, in the tenant's currency."""
    if not amount.is_finite() or amount < 0:
        raise InvalidInputError(f"{amount} is no amount to begin at.", hint="Use 0 or more.")
    migration = sources_views.migration(context, migration_id)
    was = views.exposure(context, migration_id)
    migration.settings = {**migration.settings, views.EXPOSURE_SETTING: str(amount)}
    record(context, "mapping.exposure", "migration", migration_id, was=str(was), now=str(amount))


def _check(context: Context, field: MappingField, version: int) -> None:
    name = field.source_field
    if field.version != version:
        raise ConflictError(
            f"Somebody has decided {name} since you looked.",
            hint="Look at it again, then confirm.",
            theirs=state(field) | {"version": field.version},
        )
    if field.decided_by is None:
        raise ConflictError(
            f"Nobody has decided {name} yet, so there is nothing to confirm.",
            hint="Decide it; another person confirms.",
            state=field.status,
        )
    if field.decided_by == context.person:
        raise NotAllowedError(
            f"You decided {name} yourself.", hint="It takes another person to confirm it.", field=field.id
        )
