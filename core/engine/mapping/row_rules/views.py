"""Shows the row rules of a migration, with the rows that each is about"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import select

from core.context import Context
from core.engine.batch import ROW
from core.engine.mapping.row_rules.rules import Decisions, Proposal, is_of_sums, propose, with_rules
from core.engine.plan import Plan
from core.engine.sources import store
from core.engine.sources import views as sources
from core.engine.sources.non_data.facts import RowFacts
from core.engine.sources.tables import Migration, SourceStream
from core.kit.masking import mask
from core.platform.access.actions import view
from core.platform.audit.actions import note_reading

SETTING = "row_rules"
"""The setting of a migration: key of a rule -> whether its rows are skipped."""

_MAX_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """A row that a rule is about: its number in the file and its filled cells."""

    row: int
    cells: dict[str, str]


def row_rules(context: Context, migration_id: str, plan: Plan) -> list[Proposal]:
    """List the rules that the rows of the plan's streams give cause for, with what people decided."""
    return propose(plan, _facts(context, migration_id), _decisions(context, migration_id))


def plan_with_row_rules(context: Context, migration_id: str, plan: Plan) -> Plan:
    """Return the plan under which rows that are not records of an entity are skipped, or held until a person decides."""
    facts = _facts(context, migration_id)
    if not facts:
        return plan
    return with_rules(plan, propose(plan, facts, _decisions(context, migration_id)))


def decided_here(context: Context, migration_id: str) -> frozenset[str]:
    """Return the keys of the rules that people decided in this migration, not in an earlier one of the source system."""
    return frozenset(sources.migration(context, migration_id).settings.get(SETTING, {}))


@view("migration.read")
def example_rows(context: Context, migration_id: str, proposal: Proposal) -> list[ExampleRow]:
    """Read the first rows that a rule is about; people's own values are masked without personal.read."""
    rows: list[ExampleRow] = []
    for stream in sources.streams(context, migration_id):
        if stream.name != proposal.stream:
            continue
        for head in store.list_chunks(context, stream.id):
            frame = store.read_chunk(context, head.stream_id, head.chunk_no)
            if proposal.column not in frame.columns:
                continue
            matches = frame.filter(pl.col(proposal.column).str.strip_chars() == proposal.value)
            rows_shown = _masked(context, stream, matches.head(_MAX_SHOWN - len(rows)))
            rows += [_example(cells) for cells in rows_shown.iter_rows(named=True)]
            if len(rows) >= _MAX_SHOWN:
                return rows
    return rows


def _masked(context: Context, stream: SourceStream, rows: pl.DataFrame) -> pl.DataFrame:
    """Note that people's own values in the rows are shown, or mask them."""
    hidden = list(sources.personal_columns(rows.drop(ROW), stream.entity))
    if context.may("personal.read"):
        if hidden and not rows.is_empty():
            data = stream.entity or "unknown"
            note_reading(context, "source_stream", stream.id, data=data, purpose="rows that are not records")
        return rows
    return rows.with_columns(pl.col(hidden).map_elements(mask, return_dtype=pl.String))


def _example(cells: dict[str, str | None]) -> ExampleRow:
    texts = {name: text for name, text in cells.items() if text is not None and not name.startswith("_")}
    return ExampleRow(int(str(cells[ROW])), texts)


def _facts(context: Context, migration_id: str) -> dict[str, RowFacts]:
    """Read the facts about the rows of each stream that has any, over all its files."""
    facts: dict[str, RowFacts] = {}
    query = select(SourceStream.name, SourceStream.facts[ROW]).where(
        SourceStream.migration_id == migration_id, SourceStream.facts.has_key(ROW)
    )
    for name, document in context.session.execute(query.order_by(SourceStream.created_at, SourceStream.id)):
        facts.setdefault(name, RowFacts()).merge(RowFacts.read({ROW: document}))
    return facts


def _decisions(context: Context, migration_id: str) -> Decisions:
    """Read what people decided, in this migration last, before it in others of the same source system.

    That a row of sums is a record was said of the rows of one file: it does not hold for the sums of another.
    """
    migration = sources.migration(context, migration_id)
    query = select(Migration.settings[SETTING]).where(
        Migration.tenant_id == context.tenant.id,
        Migration.source == migration.source,
        Migration.id != migration.id,
        Migration.settings.has_key(SETTING),
    )
    earlier = context.session.scalars(query.order_by(Migration.created_at, Migration.id)).all()
    decisions: dict[str, bool] = {}
    for document in earlier:
        decisions |= {key: bool(skips) for key, skips in document.items() if skips or not is_of_sums(key)}
    return decisions | {key: bool(skips) for key, skips in migration.settings.get(SETTING, {}).items()}
