"""Record types on the command line: what each table of a migration is taken for, and another choice."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from adapters import SOURCES
from core.engine.mapping.actions import record_type_effect, set_record_type, undo_record_type
from core.engine.mapping.bands import whole_percent
from core.engine.mapping.views import TableType, record_types
from core.engine.mapping.views.record_types import record_type_label
from core.entry.cli.answer import Answer, table
from core.entry.cli.session import resolve_migration, tenant_session


def show(args: Namespace) -> Answer:
    """List the record types of a migration's tables; with --set or --undo after the change of the named tables."""
    keep = not args.replace_decisions
    change_counts: dict[str, int] = {}
    with tenant_session(args) as context:
        migration_id = resolve_migration(context, args.migration)
        for stream, entity in args.set:  # refused before anything is written
            effect = record_type_effect(context, migration_id, stream, entity, SOURCES, keep_decisions=keep)
            change_counts[stream] = effect.changes
        for stream in args.undo:
            undo_record_type(context, migration_id, stream, SOURCES)
        for stream, entity in args.set:
            set_record_type(context, migration_id, stream, entity, SOURCES, keep_decisions=keep)
        types = record_types(context, migration_id)
    document = [_document(item) | {"changed_fields": change_counts.get(item.stream, 0)} for item in types]
    rows = [
        (item.stream, record_type_label(item.entity), _certainty(item), _runner_up(item), item.fields)
        for item in types
    ]
    return Answer(document, table(("table", "record type", "chance", "next likeliest", "fields"), rows))


def _document(item: TableType) -> dict[str, Any]:
    return {
        "table": item.stream,
        "record_type": item.entity,
        "chance": item.chance,
        "chosen": item.is_chosen,
        "documented": item.is_documented,
        "ranked": [{"record_type": entity, "chance": chance} for entity, chance in item.ranked],
        "fields": item.fields,
    }


def _certainty(item: TableType) -> str:
    if item.is_chosen:
        return "chosen"
    if item.is_documented:
        return "documented"
    return "" if item.chance is None else f"{whole_percent(item.chance)}%"


def _runner_up(item: TableType) -> str:
    if item.runner_up is None:
        return ""
    entity, chance = item.runner_up
    return f"{record_type_label(entity)}, {whole_percent(chance)}%"
