"""Export the mapping and what people changed of it, each export recorded in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import datetime

from core.context import Context
from core.engine.mapping.views.decisions import Override, overrides
from core.engine.mapping.views.fields import field_rows
from core.engine.sources.views import migration
from core.kit.sheets import Cell
from core.platform.access.actions import action
from core.platform.audit.reports import record_report, write_report

_MAPPING = (
    "stream",
    "source_field",
    "target",
    "transform",
    "status",
    "confidence",
    "suggested_target",
    "reason",
)
"""Columns of an exported mapping: attributes of FieldRow."""


@action("migration.read")
def export_overrides(context: Context, migration_id: str, form: str) -> bytes:
    """Export the overrides as 'csv', 'xlsx' or 'json'."""
    columns = [field.name for field in fields(Override)]
    rows = [[_cell(value) for value in astuple(override)] for override in overrides(context, migration_id)]
    return _export(context, migration_id, columns, rows, form, name="Overrides")


@action("migration.read")
def export_mapping(context: Context, migration_id: str, form: str) -> bytes:
    """Export the mapping as 'csv', 'xlsx' or 'json', a row per source field and target."""
    rows = [[getattr(field, name) for name in _MAPPING] for field in field_rows(context, migration_id)]
    return _export(context, migration_id, _MAPPING, rows, form, name="Mapping")


def _export(
    context: Context,
    migration_id: str,
    columns: Sequence[str],
    rows: list[list[Cell]],
    form: str,
    *,
    name: str,
) -> bytes:
    migration(context, migration_id)  # NotFoundError without one
    file = write_report(context, columns, rows, form, name=name)
    return record_report(
        context, file, "export.decisions", "migration", migration_id, rows=len(rows), form=form
    )


def _cell(value: Cell | datetime) -> Cell:
    return value.isoformat() if isinstance(value, datetime) else value
