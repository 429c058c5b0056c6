"""Report people of whom several rows say different things: the guest of two orders with another name or address on each."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from core.engine.batch import ROW, Batch
from core.engine.issues import Level, issue
from core.engine.plan import EntityPlan
from core.engine.seen_records import SeenRows
from core.schema import entity_label, target_schema

_COMPARED = (
    "first_name", "last_name", "company", "email", "phone", "address", "city", "region", "postal_code", "country", "birthday",
)  # fmt: skip
_MAX_PEOPLE = 200_000
"""People remembered from chunk to chunk; beyond them, rows are compared with those of their own chunk."""


def seen_rows(entity_plan: EntityPlan) -> SeenRows:
    """Return what remembers the records of a secondary entity; of people it compares them as well."""
    is_person = "first_name" in target_schema().entity(entity_plan.entity).fields
    return SeenPeople(entity_plan) if is_person else SeenRows(entity_plan)


@dataclass(slots=True)
class SeenPeople(SeenRows):
    """As SeenRows; `people` has a row for each person: the hash of the id, the first row, and the hash of each first value."""

    people: pl.DataFrame | None = None

    def new_records(self, rows: pl.DataFrame, hashes: pl.Series, batch: Batch) -> Batch:
        """As SeenRows, with an issue for each row that says something else of a person than an earlier one."""
        records = SeenRows.new_records(self, rows, hashes, batch)
        differences = self._differences(batch)
        return records.with_issues(differences) if len(differences) else records

    def _differences(self, batch: Batch) -> pl.DataFrame:
        fields = [name for name in _COMPARED if name in batch.frame.columns]
        if not fields:
            return batch.issues.clear()
        people = batch.frame.select(
            ROW, "external_id", pl.col("external_id").hash().alias("_id"), *map(_hashed, fields)
        )
        earlier = [] if self.people is None else [self.people]
        first = (
            pl.concat([*earlier, people.drop("external_id")])
            .group_by("_id", maintain_order=True)
            .agg(pl.col(ROW).first(), *(pl.col(name).drop_nulls().first() for name in fields))
            .select(ROW, "_id", *fields)
        )
        self.people = first if len(first) <= _MAX_PEOPLE else None
        differs = [(pl.col(name) != pl.col(f"{name}_first")).fill_null(value=False) for name in fields]
        label = entity_label(batch.entity).lower()
        titles = pl.concat_str(
            [
                pl.when(differ).then(pl.lit(target_schema().field(f"{batch.entity}.{name}").label.lower()))
                for differ, name in zip(differs, fields, strict=True)
            ],
            separator=", ",
            ignore_nulls=True,
        )
        detail = pl.format(f"The same {label} stands in row {{}} with another {{}}.", f"{ROW}_first", titles)
        columns = issue(
            "duplicate_in_file",
            field="external_id",
            value=pl.col("external_id"),
            detail=detail,
            level=Level.WARNING,
        )
        compared = people.join(first, on="_id", suffix="_first", how="left", maintain_order="left")
        return compared.filter(pl.any_horizontal(differs)).select(ROW, *columns)


def _hashed(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase()
    return pl.when(text.is_not_null()).then(text.hash()).alias(name)
