"""Write typed, linked rows of one entity into the target: by COPY where all of them are new, else set by set.

An existing record that changes leaves a Change with its image before and a hash after; the id of a new one is recorded.
Nothing here commits.
"""

from __future__ import annotations

import polars as pl
import psycopg

from core.db.binary import UuidArray, uuid_array
from core.db.personal import SOURCE_ID, stored_columns
from core.db.target import OWN_COLUMNS, target_table
from core.engine.batch import ROW
from core.engine.plan import Conflict
from core.engine.runs.loading import bulk_copy
from core.engine.runs.loading.bulk_copy import Cursor
from core.engine.runs.loading.personal_updates import encrypt_for_matches
from core.engine.runs.loading.write_context import WriteContext, duplicate_suffix
from core.kit import crypto
from core.schema import encrypted_fields, target_schema


def content_columns(entity: str) -> list[str]:
    """List the entity's fields in the order of its table, without external_id."""
    return [name for name in target_table(entity).c.keys() if name not in OWN_COLUMNS]  # noqa: SIM118  (a column collection)


def content_hash(entity: str, alias: str) -> str:
    """Return SQL for a 64-bit hash of a row's content."""
    parts = [f'{alias}."{name}"' for name in content_columns(entity)]
    return f"hashtextextended(row({alias}.external_id, {', '.join(parts)})::text, 0)"


def fingerprinted(key: bytes, frame: pl.DataFrame) -> pl.DataFrame:
    """Add row_hash: a keyed fingerprint of the content as the source gives it."""
    content = [name for name in frame.columns if name not in {ROW, "id"}]
    texts = [_as_text(frame, name).fill_null("\x00") for name in content]
    # As bytes: that takes half the time of encoding each text by itself.
    joined = frame.select(pl.concat_str(texts, separator="\x1f").cast(pl.Binary)).to_series()
    return frame.with_columns(pl.Series("row_hash", crypto.fingerprints(key, joined.to_list()), pl.Binary))


def _as_text(frame: pl.DataFrame, name: str) -> pl.Expr:
    if isinstance(frame.schema[name], pl.List):
        return pl.col(name).list.join("\x1e")
    return pl.col(name).cast(pl.String)


def write_rows(
    write_context: WriteContext, frame: pl.DataFrame, encoded_rows: list[bytes] | None = None
) -> pl.DataFrame:
    """Write rows (ROW, id, external_id, fields, row_hash; one row per external_id); `encoded_rows` are the same, encoded.

    Returns ROW and outcome: new, changed, same (nothing to do), kept (left as it was), repeated (folded into a row of
    this very run), duplicate (a second record beside the one that is there).
    """
    cursor = bulk_copy.driver_cursor(write_context)
    if write_context.expect_new and _insert_if_all_new(write_context, cursor, frame, encoded_rows):
        return frame.select(ROW, pl.lit("new").alias("outcome"))
    stored = stored_columns(write_context.entity, frame.columns)
    columns = [name for name in stored if name in content_columns(write_context.entity)]
    bulk_copy.copy_to_staging(write_context, cursor, frame)
    if not _match_existing(write_context, cursor, columns):
        _insert(write_context, cursor, columns)
        return frame.select(ROW, pl.lit("new").alias("outcome"))
    cursor.execute("select row, outcome from stage_hit")
    matched = pl.DataFrame(cursor.fetchall(), schema={ROW: pl.Int64, "outcome": pl.String}, orient="row")
    if write_context.entity_plan.conflict is Conflict.DUPLICATE:
        cursor.execute(
            """update stage s set external_id = s.external_id || %(beside)s
            from stage_hit h where h.row = s.row and h.outcome = 'duplicate'""",
            {"beside": duplicate_suffix(write_context.run_id)},
        )
        cursor.execute("delete from stage_hit where outcome = 'duplicate'")
    encrypt_for_matches(write_context, cursor, frame, columns)
    _update_existing(write_context, cursor, columns)
    _insert(
        write_context, cursor, columns, only="where not exists (select from stage_hit h where h.row = s.row)"
    )
    return (
        frame.select(ROW)
        .join(matched, on=ROW, how="left", maintain_order="left")
        .with_columns(pl.col("outcome").fill_null("new"))
    )


def _insert_if_all_new(
    write_context: WriteContext, cursor: Cursor, frame: pl.DataFrame, encoded_rows: list[bytes] | None
) -> bool:
    """Insert the rows if none of them exists, else none of them. Saves the staging table, and one look-up per row."""
    cursor.execute("savepoint all_new")
    try:
        columns = [name for name in frame.columns if name != ROW]
        bulk_copy.copy_insert(
            write_context, cursor, columns, encoded_rows or bulk_copy.encode_rows(write_context, frame)
        )
    except psycopg.errors.UniqueViolation:
        cursor.execute("rollback to savepoint all_new")
        return False
    cursor.execute("release savepoint all_new")
    _record_new_ids(write_context, cursor, uuid_array(frame["id"]))
    return True


def _record_new_ids(write_context: WriteContext, cursor: Cursor, ids: UuidArray) -> None:
    """Record the ids of new records. Without a hash: as long as nobody touches one, its revision stays 0."""
    cursor.execute(
        """insert into new_records (tenant_id, run_id, entity, target_ids)
        values (%(tenant)s, %(run)s, %(entity)s, %(ids)s)""",
        write_context.params | {"ids": ids},
    )


def _match_existing(write_context: WriteContext, cursor: Cursor, columns: list[str]) -> int:
    """Match the staged rows with existing records: stage_hit says what happens to each. Return how many there are."""
    gaps = " or ".join(f't."{name}" is null and s."{name}" is not null' for name in columns) or "false"
    differs = {
        Conflict.KEEP_EXISTING: "'kept'",
        Conflict.OVERWRITE: "'changed'",
        Conflict.MERGE: f"case when {gaps} then 'changed' else 'kept' end",
        Conflict.DUPLICATE: "'duplicate'",
    }[write_context.entity_plan.conflict]
    cursor.execute("drop table if exists stage_hit")
    # OFFSET 0 keeps it one look-up in the unique index per row, however little is known of the target's size.
    cursor.execute(
        f"""create temp table stage_hit on commit drop as
        select s.row, t.id, t.row_hash, case when t.run_id = %(run)s then 'repeated' else {differs} end as outcome
        from stage s cross join lateral (select * from "{write_context.table}" t where t.tenant_id = %(tenant)s
          and t.source_name = %(source)s and t.external_id = s.external_id offset 0) t""",
        write_context.params,
    )
    matched = int(cursor.rowcount)
    if matched:
        cursor.execute(
            """update stage_hit h set outcome = 'same' from stage s
            where s.row = h.row and s.row_hash = h.row_hash and h.outcome <> 'repeated'"""
        )
        cursor.execute("analyze stage_hit")
    return matched


def _update_existing(write_context: WriteContext, cursor: Cursor, columns: list[str]) -> None:
    """Update existing records: changed ones by the conflict strategy, repeated ones only where a field is empty."""
    save_before_images(write_context, cursor)
    lists = _joined_lists(write_context, columns)
    filled_fields = [f'"{name}" = {lists.get(name) or _first(name)}' for name in columns]
    overwritten_fields = [f'"{name}" = {lists.get(name) or _theirs(name)}' for name in columns]
    merging = write_context.entity_plan.conflict is Conflict.MERGE
    encrypted = encrypted_fields(write_context.entity).keys() & set(columns)
    conditions = [
        f'(t."{name}" is null or t."{name}" is not distinct from s."{name}")'
        for name in columns
        if name not in encrypted
    ]
    if encrypted:
        conditions.append("exists (select from stage_personal p where p.row = s.row and p.is_same)")
    equal = " and ".join(conditions)
    assignments = [
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
    _update_matched(
        write_context,
        cursor,
        "changed",
        [*(filled_fields if merging else overwritten_fields), *assignments],
        "true",
    )
    gaps = " or ".join(
        f't."{name}" is null and s."{name}" is not null'
        + (f" or {_adds_to_list(name, is_encrypted=name in encrypted)}" if name in lists else "")
        for name in columns
    )
    touched = _update_matched(write_context, cursor, "repeated", filled_fields, gaps) if columns else []
    save_after_hashes(write_context, cursor, touched)


def _theirs(name: str) -> str:
    return f's."{name}"'


def _first(name: str) -> str:
    return f'coalesce(t."{name}", s."{name}")'


def _joined_lists(write_context: WriteContext, columns: list[str]) -> dict[str, str]:
    """Return SQL that joins the lists of both sides, by column, where rows tell of a record only in part.

    Each row of a pupil tells of one child of a guardian: the next one adds to the list.
    """
    if write_context.entity_plan.primary:
        return {}
    fields = target_schema().entity(write_context.entity).fields
    encrypted = encrypted_fields(write_context.entity)
    return {
        # What is encrypted was joined before it was encrypted for the record.
        name: f'coalesce(s."{name}", t."{name}")'
        if name in encrypted
        else f"""case when t."{name}" is null or s."{name}" is null then {_first(name)} else t."{name}" || coalesce((
            select jsonb_agg(item) from jsonb_array_elements(s."{name}") item
            where not t."{name}" @> jsonb_build_array(item)), '[]'::jsonb) end"""
        for name in columns
        if name in fields and fields[name].is_list
    }


def _adds_to_list(name: str, *, is_encrypted: bool) -> str:
    """Return SQL that tells whether the staged list has something that the record's list has not."""
    if is_encrypted:
        return f's."{name}" is not null and t."{name}" is distinct from s."{name}"'
    return f'not t."{name}" @> s."{name}"'


def save_before_images(write_context: WriteContext, cursor: Cursor) -> None:
    """Save each record to be changed as it was before the run: of a row touched twice the first image stays."""
    cursor.execute(
        f"""insert into change (tenant_id, run_id, entity, target_id, before, after_hash)
        select t.tenant_id, %(run)s, %(entity)s, t.id, to_jsonb(t), 0 from "{write_context.table}" t
          join stage_hit h on h.id = t.id
        where t.tenant_id = %(tenant)s and h.outcome = 'changed' on conflict do nothing""",
        write_context.params,
    )


def save_after_hashes(write_context: WriteContext, cursor: Cursor, touched: list[str]) -> None:
    """Save the content hash of each changed record; of those this run had created (`touched`) the latest counts."""
    hashed = content_hash(write_context.entity, "t")
    cursor.execute(
        f"""update change c set after_hash = {hashed} from "{write_context.table}" t join stage_hit h on h.id = t.id
        where c.tenant_id = %(tenant)s and c.run_id = %(run)s and c.entity = %(entity)s and c.target_id = t.id
          and t.tenant_id = %(tenant)s and h.outcome in ('changed', 'repeated')""",
        write_context.params,
    )
    if touched:
        cursor.execute(
            f"""insert into new_records (tenant_id, run_id, entity, target_ids, after_hashes)
            select %(tenant)s, %(run)s, %(entity)s, array_agg(t.id), array_agg({hashed}) from "{write_context.table}" t
            where t.tenant_id = %(tenant)s and t.id = any(%(touched)s::uuid[]) and not exists (
              select from change c where c.tenant_id = %(tenant)s and c.run_id = %(run)s and c.entity = %(entity)s
                and c.target_id = t.id) having count(*) > 0""",
            write_context.params | {"touched": touched},
        )


def _update_matched(
    write_context: WriteContext, cursor: Cursor, outcome: str, values: list[str], condition: str
) -> list[str]:
    """Update the matches of one outcome; return the ids of the rows changed."""
    cursor.execute(
        f"""update "{write_context.table}" t set {", ".join(values)}
        from stage s join stage_hit h on h.row = s.row
        where t.tenant_id = %(tenant)s and t.id = h.id and h.outcome = '{outcome}' and ({condition}) returning t.id""",
        write_context.params,
    )
    return [str(row[0]) for row in cursor.fetchall()]


def _insert(write_context: WriteContext, cursor: Cursor, columns: list[str], *, only: str = "") -> None:
    """Insert what does not exist, and record the new ids."""
    is_about_person = target_schema().entity(write_context.entity).is_about_person
    inserted = [*columns, *([SOURCE_ID] if is_about_person else [])]
    names = "".join(f', "{name}"' for name in inserted)
    values = "".join(f', s."{name}"' for name in inserted)
    cursor.execute(
        f"""with made as (
          insert into "{write_context.table}" (tenant_id, id, source_name, external_id, migration_id, run_id, row_hash,
            stream_id, source_row, created_at, updated_at{names})
          select %(tenant)s, s.id, %(source)s, s.external_id, %(migration)s, %(run)s, s.row_hash, %(stream)s, s.row,
            %(now)s, %(now)s{values} from stage s {only} returning id)
        insert into new_records (tenant_id, run_id, entity, target_ids)
        select %(tenant)s, %(run)s, %(entity)s, array_agg(id) from made having count(*) > 0""",
        write_context.params,
    )
