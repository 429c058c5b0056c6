"""Encrypt the personal values of staged rows anew for the records they change.

A value is bound to its record's id, so what was staged under a new id belongs to no record that exists. A value that
the record has already keeps its bytes: then equal values are equal to the statements that follow.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl
from sqlalchemy import BigInteger, Boolean, LargeBinary
from sqlalchemy.types import TypeEngine

from core.db.binary import binary_copy
from core.db.personal import PersonalValues, plain_bytes
from core.engine.batch import ROW
from core.engine.runs.loading.bulk_copy import Cursor, copy_encoded
from core.engine.runs.loading.write_context import WriteContext


def encrypt_for_matches(
    write_context: WriteContext, cursor: Cursor, frame: pl.DataFrame, columns: Sequence[str]
) -> None:
    """Replace the personal values in `stage` by those for the record matched; `stage_personal` says which rows alter none.

    `frame` are the rows as they were staged, in clear. Rows of `stage_hit` that change nothing personal are left alone.
    """
    values = PersonalValues.of(write_context.context.session, write_context.entity)
    names = [name for name in columns if name in values.fields]
    if not names:
        return
    matched = _matched(write_context, cursor, values, names)
    plain = matched.select(ROW).join(frame.select(ROW, *names), on=ROW, how="left", maintain_order="left")
    ids = matched["id"].to_list()
    is_same = pl.Series("is_same", [True] * matched.height, pl.Boolean)
    encrypted = [matched[ROW].alias("row")]
    for name in names:
        stored = matched[name].to_list()
        before, staged = values.decrypt_bytes(name, ids, stored), plain_bytes(plain[name])
        is_same &= pl.Series(
            [old is None or old == new for old, new in zip(before, staged, strict=True)], dtype=pl.Boolean
        )
        if values.fields[name].is_list and not write_context.entity_plan.primary:
            staged = [_joined(old, new) for old, new in zip(before, staged, strict=True)]
        is_kept = [old == new for old, new in zip(before, staged, strict=True)]
        anew = values.encrypt(
            name, ids, [None if keep else new for keep, new in zip(is_kept, staged, strict=True)]
        )
        chosen_values = [old if keep else new for old, new, keep in zip(stored, anew, is_kept, strict=True)]
        encrypted.append(pl.Series(name, chosen_values, pl.Binary))
    _stage(cursor, pl.DataFrame([*encrypted, is_same.alias("is_same")]), names)


def _matched(
    write_context: WriteContext, cursor: Cursor, values: PersonalValues, names: Sequence[str]
) -> pl.DataFrame:
    """Read the records to be changed, and those of this run of which something is filled in: ROW, id, personal values."""
    gaps = [
        f't."{name}" is null and s."{name}" is not null'
        if not values.fields[name].is_list
        else f's."{name}" is not null'
        for name in names
    ]
    columns = "".join(f', t."{name}"' for name in names)
    cursor.execute(
        f"""select h.row, uuid_send(t.id){columns} from stage_hit h join stage s on s.row = h.row
          join "{write_context.table}" t on t.tenant_id = %(tenant)s and t.id = h.id
        where h.outcome = 'changed' or h.outcome = 'repeated' and ({" or ".join(gaps)})""",
        write_context.params,
    )
    schema = {ROW: pl.Int64, "id": pl.Binary} | dict.fromkeys(names, pl.Binary)
    return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def _joined(before: bytes | None, staged: bytes | None) -> bytes | None:
    """Add to a list what it does not have yet. Rows that tell of a record in part each add to its lists."""
    if before is None or staged is None:
        return before if staged is None else staged
    items = json.loads(before)
    more = [item for item in json.loads(staged) if item not in items]
    return json.dumps([*items, *more], ensure_ascii=False).encode() if more else before


def _stage(cursor: Cursor, frame: pl.DataFrame, names: Sequence[str]) -> None:
    types: dict[str, TypeEngine[Any]] = {"row": BigInteger(), "is_same": Boolean()}
    types |= {name: LargeBinary() for name in names}
    columns = "".join(f'"{name}" bytea, ' for name in names)
    cursor.execute("drop table if exists stage_personal")
    cursor.execute(f"create temp table stage_personal (row bigint, {columns}is_same boolean) on commit drop")
    if frame.height:
        copy_encoded(cursor, "stage_personal", frame.columns, binary_copy(frame, types))
        settings = ", ".join(f'"{name}" = p."{name}"' for name in names)
        cursor.execute(f"update stage s set {settings} from stage_personal p where p.row = s.row")
