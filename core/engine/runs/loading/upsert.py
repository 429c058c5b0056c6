"""Puts typed, linked rows of one entity into the target: by COPY where all of them are new, else set by set.

A record that was there leaves a Change with its image before and a hash after; one that was made is noted by its id.
Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import psycopg

from core.context import Context
from core.db.binary import UuidArray, uuid_array
from core.db.keys import tenant_key
from core.db.target import OWN_COLUMNS, target_table
from core.engine.batch import ROW
from core.engine.plan import Conflict, EntityPlan, Plan
from core.engine.runs.loading import bulk_copy
from core.engine.runs.loading.bulk_copy import Cursor
from core.kit import crypto


@dataclass(frozen=True, slots=True)
class Loading:
    """What a chunk is loaded under."""

    context: Context
    plan: Plan
    entity_plan: EntityPlan
    migration_id: str
    run_id: str
    stream_id: str
    expect_new: bool = False  # the chunk before met nothing that was there: try without looking first

    @property
    def entity(self) -> str:
        return self.entity_plan.entity

    @property
    def table(self) -> str:
        return target_table(self.entity).name

    @property
    def facts(self) -> dict[str, object]:
        """The parameters of the statements."""
        return {
            "tenant": self.context.tenant.id,
            "source": self.plan.source,
            "migration": self.migration_id,
            "run": self.run_id,
            "stream": self.stream_id,
            "entity": self.entity,
            "now": self.context.now,
        }


def beside(run_id: str) -> str:
    """What is added to the id of a record that the run writes beside one that is there: the beginning of the run's id."""
    return f"~{run_id[:13]}"


def content_columns(entity: str) -> list[str]:
    """The entity's own fields, in the order of its table, without external_id."""
    return [name for name in target_table(entity).c.keys() if name not in OWN_COLUMNS]  # noqa: SIM118  (a column collection)


def content_hash(entity: str, alias: str) -> str:
    """SQL for a 64-bit hash of a row's content."""
    parts = [f'{alias}."{name}"' for name in content_columns(entity)]
    return f"hashtextextended(row({alias}.external_id, {', '.join(parts)})::text, 0)"


def fingerprinted(context: Context, frame: pl.DataFrame) -> pl.DataFrame:
    """Adds row_hash: a keyed fingerprint of the content as the source gives it."""
    key = tenant_key(context.session)
    content = [name for name in frame.columns if name not in {ROW, "id"}]
    texts = [_as_text(frame, name).fill_null("\x00") for name in content]
    # As bytes: that takes half the time of encoding each text by itself.
    joined = frame.select(pl.concat_str(texts, separator="\x1f").cast(pl.Binary)).to_series()
    return frame.with_columns(pl.Series("row_hash", crypto.fingerprints(key, joined.to_list()), pl.Binary))


def _as_text(frame: pl.DataFrame, name: str) -> pl.Expr:
    if isinstance(frame.schema[name], pl.List):
        return pl.col(name).list.join("\x1e")
    return pl.col(name).cast(pl.String)


def write_rows(loading: Loading, frame: pl.DataFrame, sent: list[bytes] | None = None) -> pl.DataFrame:
    """Writes the rows (ROW, id, external_id, fields, row_hash; one row per external_id); `sent` is them encoded.

    Returns ROW and outcome: new, changed, same (nothing to do), kept (left as it was), repeated (folded into a row of
    this very run), duplicate (a second record beside the one that is there).
    """
    cursor = bulk_copy.driver_cursor(loading)
    if loading.expect_new and _all_new(loading, cursor, frame, sent):
        return frame.select(ROW, pl.lit("new").alias("outcome"))
    columns = [name for name in frame.columns if name in content_columns(loading.entity)]
    bulk_copy.stage(loading, cursor, frame)
    if not _hits(loading, cursor, columns):
        _insert(loading, cursor, columns)
        return frame.select(ROW, pl.lit("new").alias("outcome"))
    cursor.execute("select row, outcome from stage_hit")
    met = pl.DataFrame(cursor.fetchall(), schema={ROW: pl.Int64, "outcome": pl.String}, orient="row")
    if loading.entity_plan.conflict is Conflict.DUPLICATE:
        cursor.execute(
            """update stage s set external_id = s.external_id || %(beside)s
            from stage_hit h where h.row = s.row and h.outcome = 'duplicate'""",
            {"beside": beside(loading.run_id)},
        )
        cursor.execute("delete from stage_hit where outcome = 'duplicate'")
    _change(loading, cursor, columns)
    _insert(loading, cursor, columns, only="where not exists (select from stage_hit h where h.row = s.row)")
    return (
        frame.select(ROW)
        .join(met, on=ROW, how="left", maintain_order="left")
        .with_columns(pl.col("outcome").fill_null("new"))
    )


def _all_new(loading: Loading, cursor: Cursor, frame: pl.DataFrame, sent: list[bytes] | None) -> bool:
    """Adds the rows if none of them is there; else adds nothing. Saves the stage, and one look-up per row."""
    cursor.execute("savepoint all_new")
    try:
        columns = [name for name in frame.columns if name != ROW]
        bulk_copy.add(loading, cursor, columns, sent or bulk_copy.encoded(loading, frame))
    except psycopg.errors.UniqueViolation:
        cursor.execute("rollback to savepoint all_new")
        return False
    cursor.execute("release savepoint all_new")
    _note_made(loading, cursor, uuid_array(frame["id"]))
    return True


def _note_made(loading: Loading, cursor: Cursor, ids: UuidArray) -> None:
    """Notes new records. Without a hash: as long as nobody touches one, its revision stays 0."""
    cursor.execute(
        """insert into new_records (tenant_id, run_id, entity, target_ids)
        values (%(tenant)s, %(run)s, %(entity)s, %(ids)s)""",
        loading.facts | {"ids": ids},
    )


def _hits(loading: Loading, cursor: Cursor, columns: list[str]) -> int:
    """Finds the rows that are there already and says in stage_hit what happens to each; how many there are."""
    gaps = " or ".join(f't."{name}" is null and s."{name}" is not null' for name in columns) or "false"
    differs = {
        Conflict.KEEP_EXISTING: "'kept'",
        Conflict.OVERWRITE: "'changed'",
        Conflict.MERGE: f"case when {gaps} then 'changed' else 'kept' end",
        Conflict.DUPLICATE: "'duplicate'",
    }[loading.entity_plan.conflict]
    cursor.execute("drop table if exists stage_hit")
    # OFFSET 0 keeps it one look-up in the unique index per row, however little is known of the target's size.
    cursor.execute(
        f"""create temp table stage_hit on commit drop as
        select s.row, t.id, t.row_hash, case when t.run_id = %(run)s then 'repeated' else {differs} end as outcome
        from stage s cross join lateral (select * from "{loading.table}" t where t.tenant_id = %(tenant)s
          and t.source_name = %(source)s and t.external_id = s.external_id offset 0) t""",
        loading.facts,
    )
    found = int(cursor.rowcount)
    if found:
        cursor.execute(
            """update stage_hit h set outcome = 'same' from stage s
            where s.row = h.row and s.row_hash = h.row_hash and h.outcome <> 'repeated'"""
        )
        cursor.execute("analyze stage_hit")
    return found


def _change(loading: Loading, cursor: Cursor, columns: list[str]) -> None:
    """Writes over what is there: changed rows by the conflict strategy, repeated ones only where a field is empty."""
    # An image is taken once per run: of a row touched twice the first image is the one before the run.
    cursor.execute(
        f"""insert into change (tenant_id, run_id, entity, target_id, before, after_hash)
        select t.tenant_id, %(run)s, %(entity)s, t.id, to_jsonb(t), 0 from "{loading.table}" t
          join stage_hit h on h.id = t.id
        where t.tenant_id = %(tenant)s and h.outcome = 'changed' on conflict do nothing""",
        loading.facts,
    )
    filled = [f'"{name}" = coalesce(t."{name}", s."{name}")' for name in columns]
    written = [f'"{name}" = s."{name}"' for name in columns]
    merging = loading.entity_plan.conflict is Conflict.MERGE
    equal = " and ".join(
        f'(t."{name}" is null or t."{name}" is not distinct from s."{name}")' for name in columns
    )
    own = [
        # A merged record that keeps values of its own is not what the file says, so the file is not "same" next time.
        f"row_hash = case when {equal or 'true'} then s.row_hash else '' end"
        if merging
        else "row_hash = s.row_hash",
        "stream_id = %(stream)s",
        "source_row = s.row",
        "raw = null",
        "run_id = %(run)s",
        "migration_id = %(migration)s",
        "updated_at = %(now)s",
    ]
    _update(loading, cursor, "changed", [*(filled if merging else written), *own], "true")
    gaps = " or ".join(f't."{name}" is null and s."{name}" is not null' for name in columns)
    touched = _update(loading, cursor, "repeated", filled, gaps) if columns else []
    hashed = content_hash(loading.entity, "t")
    cursor.execute(
        f"""update change c set after_hash = {hashed} from "{loading.table}" t join stage_hit h on h.id = t.id
        where c.tenant_id = %(tenant)s and c.run_id = %(run)s and c.entity = %(entity)s and c.target_id = t.id
          and t.tenant_id = %(tenant)s and h.outcome in ('changed', 'repeated')""",
        loading.facts,
    )
    if touched:  # records this run had made itself: their latest hash counts
        cursor.execute(
            f"""insert into new_records (tenant_id, run_id, entity, target_ids, after_hashes)
            select %(tenant)s, %(run)s, %(entity)s, array_agg(t.id), array_agg({hashed}) from "{loading.table}" t
            where t.tenant_id = %(tenant)s and t.id = any(%(touched)s::uuid[]) and not exists (
              select from change c where c.tenant_id = %(tenant)s and c.run_id = %(run)s and c.entity = %(entity)s
                and c.target_id = t.id) having count(*) > 0""",
            loading.facts | {"touched": touched},
        )


def _update(loading: Loading, cursor: Cursor, outcome: str, values: list[str], condition: str) -> list[str]:
    """Updates the hits of one outcome; the ids of the rows it changed."""
    cursor.execute(
        f"""update "{loading.table}" t set {", ".join(values)}
        from stage s join stage_hit h on h.row = s.row
        where t.tenant_id = %(tenant)s and t.id = h.id and h.outcome = '{outcome}' and ({condition}) returning t.id""",
        loading.facts,
    )
    return [str(row[0]) for row in cursor.fetchall()]


def _insert(loading: Loading, cursor: Cursor, columns: list[str], *, only: str = "") -> None:
    """Adds what is not there, and notes the new records."""
    names = "".join(f', "{name}"' for name in columns)
    values = "".join(f', s."{name}"' for name in columns)
    cursor.execute(
        f"""with made as (
          insert into "{loading.table}" (tenant_id, id, source_name, external_id, migration_id, run_id, row_hash,
            stream_id, source_row, created_at, updated_at{names})
          select %(tenant)s, s.id, %(source)s, s.external_id, %(migration)s, %(run)s, s.row_hash, %(stream)s, s.row,
            %(now)s, %(now)s{values} from stage s {only} returning id)
        insert into new_records (tenant_id, run_id, entity, target_ids)
        select %(tenant)s, %(run)s, %(entity)s, array_agg(id) from made having count(*) > 0""",
        loading.facts,
    )
