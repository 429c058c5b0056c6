"""Apply row rules: which rows of a stream are not records of an entity, and which of them nobody has decided about.

Validation, loading and the proof of a run ask here, by way of the same plan, so that they agree on every row.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from core.engine.batch import NOTED, ROW, no_issues, notes_of
from core.engine.issues import issue
from core.engine.plan import EntityPlan, RowRule

OF_MARKS = frozenset({"total_differs"})
"""Notes of the reader that are reported though their row is skipped: they are about other rows."""


def no_rows() -> pl.DataFrame:
    """Return what `skipped_rows` gives where none is skipped."""
    return pl.DataFrame(schema={ROW: pl.Int64, "reason": pl.String})


def matches(rule: RowRule) -> pl.Expr:
    """Tell which rows the rule is about."""
    values = [value.strip().lower() for value in rule.values]
    holds = pl.col(rule.column).str.strip_chars().str.to_lowercase().is_in(values).fill_null(value=False)
    return ~holds if rule.only else holds


def without_skipped(entity_plan: EntityPlan, rows: pl.DataFrame) -> pl.DataFrame:
    """Drop the rows that a rule of the plan skips."""
    rules = _rules(entity_plan, rows, holds=False)
    return rows.filter(~pl.any_horizontal(map(matches, rules))) if rules else rows


def skipped_rows(entity_plan: EntityPlan, rows: pl.DataFrame) -> pl.DataFrame:
    """List the rows that a rule of the plan skips, with the first such rule: ROW, reason."""
    rules = _rules(entity_plan, rows, holds=False)
    if not rules:
        return no_rows()
    reason = pl.coalesce(pl.when(matches(rule)).then(pl.lit(rule.reason)) for rule in rules)
    return rows.select(ROW, reason.alias("reason")).drop_nulls("reason")


def ended_rows(entity_plan: EntityPlan, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose records the source has deleted, as the first rule that skips them says."""
    rules = _rules(entity_plan, rows, holds=False)
    if not any(rule.ends for rule in rules):
        return rows.clear()
    is_ended = pl.coalesce(pl.when(matches(rule)).then(pl.lit(rule.ends)) for rule in rules)
    return rows.filter(is_ended.fill_null(value=False))


def rule_issues(entity_plan: EntityPlan, rows: pl.DataFrame) -> pl.DataFrame:
    """Report the rows that a rule holds back, and what the reader noted on rows that are skipped."""
    return pl.concat([no_issues(), *_held(entity_plan, rows), *_notes(entity_plan, rows)])


def _held(entity_plan: EntityPlan, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    sound = without_skipped(entity_plan, rows)
    for rule in _rules(entity_plan, rows, holds=True):
        held = sound.filter(matches(rule))
        if len(held):
            column = "" if rule.column.startswith("_") else rule.column
            columns = issue(
                "row_kind_unknown", source_field=column, value=pl.col(rule.column), detail=rule.reason
            )
            yield held.select(ROW, *columns)


def _notes(entity_plan: EntityPlan, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    if not entity_plan.primary or NOTED not in rows.columns:
        return
    skipped = rows.join(skipped_rows(entity_plan, rows), on=ROW, how="semi", maintain_order="left")
    for (code,), notes in notes_of(skipped).group_by("code", maintain_order=True):
        if code in OF_MARKS:
            columns = issue(str(code), source_field="", detail=pl.col("detail"))
            yield notes.select(ROW, *columns).with_columns(notes["column"].alias("source_field"))


def _rules(entity_plan: EntityPlan, rows: pl.DataFrame, *, holds: bool) -> list[RowRule]:
    """List the rules of the plan whose column the rows have."""
    return [rule for rule in entity_plan.rules if rule.holds is holds and rule.column in rows.columns]
