"""The data frame of the mapping grid: a row per field."""

from __future__ import annotations

import pandas as pd

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.views import FieldRow, FieldWarning
from core.kit import money
from core.schema import target_title
from pages.mapping.state import edits
from pages.mapping.state.edits import DECISIONS, Row, standing_badge
from pages.mapping.state.keys import SAMPLES
from pages.mapping.state.reads import cached_until_reload


def view_frame(context: Context, migration_id: str, rows: list[FieldRow]) -> pd.DataFrame:
    samples = cached_until_reload(SAMPLES, migration_id, lambda: views.samples_for(context, migration_id))
    warnings = views.field_warnings(context, migration_id)
    pending_ids = {row.id for row in views.awaiting_second(context, migration_id)}
    names = views.person_names(context, {row.decided_by for row in rows})
    currency = context.tenant.currency
    return pd.DataFrame(
        {
            edits.SOURCE: [row.source_field for row in rows],
            edits.SAMPLE: [", ".join(samples.get((row.stream, row.source_field), [])) for row in rows],
            edits.CONFIDENCE: [[standing_badge(row, row.decided_by, context.person, names)] for row in rows],
            edits.MAPS_TO: [target_title(row.target) if row.target else None for row in rows],
            edits.WARNINGS: [
                labels_of(warnings.get(row.id, ()), approval=row.id in pending_ids) for row in rows
            ],
            edits.DECISION: [DECISIONS[row.status] for row in rows],
            edits.DETAILS: [":material/info:"] * len(rows),
            edits.TRANSFORM: [row.transform or "" for row in rows],
            edits.TABLE: [row.stream for row in rows],
            edits.ROWS: [row.rows for row in rows],
            edits.AMOUNT: [money.show(row.money, currency) if row.money else "" for row in rows],
        }
    )


def labels_of(warnings: tuple[FieldWarning, ...], *, approval: bool) -> list[str]:
    """Return the badges of a row's warnings, 'Approval' where it needs a second person."""
    return [*dict.fromkeys(warning.label for warning in warnings), *(["Approval"] if approval else [])]


def cells_of(row: Row) -> dict[str, str | None]:
    """Return the editable cells of a row: column -> shown value."""
    title = target_title(row.target) if row.target else None
    return {edits.MAPS_TO: title, edits.TRANSFORM: row.transform, edits.DECISION: row.decision}
