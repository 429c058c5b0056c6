"""Takes choices about the values of a field, and remembers them for the customer's next file."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert

from core.context import Context
from core.engine.mapping import value_maps, views
from core.engine.mapping.actions.decide import decide
from core.engine.mapping.tables import MappingField, ValueMemory
from core.errors import InvalidInputError
from core.platform.access.actions import action


@action("mapping.edit")
def decide_values(
    context: Context,
    field_id: str,
    *,
    version: int,
    choices: Mapping[str, str | None],
    reason: str = "",
) -> MappingField:
    """Decides where the field's values go: value -> option, None to leave it empty; the field's target stays.

    The choices become its transform. A transform that did more than map values is replaced, so give all values then.
    ConflictError as from `decide`; InvalidInputError for a target without options.
    """
    field = views.mapping_field(context, field_id)
    options = value_maps.options_of(field.target)
    if field.target is None or not options:
        raise InvalidInputError(
            f"{field.source_field} does not go to a field with options.", hint="Choose its target first."
        )
    settings = views.import_settings(context, field.migration_id)
    was = dict(
        zip(choices, value_maps.read(list(choices), field.transform, field.target, settings), strict=True)
    )
    transform = value_maps.with_choices(field.transform, choices, field.target, settings)
    field_decided = decide(
        context,
        field_id,
        version=version,
        target=field.target,
        transform=transform,
        status="accepted" if transform == field.transform else "edited",
        reason=reason,
    )
    changes = {value: option for value, option in choices.items() if option != was[value]}
    _remember(context, settings.source, field_decided, changes)
    return field_decided


def _remember(context: Context, source: str, field: MappingField, choices: Mapping[str, str | None]) -> None:
    """Keep what was chosen anew; an empty option is a value that is left empty on purpose."""
    for value, option in sorted(choices.items()):
        statement = insert(ValueMemory).values(
            tenant_id=context.tenant.id,
            source=source,
            source_field=field.source_field,
            target=field.target,
            value=value,
            option=option or "",
            times=1,
            decided_by=context.person,
            decided_at=context.now,
        )
        context.session.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "source", "source_field", "target", "value"],
                set_={
                    "option": statement.excluded.option,
                    "times": ValueMemory.times + 1,
                    "decided_by": statement.excluded.decided_by,
                    "decided_at": statement.excluded.decided_at,
                },
            )
        )
