"""Compare modifier groups with their modifiers: an empty group, or more choices required than options."""

from __future__ import annotations

import polars as pl

from core.engine.batch import ROW
from core.engine.entity_columns import Columns, distinct
from core.engine.issues import issue
from core.engine.validation.columns import Findings

NEEDED: dict[str, tuple[str, ...]] = {
    "modifier_group": ("external_id", "name", "min_selections"),
    "modifier": ("external_id", "group_id"),
}


def check_groups(columns: Columns) -> Findings:
    """Find modifier_group_empty and modifier_min_over_options; nothing where modifiers are not part of the import."""
    groups, modifiers = distinct(columns, "modifier_group"), distinct(columns, "modifier")
    if groups is None or modifiers is None or "group_id" not in modifiers.columns:
        return {}
    key = pl.col("group_id").str.strip_chars().str.to_lowercase()
    options = modifiers.group_by(key.alias("key")).agg(pl.len().alias("options"))
    # A modifier may name its group by id or by name.
    names = [name for name in ("external_id", "name") if name in groups.columns]
    counted = groups.with_columns(pl.lit(0, dtype=pl.UInt32).alias("options"))
    for name in names:
        joined = counted.select(pl.col(name).str.strip_chars().str.to_lowercase().alias("key")).join(
            options, on="key", how="left", maintain_order="left"
        )
        counted = counted.with_columns(pl.max_horizontal("options", joined["options"].fill_null(0)))
    empty = counted.filter(pl.col("options") == 0)
    issues = [
        empty.select(
            ROW,
            *issue(
                "modifier_group_empty",
                value=pl.col("external_id"),
                detail="No modifier belongs to the group.",
            ),
        )
    ]
    if "min_selections" in counted.columns:
        short = counted.filter((pl.col("options") > 0) & (pl.col("min_selections") > pl.col("options")))
        detail = pl.format("The group asks for {} choices and has {} options.", "min_selections", "options")
        issues.append(
            short.select(
                ROW,
                *issue(
                    "modifier_min_over_options",
                    field="min_selections",
                    value=pl.col("min_selections"),
                    detail=detail,
                ),
            )
        )
    return {"modifier_group": pl.concat(issues)}
