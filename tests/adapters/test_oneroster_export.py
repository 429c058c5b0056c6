"""A bundle that is written says, when our own adapter reads it, what the records said."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters import SOURCES
from adapters.oneroster_export import bundle_of
from core.engine.batch import ROW
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.sources.read import identify, read
from core.engine.transforms.apply import transform_rows
from core.errors import InvalidInputError

NAMES = st.sampled_from(
    ["Rudo", "O'Brien", "Zoë", 'van der "Big" Merwe', "Moyo, jr", "Nokuthula Grace", "Ndlovu-Ncube"]
)
WORDS = NAMES | st.none()
IDS = {
    "school": "o",
    "term": "t",
    "course": "c",
    "class_section": "k",
    "student": "s",
    "guardian": "g",
    "staff": "f",
}
DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1)).map(str)


def some(entity, count):
    """References to records of an entity of which there are so many; None where there are none."""
    return st.sampled_from([f"{IDS[entity]}{number}" for number in range(count)]) if count else st.none()


def several(entity, count):
    """A list of references as an export writes it, at least one."""
    return st.lists(some(entity, count), min_size=1, max_size=3, unique=True).map(", ".join)


def people(**fields):
    return {"first_name": NAMES, "last_name": NAMES, "email": st.none(), "phone": st.none()} | fields


@st.composite
def schools(draw):
    """The records of a school as its export has them, every reference met."""
    counts = {entity: draw(st.integers(1, 3)) for entity in IDS}

    def records(entity, fields, count=None):
        number = counts[entity] if count is None else count
        rows = [draw(st.fixed_dictionaries(fields)) for _ in range(number)]
        return [
            {"external_id": f"{IDS.get(entity, entity[0])}{place}", **row} for place, row in enumerate(rows)
        ]

    of_school = {"school_id": some("school", counts["school"]), "is_active": st.booleans()}
    return {
        "school": records("school", {"name": NAMES, "kind": st.sampled_from(["school", "district"]), "parent_id": st.none()}),
        "term": records("term", {
            "name": NAMES, "kind": st.sampled_from(["year", "term", "semester", "grading_period"]), "starts_on": DAYS,
            "ends_on": DAYS, "year": st.integers(2020, 2030),
        }),
        "course": records("course", {
            "name": NAMES, "code": WORDS, "grade_levels": st.sampled_from([None, "07", "07, 08"]),
            "school_id": some("school", counts["school"]),
        }),
        "class_section": records("class_section", {
            "name": NAMES, "code": WORDS, "kind": st.sampled_from(["homeroom", "scheduled"]), "room": WORDS,
            "period": st.none(), "course_id": some("course", counts["course"]),
            "school_id": some("school", counts["school"]), "term_ids": several("term", counts["term"]),
        }),
        "student": records("student", people(
            **of_school, middle_name=WORDS, student_number=st.sampled_from(["0001", "A-7"]), grade_level=st.sampled_from(["07", "12"]),
            birth_date=DAYS, gender=st.sampled_from(["female", "male"]),
        )),
        "guardian": records("guardian", people(
            relationship=st.sampled_from(["parent", "guardian", "relative"]), student_ids=several("student", counts["student"]),
        )),
        "staff": records("staff", people(**of_school, role=st.sampled_from(["teacher", "aide", "administrator"]))),
        "enrollment": records("enrollment", {
            "person_id": some("student", counts["student"]), "class_id": some("class_section", counts["class_section"]),
            "role": st.just("student"), "is_primary": st.booleans(), "starts_on": DAYS, "ends_on": DAYS,
        }, draw(st.integers(1, 4))),
        "assessment_result": records("assessment_result", {
            "student_id": some("student", counts["student"]), "class_id": some("class_section", counts["class_section"]),
            "title": NAMES, "score": st.integers(0, 200).map(lambda half: str(Decimal(half) / 2)),
            "max_score": st.sampled_from(["100", "20"]), "assessed_on": DAYS, "comment": WORDS,
        }, draw(st.integers(1, 4))),
    }  # fmt: skip


def read_back(path):
    """entity -> the records that the adapter's declarations make of a bundle, by id: field -> value."""
    identified = identify(path, list(SOURCES.values()))
    assert identified.source.name == "oneroster"
    specs = {stream.name: stream.spec for stream in identified.streams}
    records = {}
    for name, frame in read(path, identified):
        spec = specs[name]
        if spec is None or not spec.entity:
            continue
        hints = {column: hint for column, hint in spec.hints_of(frame.columns).items() if hint.target}
        fields = {}
        for column, hint in hints.items():
            target = hint.target.partition(".")[2]
            if hint.target.startswith(f"{spec.entity}.") and not hint.unless and column in frame.columns:
                fields[target] = FieldPlan(target, (column,), hint.transform)
        plan = EntityPlan(name, spec.entity, tuple(fields.values()))
        batch = transform_rows(Plan("school", "oneroster", (plan,)), plan, frame)
        assert batch.issues.filter(batch.issues["level"] == "error").is_empty(), batch.issues.rows()
        for row in batch.frame.drop(ROW).to_dicts():
            records.setdefault(spec.entity, {})[row["external_id"]] = row
    return records


def as_typed(field, value, read_value):
    """The exported text in the type of the value that was read."""
    if value is None:
        return None
    if isinstance(read_value, list):
        return [part.strip() for part in value.split(",")]
    if isinstance(read_value, date):
        return date.fromisoformat(value)
    if isinstance(read_value, Decimal):
        return Decimal(value)
    return value


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(records=schools())
def test_a_bundle_that_is_read_back_holds_the_same_records(version, records, tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle_of(records, version))
    back = read_back(path)
    assert {entity: set(rows) for entity, rows in back.items()} == {
        entity: {row["external_id"] for row in rows} for entity, rows in records.items()
    }
    for entity, rows in records.items():
        for row in rows:
            stored = back[entity][row["external_id"]]
            for field, value in row.items():
                if field in stored:
                    assert stored[field] == as_typed(field, value, stored[field]), (entity, field)
                else:
                    assert value is None or field == "middle_name", (entity, field, value)


def test_a_bundle_has_a_manifest_that_names_its_files_and_version():
    with_roles = bundle_of(
        {"student": [{"external_id": "s1", "first_name": "Rudo", "last_name": "Moyo"}]}, "1.2"
    )
    assert with_roles == bundle_of(
        {"student": [{"external_id": "s1", "first_name": "Rudo", "last_name": "Moyo"}]}, "1.2"
    )
    with zipfile.ZipFile(io.BytesIO(with_roles)) as archive:
        manifest = archive.read("manifest.csv").decode()
        files = {name.removesuffix(".csv") for name in archive.namelist()} - {"manifest"}
        roles = archive.read("roles.csv").decode().splitlines()
    assert "oneroster.version,1.2" in manifest
    assert {line.partition(",")[0] for line in manifest.splitlines() if line.endswith(",bulk")} == {
        f"file.{name}" for name in files
    }
    assert roles[1].split(",")[3:6] == ["s1", "primary", "student"]


def test_another_version_of_the_standard_is_refused():
    with pytest.raises(InvalidInputError, match=r"2\.0"):
        bundle_of({}, "2.0")
