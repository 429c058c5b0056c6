"""Account for a run: every row of the migration's files, in the plan or not, with exactly one outcome.

The tables of the files and who excluded what are noted in `run.totals["tables"]` when the run is started, the outcomes
at its end, so that a file that is removed or read again later does not change what is said about the run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any

from sqlalchemy import text, update

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.mapping.plans import plan_from_json
from core.engine.mapping.record_keys import left_out_words
from core.engine.mapping.review import is_consent
from core.engine.mapping.views import FieldRow
from core.engine.plan import Plan
from core.engine.runs.lookup import get_run
from core.engine.runs.reconciliation.accounting_rules import (
    OUTCOME_OF,
    Account,
    Exclusion,
    Outcome,
    TableAccount,
    outcome_without_plan,
    outcomes_of,
    table_from_json,
)
from core.engine.runs.reconciliation.amounts import is_undecided, outside, with_amounts
from core.engine.runs.reconciliation.gaps import Gap, gap_from_json
from core.engine.runs.rules import FATES, STAYS, Fate
from core.engine.runs.tables import Run
from core.engine.runs.totals import totals_of
from core.engine.sources import views as sources
from core.platform.access.actions import view

_OUT = (Fate.FAILED.value, Fate.QUARANTINED.value)
_IN_TARGET = ("already_there", "kept_existing")


@view("run.read")
def account(context: Context, run_id: str) -> Account:
    """Account for the rows of a run's files: as noted at its end, else as far as it has got. NotFoundError without it."""
    run = get_run(context, run_id)
    if "differing" in run.totals:
        tables = tuple(table_from_json(document) for document in run.totals["tables"])
        gaps = tuple(gap_from_json(document) for document in run.totals.get("gaps", ()))
        return Account(run_id, tables, tuple(run.totals["differing"]), gaps=gaps)
    return _worked_out(context, run, final="target_rows" in run.totals)


def tables_of(context: Context, migration_id: str, plan: Plan) -> list[TableAccount]:
    """List the tables of the migration's files as they are now: their rows, what `plan` makes of them, who excluded fields."""
    entities: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entity_plan in plan.entities:
        entities[entity_plan.stream][entity_plan.entity] = None
    fields: defaultdict[str, list[mapping.FieldRow]] = defaultdict(list)
    for row in mapping.field_rows(context, migration_id):
        fields[row.stream].append(row)
    tables = []
    amounts: dict[str, tuple[str, ...]] = {}
    for source_table in sources.row_totals(context, migration_id).tables:
        mapped = fields[source_table.table]
        still_open = [row for row in mapped if is_undecided(row)]
        if source_table.table not in amounts:
            source_fields = (row.source_field for row in with_amounts(context, outside(still_open, plan)))
            amounts[source_table.table] = tuple(dict.fromkeys(source_fields))
        table = TableAccount(
            source_table.stream_id,
            source_table.file,
            source_table.table,
            source_table.rows,
            tuple(entities[source_table.table]),
            exclusions=_exclusions(mapped),
            undecided=bool(still_open)
            and (source_table.entity is not None or not _needs_no_decision(source_table.file, mapped)),
            fields=len(mapped),
            open_fields=len(still_open),
            open_amounts=amounts[source_table.table] if source_table.rows else (),
            asked=_asked([row for row in still_open if not is_consent(row.target)]),
            asked_consent=_asked([row for row in still_open if is_consent(row.target)]),
            left_out=_left_out(plan, source_table.table, mapped),
            excluded_columns=_excluded_columns(plan, source_table.table, mapped),
        )
        tables.append(table if table.entities else outcome_without_plan(table, len(mapped)))
    return tables


def _asked(rows: Sequence[FieldRow]) -> tuple[str, ...]:
    """List the columns with values whose question is open, each once."""
    return tuple(dict.fromkeys(row.source_field for row in rows if row.question and row.rows))


def _left_out(plan: Plan, table: str, fields: Sequence[mapping.FieldRow]) -> tuple[str, ...]:
    """Word what the plan leaves out of a table, where its columns have values."""
    filled = {field.source_field for field in fields if field.rows}
    parts = [part for part in plan.left_out if part.stream == table and filled & set(part.columns)]
    return tuple(map(left_out_words, parts))


def _excluded_columns(plan: Plan, table: str, fields: Sequence[mapping.FieldRow]) -> tuple[str, ...]:
    """List the columns with values that a person excluded, and that nothing is made of."""
    used = {column for part in plan.entities if part.stream == table for column in part.columns()}
    excluded = [field for field in fields if field.status == "ignored" and field.decided_by and field.rows]
    names = dict.fromkeys(field.source_field for field in excluded if field.source_field not in used)
    return tuple(names) if used else ()


def _needs_no_decision(file: str, fields: Sequence[FieldRow]) -> bool:
    """Whether a table of no entity is about the export itself, as tables of JSON documents and a bundle's manifest are."""
    is_document = any(suffix.startswith(".json") for suffix in PurePath(file.lower()).suffixes)
    return is_document or all(field.origin == "documentation" and not field.target for field in fields)


def finish_account(
    context: Context,
    run: Run,
    target_rows: Mapping[str, int] | None = None,
    money: Mapping[str, Any] | None = None,
    gaps: Sequence[Gap] = (),
) -> Account:
    """Note the outcome of every row in the run's totals, that of the money, and what is missing, in the open transaction.

    `target_rows`: entity -> records that the run wrote and the target holds; a dry run has neither these nor money.
    """
    entities = totals_of(context, run.id)
    account = _worked_out(context, run, final=True)
    differing = [
        entity
        for entity, counts in entities.items()
        if sum(counts[fate] for fate in FATES) != counts["read"]
        or (target_rows is not None and counts["migrated"] != target_rows.get(entity, 0))
    ]
    noted: dict[str, Any] = {
        "entities": entities,
        "tables": [table.to_json() for table in account.tables],
        "differing": differing,
    }
    if target_rows is not None:
        noted["target_rows"] = dict(target_rows)
    if money is not None:
        noted["money"] = dict(money)
    if gaps:
        noted["gaps"] = [gap.to_json() for gap in gaps]
    kept_out = set() if gaps else {"excluded"}  # a run with gaps is resumed, and verified again
    totals = {name: value for name, value in run.totals.items() if name not in kept_out} | noted
    context.session.execute(update(Run).where(Run.id == run.id).values(totals=totals))
    return replace(account, differing=tuple(differing), gaps=tuple(gaps))


def without_outcome(totals: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run's totals as they were before it was verified, for a run that goes on."""
    noted = {"entities", "differing", "target_rows", "money", "gaps", "file_totals"}
    return {name: value for name, value in totals.items() if name not in noted}


def noted_tables(totals: Mapping[str, Any]) -> tuple[TableAccount, ...] | None:
    """Read the tables noted when the run was started; None for an older run, which has none."""
    return tuple(table_from_json(document) for document in totals["tables"]) if "tables" in totals else None


def held_in(totals: Mapping[str, Any]) -> int:
    """Count the rows of the files that a fault kept out, by a run's totals; 0 while it has not ended."""
    if "differing" in totals:
        return Account("", noted_tables(totals) or ()).held
    return sum(
        counts.get(fate, 0) for counts in totals.get("entities", {}).values() for fate in _OUT
    )  # a run from before its rows were accounted for


def held_rows_of(context: Context, run_id: str) -> int:
    """Count the rows of the files that a fault has kept out so far; a row held for two entities counts once."""
    query = text(
        """select coalesce(sum(upper(rows) - lower(rows)), 0) from (
          select stream_id, unnest(range_agg(int8range(first, last, '[]'))) as rows from (
            select stream_id, unnest(starts) as first, unnest(ends) as last from row_fate
            where tenant_id = :tenant and run_id = :run and fate = any(:fates)) ranges group by stream_id) held"""
    )
    params = {"tenant": context.tenant.id, "run": run_id, "fates": list(_OUT)}
    return int(context.session.scalar(query, params) or 0)


# --- fields of the mapping --------------------------------------------------------------------------------------


def _exclusions(fields: Sequence[mapping.FieldRow]) -> tuple[Exclusion, ...]:
    """List who excluded fields and why, the largest decision first."""
    latest: dict[tuple[str, str], datetime] = {}
    count: defaultdict[tuple[str, str], int] = defaultdict(int)
    for mapped_field in fields:
        if mapped_field.status == "ignored" and mapped_field.decided_by and mapped_field.decided_at:
            key = (mapped_field.decided_by, mapped_field.reason or "")
            latest[key] = max(mapped_field.decided_at, latest.get(key, mapped_field.decided_at))
            count[key] += 1
    ordered = sorted(latest, key=lambda key: -count[key])
    return tuple(Exclusion(by, latest[by, reason], reason, count[by, reason]) for by, reason in ordered)


# --- outcomes ---------------------------------------------------------------------------------------------------


@dataclass
class _StreamRecord:
    """What the run recorded about one table: rows by (entity, outcome), records, rows by (rule, entity)."""

    rows: dict[str, dict[Outcome, int]] = field(default_factory=dict)
    became: dict[str, int] = field(default_factory=dict)
    matched: dict[str, int] = field(default_factory=dict)
    rules: dict[str, dict[str, int]] = field(default_factory=dict)

    def processed(self, entities: Sequence[str]) -> int:
        """Count the rows that every entity plan has gone through: each reads the chunks in the same order."""
        return min((sum(self.rows.get(entity, {}).values()) for entity in entities), default=0)

    def are_in_one(self, rows: int) -> bool:
        """Whether one entity says of every row that it came in or was kept out by a fault, so that no other can differ."""
        decisive = (Outcome.IMPORTED, Outcome.HELD, Outcome.FAILED)
        return any(
            sum(counts.get(outcome, 0) for outcome in decisive) == rows for counts in self.rows.values()
        )

    def skip_rules(self) -> dict[str, int]:
        """Count rows by rule: by the rules that skip a row for every entity, where there are any.

        Rows of records that stay are counted under why they do, and not under the rule as well.
        """
        staying = {reason: max(counts.values()) for reason, counts in self.rules.items() if STAYS in reason}
        by_rule = {rule: counts for rule, counts in self.rules.items() if rule not in staying}
        whole = {rule: counts for rule, counts in by_rule.items() if len(counts) == len(self.rows)}
        rules = {
            rule: max(counts.values())
            - sum(rows for why, rows in staying.items() if why.startswith(rule + STAYS))
            for rule, counts in (whole or by_rule).items()
        }
        return {rule: rows for rule, rows in rules.items() if rows > 0} | staying

    def has(self, *outcomes: Outcome) -> bool:
        return any(counts.get(outcome) for counts in self.rows.values() for outcome in outcomes)


def _worked_out(context: Context, run: Run, *, final: bool) -> Account:
    recorded = _recorded_streams(context, run.id)
    tables = noted_tables(run.totals)
    if tables is None:
        tables = tuple(tables_of(context, run.migration_id, plan_from_json(run.plan)))
    tables = (*tables, *_added_since(context, run, tables, recorded))
    planned = [table for table in tables if table.entities]
    counts = _rows_by_outcome(context, run.id, planned, recorded)
    accounted = []
    for table in tables:
        if not table.entities:
            accounted.append(table)
            continue
        of_table = recorded.get(table.stream_id, _StreamRecord())
        outcomes = outcomes_of(
            table.rows,
            counts.get(table.stream_id, {}),
            processed=of_table.processed(table.entities),
            final=final,
        )
        accounted.append(
            replace(
                table,
                outcomes=outcomes,
                became=of_table.became,
                matched=of_table.matched,
                skip_rules=of_table.skip_rules() if outcomes.get(Outcome.SKIPPED) else {},
            )
        )
    return Account(run.id, tuple(accounted), final=final)


def _recorded_streams(context: Context, run_id: str) -> dict[str, _StreamRecord]:
    """Read what was recorded about each stream, without the ranges."""
    recorded: defaultdict[str, _StreamRecord] = defaultdict(_StreamRecord)
    query = text(
        """select stream_id::text, entity, fate, case when fate = 'failed' then '' else reason end as reason,
        sum(rows) as rows from row_fate where tenant_id = :tenant and run_id = :run group by 1, 2, 3, 4"""
    )
    for stream_id, entity, fate, reason, rows in context.session.execute(
        query, {"tenant": context.tenant.id, "run": run_id}
    ):
        of_table, outcome, number = recorded[stream_id], OUTCOME_OF[fate], int(rows)
        by_outcome = of_table.rows.setdefault(entity, {})
        by_outcome[outcome] = by_outcome.get(outcome, 0) + number
        if fate == Fate.MIGRATED:
            of_table.became[entity] = of_table.became.get(entity, 0) + number
        elif reason in _IN_TARGET:
            of_table.matched[entity] = of_table.matched.get(entity, 0) + number
        elif outcome is Outcome.SKIPPED:
            of_rule = of_table.rules.setdefault(reason, {})
            of_rule[entity] = of_rule.get(entity, 0) + number
    return dict(recorded)


def _added_since(
    context: Context, run: Run, tables: Sequence[TableAccount], recorded: Mapping[str, _StreamRecord]
) -> list[TableAccount]:
    """List tables that were added after the run was started and whose rows it has read."""
    missing = recorded.keys() - {table.stream_id for table in tables}
    if not missing:
        return []
    now = tables_of(context, run.migration_id, plan_from_json(run.plan))
    return [table for table in now if table.stream_id in missing]


def _rows_by_outcome(
    context: Context, run_id: str, tables: Sequence[TableAccount], recorded: Mapping[str, _StreamRecord]
) -> dict[str, dict[Outcome, int]]:
    """Count the rows of each stream by outcome, each row once. Ranges are read only where the sums do not settle it."""
    by_stream: dict[str, dict[Outcome, int]] = {}
    faults, recount_ids = [], []
    for table in tables:
        of_table = recorded.get(table.stream_id)
        if of_table is None:
            continue
        if not of_table.are_in_one(table.rows):
            recount_ids.append(table.stream_id)
        elif of_table.has(Outcome.HELD, Outcome.FAILED):
            faults.append(table.stream_id)
        else:
            by_stream[table.stream_id] = {Outcome.IMPORTED: table.rows}
    by_stream |= _from_ranges(context, run_id, recount_ids, FATES)
    rows = {table.stream_id: table.rows for table in tables}
    for stream_id, counts in _from_ranges(context, run_id, faults, _OUT).items():
        by_stream[stream_id] = counts | {Outcome.IMPORTED: rows[stream_id] - sum(counts.values())}
    return by_stream


_RANKED = (Outcome.FAILED, Outcome.HELD, Outcome.IMPORTED, Outcome.NO_CONSENT, Outcome.SKIPPED)


def _from_ranges(
    context: Context, run_id: str, streams: Sequence[str], fates: Sequence[str]
) -> dict[str, dict[Outcome, int]]:
    """Count rows by outcome; each row takes the first of _RANKED that any entity gave it. The database joins the ranges."""
    if not streams:
        return {}
    sets, counted = [], []
    for number, outcome in enumerate(_RANKED):
        names = ", ".join(f"'{fate}'" for fate, of_fate in OUTCOME_OF.items() if of_fate is outcome)
        sets.append(
            "coalesce(range_agg(int8range(first, last, '[]')) filter"
            f" (where fate in ({names})), '{{}}'::int8multirange) as s{number}"
        )
        remainder = " - ".join([f"s{number}", *(f"s{earlier}" for earlier in range(number))])
        counted.append(
            f"(select coalesce(sum(upper(r) - lower(r)), 0) from unnest({remainder}) as r) as c{number}"
        )
    rows = context.session.execute(
        text(
            f"""select stream_id::text, {", ".join(counted)} from (select stream_id, {", ".join(sets)} from (
            select stream_id, fate, unnest(starts) as first, unnest(ends) as last from row_fate
            where tenant_id = :tenant and run_id = :run and stream_id = any(cast(:streams as uuid[]))
            and fate = any(:fates)) ranges group by stream_id) sets"""
        ),
        {"tenant": context.tenant.id, "run": run_id, "streams": list(streams), "fates": list(fates)},
    )
    return {
        stream_id: {outcome: int(number) for outcome, number in zip(_RANKED, numbers, strict=True)}
        for stream_id, *numbers in rows
    }
