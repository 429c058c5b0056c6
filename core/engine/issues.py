"""The catalogue of faults in data. Codes are public and never change their meaning."""

from __future__ import annotations

import polars as pl

from core.engine.faults.fault import Fault, Fix, Level
from core.engine.faults.in_files import FAULTS_IN_FILES
from core.engine.faults.in_rows import FAULTS_IN_ROWS
from core.engine.faults.in_schools import FAULTS_IN_SCHOOLS

__all__ = ["CATALOGUE", "Fault", "Fix", "Level", "issue"]

CATALOGUE: dict[str, Fault] = {
    fault.code: fault for fault in (*FAULTS_IN_ROWS, *FAULTS_IN_SCHOOLS, *FAULTS_IN_FILES)
}


def issue(
    code: str,
    *,
    field: str = "",
    source_field: str = "",
    value: pl.Expr | None = None,
    detail: pl.Expr | str = "",
    money: pl.Expr | None = None,
    level: Level | None = None,
) -> list[pl.Expr]:
    """Build the columns of an issue beside its row number: `rows.select(ROW, *issue(...))` has ISSUE_SCHEMA.

    `detail` is one sentence, text or an expression that builds it; `level` only where it differs from the code's.
    """
    return [
        pl.lit(field).alias("field"),
        pl.lit(source_field).alias("source_field"),
        pl.lit(code).alias("code"),
        pl.lit(str(level or CATALOGUE[code].level)).alias("level"),
        (pl.lit(None, dtype=pl.String) if value is None else value.cast(pl.String)).alias("value"),
        (pl.lit(detail) if isinstance(detail, str) else detail).alias("detail"),
        (pl.lit(None) if money is None else money).cast(pl.Decimal(18, 4), strict=False).alias("money"),
    ]
