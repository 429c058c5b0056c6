"""What stands in the target, for the proof at the end of a run: read after the load has committed, in a session of its own.

PostgreSQL sums what the day's figures do not tell apart, as `folded` does for the files; all else is left to the same
function for both sides. Records go by our ids here, so that no line need look up its order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import func, select, text

from core.context import Context
from core.db.session import driver_connection
from core.db.target import PREFIX, target_table
from core.engine.runs.source_side import Columns, Files, money_columns
from core.engine.runs.walk import walk
from core.engine.validation.arithmetic import FOLDED_BY, FOLDED_SUMS, FOLDED_UNLESS_EMPTY, folded, is_foldable
from core.platform.access.actions import enter_as_worker

_SOURCES_ID = "_external_id"
_CELL, _LINE = "\x1f", "\x1e"
_AT_ONCE = 100
"""Texts of 2,000 lines that are typed at once, so that not all of them stand in memory twice."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Plain values, so that they may pass from thread to thread.

    texts    entity -> (columns, texts of many lines each): the money columns of the records in question
    changed  entity -> records that the run made or changed and that are there now
    """

    texts: dict[str, tuple[list[str], list[str]]]
    changed: dict[str, int]


def read_standing(tenant: str, person: str, run_id: str, whole: Collection[str]) -> Standing:
    """Of entities named in `whole` every record of the source is read, not only those that the run wrote."""
    with enter_as_worker(tenant, person) as context:
        # Another core is busy with the files meanwhile. Lines lie in the order of their orders: sorting takes less than
        # keeping the sums of all orders at once, and less memory.
        context.session.execute(text("set local max_parallel_workers_per_gather = 0"))
        context.session.execute(text("set local enable_hashagg = off"))
        context.session.execute(text("set local work_mem = '128MB'"))
        context.session.execute(text("set local jit = off"))
        run = walk(context, run_id)
        texts, written = {}, {}
        for entity, names in money_columns(run.plan).items():
            columns, query = _query(entity, names, whole=entity in whole)
            own = {"tenant": tenant, "source": run.plan.source, "run": run_id}
            parts = driver_connection(context.session).execute(query, own).fetchall()
            texts[entity] = columns, [part for part, _ in parts]
            written[entity] = sum(int(count) for _, count in parts)
        return Standing(texts, _changed(context, run_id, written))


def _query(entity: str, names: list[str], *, whole: bool) -> tuple[list[str], str]:
    """The columns it gives, and the query: many lines in one text, and how many records in it the run wrote.

    Many, as the driver spends as long on a message as on a thousand rows.
    """
    table = f'"{PREFIX}{entity}" t where t.tenant_id = %(tenant)s and t.source_name = %(source)s'
    fields = [name for name in names if name != "external_id"]
    by = [name for name in FOLDED_BY if name in fields]
    if entity == "order_line" and not whole and is_foldable(fields):
        sums = [name for name in FOLDED_SUMS if name in fields]
        empty = [f"{name} is null" for name in FOLDED_UNLESS_EMPTY if name in fields]
        columns = [*by, *sums]
        records = f"""select {", ".join([*by, *(f"sum({name}) as {name}" for name in sums)])}, count(*) as written
            from {table} and t.run_id = %(run)s group by {", ".join([*by, *empty])}"""
    elif whole:
        # Lines and payments refer to orders by our ids; nothing refers to them.
        key = f"t.id as external_id, t.external_id as {_SOURCES_ID}" if entity == "order" else "t.external_id"
        columns = ["external_id", *([_SOURCES_ID] if entity == "order" else []), *fields]
        records = f"""select {key}, {_quoted(fields)}
            (t.run_id = %(run)s)::int as written from {table}"""
    else:
        columns = ["external_id", *fields]
        records = f"""select t.id as external_id, {_quoted(fields)} 1 as written
            from {table} and t.run_id = %(run)s"""
    cells = ", ".join(f"coalesce(\"{name}\"::text, '')" for name in columns)
    return columns, (
        f"""select string_agg(line, E'\\x1e'), sum(written) from (
        select concat_ws(E'\\x1f', {cells}) as line, written, row_number() over () / 2000 as part
        from ({records}) records) lines group by part"""
    )


def _quoted(fields: list[str]) -> str:
    return "".join(f't."{name}", ' for name in fields)


def columns_of(standing: Standing, files: Files) -> Columns:
    """The records typed as the files' rows are; where another run may have written them, those the files tell of."""
    found = {}
    for entity, like in files.all.items():
        names, texts = standing.texts[entity]
        told = files.ids.get(entity)
        parts = [_frame(names, [], like.schema)]
        for start in range(0, len(texts), _AT_ONCE):
            frame = _frame(names, texts[start : start + _AT_ONCE], like.schema)
            if told is not None:
                frame = _among(frame, told)
            parts.append(folded(frame) if entity == "order_line" and told is not None else frame)
        found[entity] = _with_ids(pl.concat(parts, how="diagonal"))
    return found


def _among(frame: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The records whose id in the source is among those told of."""
    if _SOURCES_ID not in frame.columns:
        return frame.join(told, on="external_id", how="semi")
    return frame.join(told.rename({"external_id": _SOURCES_ID}), on=_SOURCES_ID, how="semi").drop(_SOURCES_ID)


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


def _changed(context: Context, run_id: str, written: Mapping[str, int]) -> dict[str, int]:
    """Records of the target that the run made or changed and that are there now; `written` are counted already."""
    own = {"tenant": context.tenant.id, "run": run_id}
    rows = context.session.execute(
        text(
            """select entity, sum(n) as n from (
              select entity, count(*) as n from change where tenant_id = :tenant and run_id = :run group by entity
              union all
              select entity, sum(cardinality(target_ids)) as n from new_records
              where tenant_id = :tenant and run_id = :run group by entity) touched group by entity"""
        ),
        own,
    ).all()
    found = {}
    for entity, noted in rows:
        there = written.get(entity)
        if there is None:
            table = target_table(entity)
            query = select(func.count()).select_from(table).where(table.c.run_id == run_id)
            there = int(context.session.scalar(query) or 0)
        touched = int(noted)
        if touched != there:  # a record that was filled in by a later chunk is noted twice
            touched = int(context.session.scalar(_TOUCHED, own | {"entity": entity}) or 0)
        found[entity] = min(touched, there)
    return found


_TOUCHED = text(
    """select count(*) from (
      select target_id from change where tenant_id = :tenant and run_id = :run and entity = :entity
      union
      select made from new_records, lateral unnest(target_ids) as made
      where tenant_id = :tenant and run_id = :run and entity = :entity) touched"""
)
