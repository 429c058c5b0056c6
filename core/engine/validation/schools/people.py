"""Find pupils without a class or twice, enrolments of nobody, guardians without a pupil, and brothers and sisters."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from core.engine.batch import ROW
from core.engine.entity_columns import Columns
from core.engine.issues import issue
from core.engine.plan import Plan
from core.engine.validation.columns import Findings
from core.kit.masking import mask
from core.kit.reading import by_distinct

NEEDED: dict[str, tuple[str, ...]] = {
    "student": ("external_id", "first_name", "last_name", "birth_date"),
    "staff": ("external_id",),
    "guardian": ("external_id", "student_ids"),
    "enrollment": ("external_id", "person_id", "class_id", "role"),
}
_PEOPLE = ("student", "staff")
_WHO = ("first_name", "last_name", "birth_date")


def check_people(columns: Columns, plan: Plan, existing: Mapping[str, pl.DataFrame]) -> Findings:
    """Find pupil_without_class, duplicate_pupil, enrollment_without_person, guardian_without_pupil and siblings by entity.

    Pupils are without a class only where the import tells of classes of pupils at all, and no enrolment of the target
    (`existing`) has them; guardians without a pupil only where each table of guardians says whose they are.
    """
    findings: Findings = {}
    pupils = columns.get("student")
    if pupils is not None:
        rows = pupils.filter(pl.col("external_id").is_not_null()).unique(
            "external_id", keep="first", maintain_order=True
        )
        issues = [*_without_class(rows, columns, existing.get("enrollment")), *_twice(rows)]
        if issues:
            findings["student"] = pl.concat(issues)
    guardians = columns.get("guardian")
    plans = plan.of("guardian")
    if guardians is not None and plans and all(part.field("student_ids") for part in plans):
        findings["guardian"] = _guardians(guardians)
    enrolments = columns.get("enrollment")
    if enrolments is not None and "person_id" in enrolments.columns:
        findings["enrollment"] = _of_nobody(enrolments, columns, existing)
    return {entity: rows for entity, rows in findings.items() if len(rows)}


def _of_nobody(
    enrolments: pl.DataFrame, columns: Columns, existing: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Report the enrolments of people who are neither in the import nor in the target; a person's id is no reference.

    Only where pupils, for enrolments of staff where staff are known at all: classes may come before their teachers.
    """
    ids = {
        entity: pl.concat(
            [frame["external_id"] for part in (columns, existing) if (frame := part.get(entity)) is not None]
            or [pl.Series([], dtype=pl.String)]
        )
        for entity in _PEOPLE
    }
    has = {entity: pl.lit(not series.is_empty()) for entity, series in ids.items()}
    role = pl.col("role") if "role" in enrolments.columns else pl.lit(None, dtype=pl.String)
    is_judged = (
        pl.when(role == "student")
        .then(has["student"])
        .when(role.is_not_null())
        .then(has["staff"])
        .otherwise(has["student"] & has["staff"])
    )
    text = issue(
        "enrollment_without_person",
        field="person_id",
        value=pl.col("masked"),
        detail=pl.format("No pupil or member of staff '{}' in the files or the target.", "masked"),
    )
    is_known = pl.col("person_id").is_in(pl.concat(ids.values()).implode())
    strangers = enrolments.filter(pl.col("person_id").is_not_null() & ~is_known & is_judged)
    return strangers.with_columns(
        by_distinct(strangers["person_id"], mask, pl.String()).alias("masked")
    ).select(ROW, *text)


def _without_class(
    pupils: pl.DataFrame, columns: Columns, earlier: pl.DataFrame | None
) -> list[pl.DataFrame]:
    enrolments = columns.get("enrollment")
    if enrolments is None or not {"person_id", "class_id"} <= set(enrolments.columns):
        return []
    placed = enrolments.filter(pl.col("class_id").is_not_null())["person_id"]
    if earlier is not None:
        placed = pl.concat([placed, earlier["person_id"]])
    is_placed = pl.col("external_id").is_in(placed.implode())
    if not pupils.select(is_placed.any()).item():
        return []
    text = issue(
        "pupil_without_class",
        field="external_id",
        value=pl.col("external_id"),
        detail=pl.format("No enrolment puts the pupil '{}' into a class.", "external_id"),
    )
    return [pupils.filter(~is_placed).select(ROW, *text)]


def _twice(pupils: pl.DataFrame) -> list[pl.DataFrame]:
    """Report each later pupil whose names and birth date an earlier one has; the row of the first is named."""
    if not set(_WHO) <= set(pupils.columns):
        return []
    keys = [
        pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase().alias(f"_{name}") for name in _WHO
    ]
    names = [f"_{name}" for name in _WHO]
    known = pupils.select(ROW, "external_id", *keys).drop_nulls(names).sort(ROW)
    first = known.with_columns(
        pl.first("external_id").over(names).alias("first_id"),
        pl.int_range(pl.len()).over(names).alias("place"),
    )
    text = issue(
        "duplicate_pupil",
        field="last_name",
        value=pl.col("external_id"),
        detail=pl.format(
            "The pupil '{}' has the names and the birth date of '{}'.", "external_id", "first_id"
        ),
    )
    return [first.filter(pl.col("place") > 0).select(ROW, *text)]


def _guardians(guardians: pl.DataFrame) -> pl.DataFrame:
    count = pl.col("student_ids").list.drop_nulls().list.n_unique().fill_null(0)
    nobody = issue(
        "guardian_without_pupil",
        field="student_ids",
        value=pl.col("external_id"),
        detail=pl.format("The guardian '{}' is nobody's.", "external_id"),
    )
    several = issue(
        "siblings",
        field="external_id",
        value=pl.col("external_id"),
        detail=pl.format("{} pupils have the guardian '{}'.", count, "external_id"),
    )
    return pl.concat(
        [guardians.filter(count == 0).select(ROW, *nobody), guardians.filter(count > 1).select(ROW, *several)]
    )
