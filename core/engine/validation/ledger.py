"""Store the issues of a validation by COPY, and count their totals on the way.

COPY does not work on a table under row-level security, so it fills a temporary table of the transaction, from which
one statement inserts them under the tenant's own guard.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import text

from core.context import Context
from core.db.session import driver_connection
from core.engine.batch import ROW
from core.engine.plan import EntityPlan

_COLUMNS = (
    "stream_id",
    "entity",
    "row",
    "field",
    "source_field",
    "code",
    "level",
    "value",
    "detail",
    "money",
)
_MAKE = """create temporary table if not exists issue_load (
    stream_id uuid, entity text, row bigint, field text, source_field text, code text, level text, value text,
    detail text, money numeric(18, 4)) on commit drop"""
_MOVE = f"""insert into issue (tenant_id, validation_id, {", ".join(_COLUMNS)})
    select :tenant, :validation, {", ".join(_COLUMNS)} from issue_load"""  # noqa: S608  (our own column names)


class IssueLedger:
    """The issues of one validation. `add` while it goes, `close` once at the end, in the same transaction."""

    def __init__(self, context: Context, validation_id: str) -> None:
        self._session = context.session
        self._keys = {"tenant": context.tenant.id, "validation": validation_id}
        self.codes: Counter[str] = Counter()
        self.levels: Counter[str] = Counter()
        self.money: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._held: defaultdict[str, list[pl.DataFrame]] = defaultdict(list)
        self._session.execute(text(_MAKE))
        self._session.execute(text("truncate issue_load"))

    def add(self, issues: pl.DataFrame, stream_id: str, entity_plan: EntityPlan) -> None:
        """Add issues (ISSUE_SCHEMA) of rows of one stream; those that name no source column get the planned ones."""
        if issues.is_empty():
            return
        source_columns = {field.target: ", ".join(field.sources) for field in entity_plan.fields}
        planned_columns = pl.col("field").replace_strict(source_columns, default="", return_dtype=pl.String)
        source_field = pl.when(pl.col("source_field") == "").then(planned_columns).otherwise("source_field")
        rows = issues.select(
            pl.lit(stream_id).alias("stream_id"),
            pl.lit(entity_plan.entity).alias("entity"),
            pl.col(ROW).alias("row"),
            "field",
            source_field.alias("source_field"),
            "code",
            "level",
            # No NUL: PostgreSQL's text cannot hold it.
            pl.col("value", "detail").str.replace_all("\x00", "\ufffd", literal=True),
            "money",
        )
        self._count(rows, entity_plan.entity)
        cursor = driver_connection(self._session).cursor()
        with cursor, cursor.copy("copy issue_load from stdin with (format csv)") as copy:
            copy.write(rows.select(_COLUMNS).write_csv(include_header=False).encode())

    def close(self) -> None:
        """Move the issues from the temporary table to their own."""
        self._session.execute(text(_MOVE), self._keys)
        self._session.execute(text("drop table issue_load"))

    def held(self) -> dict[str, pl.DataFrame]:
        """Return entity -> its rows with an error so far, each once: stream_id, row."""
        return {entity: pl.concat(parts).unique() for entity, parts in self._held.items()}

    def totals(self) -> dict[str, Any]:
        """Sum up issues, levels, money (as text) and held rows, per entity and of the files, as Validation keeps them."""
        rows = self.held()
        held = {entity: len(frame) for entity, frame in rows.items()}
        # A row that is held for two entities is one row of the file; row 0 stands for a whole column.
        of_files = pl.concat(rows.values()).filter(pl.col("row") > 0).n_unique() if rows else 0
        return {
            "issues": dict(self.codes),
            "levels": dict(self.levels),
            "money": {code: str(amount) for code, amount in self.money.items()},
            "held": held,
            "file_held": of_files,
        }

    def _count(self, rows: pl.DataFrame, entity: str) -> None:
        for code, level, count, money in (
            rows.group_by("code", "level").agg(pl.len(), pl.col("money").sum().alias("sum")).iter_rows()
        ):
            self.codes[code] += count
            self.levels[level] += count
            if money:
                self.money[code] += money
        errors = rows.filter(pl.col("level") == "error").select("stream_id", "row")
        if len(errors):
            self._held[entity].append(errors.unique())
