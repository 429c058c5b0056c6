"""Read what the target has, for the proof at the end of a run: after the load has committed, in a separate session.

PostgreSQL sums what the day's figures do not tell apart, as `folded` does for the files; all else is left to the same
function for both sides. Records of the run go by our ids here, so that no line need look up its order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import func, select, text

from core.context import Context
from core.db.session import driver_connection
from core.db.target import PREFIX, target_table
from core.engine.plan import KEEPING, Conflict
from core.engine.runs.loading.run_plan import run_plan_for
from core.engine.runs.loading.write_context import duplicate_suffix
from core.engine.runs.reconciliation.completeness import dangling
from core.engine.runs.reconciliation.source_totals import Columns, SourceTotals, money_columns
from core.engine.validation.arithmetic import FOLDED_BY, FOLDED_SUMS, FOLDED_UNLESS_EMPTY, folded, is_foldable
from core.platform.access.actions import enter_as_worker

KEPT_FLAG = "_kept"
_CELL, _LINE = "\x1f", "\x1e"
_TEXTS_PER_FRAME = 100
"""Texts of 2,000 lines that are typed at once, so that not all of them stand in memory twice."""


@dataclass(frozen=True, slots=True)
class TargetTotals:
    """Plain values, so that they may pass from thread to thread.

    texts    entity -> (columns, texts of many lines each): the money columns of the records in question
    records  entity -> records that the run made or changed and that are there now
    dangling (entity, reference) -> references of those records, and how many of them lead nowhere
    """

    texts: dict[str, tuple[list[str], list[str]]]
    records: dict[str, int]
    dangling: dict[tuple[str, str], tuple[int, int]]


def read_target(tenant: str, person: str, run_id: str, *, every_record: bool) -> TargetTotals:
    """Read the records that the run wrote, by our ids; if `every_record`, every record of the source, by the source's ids.

    A record that the run wrote beside another then goes by the other's id, in its stead.
    """
    with enter_as_worker(tenant, person) as context:
        # Another core is busy with the files meanwhile. Lines lie in the order of their orders: sorting takes less than
        # keeping the sums of all orders at once, and less memory.
        context.session.execute(text("set local max_parallel_workers_per_gather = 0"))
        context.session.execute(text("set local enable_hashagg = off"))
        context.session.execute(text("set local work_mem = '128MB'"))
        context.session.execute(text("set local jit = off"))
        plan = run_plan_for(context, run_id).plan
        texts, run_records = {}, {}
        for entity, names in money_columns(plan).items():
            conflicts = {entity_plan.conflict for entity_plan in plan.of(entity)}
            columns, query = (
                _every_record(entity, names, conflicts) if every_record else _of_run(entity, names)
            )
            params = {"tenant": tenant, "source": plan.source, "run": run_id, "entity": entity}
            params["beside"] = duplicate_suffix(run_id)
            parts = (
                driver_connection(context.session).execute(_many_in_one(columns, query), params).fetchall()
            )
            texts[entity] = columns, [part for part, _ in parts]
            run_records[entity] = sum(int(count) for _, count in parts)
        context.session.execute(text("set local enable_hashagg = on"))
        dangling_references = dangling(context, run_id, (entity_plan.entity for entity_plan in plan.entities))
        return TargetTotals(texts, _records_in_target(context, run_id, run_records), dangling_references)


def _many_in_one(columns: list[str], records: str) -> str:
    """Build the query that returns many lines in one text, and how many of the records in it the run wrote.

    Many, as the driver spends as long on a message as on a thousand rows.
    """
    cells = ", ".join(f"coalesce(\"{name}\"::text, '')" for name in columns)
    return f"""select string_agg(line, E'\\x1e'), sum(written) from (
        select concat_ws(E'\\x1f', {cells}) as line, written, row_number() over () / 2000 as part
        from ({records}) records) lines group by part"""


def _of_run(entity: str, names: list[str]) -> tuple[list[str], str]:
    """Build columns and query of the records that the run wrote; lines that are treated alike in one sum."""
    table = _table(entity)
    fields = [name for name in names if name != "external_id"]
    by = [name for name in FOLDED_BY if name in fields]
    if entity == "order_line" and is_foldable(fields):
        sums = [name for name in FOLDED_SUMS if name in fields]
        empty = [f"{name} is null" for name in FOLDED_UNLESS_EMPTY if name in fields]
        return [*by, *sums], (
            f"""select {", ".join([*by, *(f"sum({name}) as {name}" for name in sums)])}, count(*) as written
            from {table} and t.run_id = %(run)s group by {", ".join([*by, *empty])}"""
        )
    # Lines and payments refer to orders by our ids; nothing refers to them.
    return ["external_id", *fields], (
        f"""select t.id as external_id, {_quoted(fields)} 1 as written from {table} and t.run_id = %(run)s"""
    )


def _every_record(entity: str, names: list[str], conflicts: Collection[Conflict]) -> tuple[list[str], str]:
    """Build columns and query of every record of the source; KEPT_FLAG marks those that kept what they had."""
    fields = [name for name in names if name not in {"external_id", "order_id"}]
    columns = ["external_id", *(["order_id"] if "order_id" in names else []), *fields, KEPT_FLAG]
    order, join = "", ""
    if "order_id" in names:
        order = f"{_sources_id('o')} as order_id,"
        join = f'left join "{PREFIX}order" o on o.tenant_id = t.tenant_id and o.id = t.order_id'
    is_kept, stands = "false", ""
    if not set(KEEPING).isdisjoint(conflicts):
        is_kept = """t.run_id <> %(run)s or exists (select from change c where c.tenant_id = %(tenant)s
            and c.run_id = %(run)s and c.entity = %(entity)s and c.target_id = t.id)"""
    if Conflict.DUPLICATE in conflicts:
        stands = f"""and not exists (select from "{PREFIX}{entity}" b where b.tenant_id = %(tenant)s
            and b.source_name = %(source)s and b.external_id = t.external_id || %(beside)s)"""
    return columns, (
        f"""select {_sources_id("t")} as external_id, {order} {_quoted(fields)} ({is_kept}) as {KEPT_FLAG},
            (t.run_id = %(run)s)::int as written from {_table(entity, join)} {stands}"""
    )


def _table(entity: str, join: str = "") -> str:
    return f'"{PREFIX}{entity}" t {join} where t.tenant_id = %(tenant)s and t.source_name = %(source)s'


def _sources_id(alias: str) -> str:
    """Return SQL for the source's id of a record, also of one that the run wrote beside another."""
    return f"""case when {alias}.run_id = %(run)s and right({alias}.external_id, length(%(beside)s)) = %(beside)s
        then left({alias}.external_id, -length(%(beside)s)) else {alias}.external_id end"""


def _quoted(fields: list[str]) -> str:
    return "".join(f't."{name}", ' for name in fields)


def target_columns(target_totals: TargetTotals, source_totals: SourceTotals) -> Columns:
    """Type the records as the files' rows are; where every record was read, those that the files loaded."""
    columns = {}
    for entity, frames in _typed_parts(target_totals, source_totals):
        is_whole = entity in source_totals.ids
        parts = [frame.drop(KEPT_FLAG, strict=False) for frame in frames]
        columns[entity] = _with_ids(
            pl.concat(
                (folded(part) if is_whole and entity == "order_line" else part for part in parts),
                how="diagonal",
            )
        )
    return columns


def kept_columns(target_totals: TargetTotals, source_totals: SourceTotals) -> Columns:
    """List the records of the files that kept what they had before the run, as in `target_columns`."""
    return {
        entity: pl.concat(frame.filter(pl.col(KEPT_FLAG) == "true").drop(KEPT_FLAG) for frame in frames)
        for entity, frames in _typed_parts(target_totals, source_totals)
        if entity in source_totals.ids
    }


def _typed_parts(
    target_totals: TargetTotals, source_totals: SourceTotals
) -> Iterator[tuple[str, Iterator[pl.DataFrame]]]:
    for entity, like in source_totals.all.items():
        yield entity, _parts(*target_totals.texts[entity], like.schema, source_totals.ids.get(entity))


def _parts(
    names: list[str], texts: list[str], kinds: Mapping[str, pl.DataType], among: pl.DataFrame | None
) -> Iterator[pl.DataFrame]:
    """Yield a frame without records, so that there is a part in any case, then frames of many records each."""
    for part in (
        [],
        *(texts[start : start + _TEXTS_PER_FRAME] for start in range(0, len(texts), _TEXTS_PER_FRAME)),
    ):
        frame = _frame(names, part, kinds)
        yield frame if among is None else frame.join(among, on="external_id", how="semi")


def _with_ids(frame: pl.DataFrame) -> pl.DataFrame:
    if "external_id" in frame.columns:
        return frame
    return frame.with_columns(pl.int_range(pl.len()).cast(pl.String).alias("external_id"))


def _frame(names: list[str], texts: Sequence[str], kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
    if not texts:
        read = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    else:
        read = pl.read_csv(
            _LINE.join(texts).encode(), has_header=False, new_columns=names, infer_schema=False,
            separator=_CELL, eol_char=_LINE, quote_char=None,
        )  # fmt: skip
    return read.with_columns(_typed(name, kinds[name]) for name in names if name in kinds)


def _typed(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return column.str.strip_suffix("+00").str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_zone="UTC")
    if kind == pl.Boolean:
        return column == "true"
    if kind == pl.Date:
        return column.str.to_date("%Y-%m-%d")
    return column.cast(kind, strict=False)  # a sum may be too large for the kind of its parts, as in `folded`


# --- how many records -------------------------------------------------------------------------------------------


def _records_in_target(context: Context, run_id: str, run_records: Mapping[str, int]) -> dict[str, int]:
    """Count the records that the run created or changed and that are in the target now; `run_records` are counted already."""
    params = {"tenant": context.tenant.id, "run": run_id}
    rows = context.session.execute(
        text(
            """select entity, sum(n) as n from (
              select entity, count(*) as n from change where tenant_id = :tenant and run_id = :run group by entity
              union all
              select entity, sum(cardinality(target_ids)) as n from new_records
              where tenant_id = :tenant and run_id = :run group by entity) touched group by entity"""
        ),
        params,
    ).all()
    records = {}
    for entity, noted in rows:
        in_target = run_records.get(entity)
        if in_target is None:
            table = target_table(entity)
            query = select(func.count()).select_from(table).where(table.c.run_id == run_id)
            in_target = int(context.session.scalar(query) or 0)
        touched = int(noted)
        if touched != in_target:  # a record that was filled in by a later chunk is noted twice
            touched = int(context.session.scalar(_TOUCHED, params | {"entity": entity}) or 0)
        records[entity] = min(touched, in_target)
    return records


_TOUCHED = text(
    """select count(*) from (
      select target_id from change where tenant_id = :tenant and run_id = :run and entity = :entity
      union
      select made from new_records, lateral unnest(target_ids) as made
      where tenant_id = :tenant and run_id = :run and entity = :entity) touched"""
)
