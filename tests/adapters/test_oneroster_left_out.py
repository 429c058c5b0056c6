"""What a bundle does not hold is said in sentences, each with how many and why; what it holds is not mentioned."""

from __future__ import annotations

from adapters.oneroster_export import ENTITIES, bundle_of
from adapters.oneroster_left_out import left_out


def only(entity, **fields):
    return {entity: [{"external_id": "1", **fields}]}


def test_records_without_a_file_are_counted_with_the_reason():
    assert left_out({}, "1.1", {"attendance": 13_000, "fee": 2}) == [
        "13,000 attendances: the CSV files of OneRoster 1.x have none for attendance.",
        "2 fees: OneRoster has no file for fees, receipts or balances.",
    ]


def test_a_bundle_that_holds_everything_leaves_nothing_out():
    records = {entity: [] for entity in ENTITIES} | only("student", first_name="Rudo", address=None)
    assert left_out(records, "1.2", {"attendance": 0, "fee": 0}) == []


def test_fields_without_a_column_are_named_with_the_number_of_records_that_have_them():
    pupils = {
        "student": [
            {"external_id": key, "address": address} for key, address in (("1", "Hill 3"), ("2", None))
        ]
    }
    assert left_out(pupils, "1.1", {}) == ["Address of 1 student: OneRoster 1.1 has no column for it."]


def test_a_letter_grade_has_a_column_in_version_1_2_only():
    mark = only("assessment_result", title="Essay", class_id="k1", grade="A*")
    assert left_out(mark, "1.1", {}) == [
        "Letter grade of 1 assessment result: OneRoster 1.1 has no column for it."
    ]
    assert left_out(mark, "1.2", {}) == []
    assert b"results.csv" in bundle_of(mark, "1.2")


def test_words_that_the_standard_does_not_have_are_named_with_what_is_written_for_them():
    assert left_out(only("guardian", relationship="Mother"), "1.1", {}) == [
        "1 guardian with 'Mother', which is no word of the standard: 'parent or guardian' is written."
    ]
    assert left_out(only("staff", role="Headmaster"), "1.1", {}) == [
        "1 staff member with 'Headmaster', which is no word of the standard: 'teacher' is written."
    ]
    assert left_out(only("staff", role="administrator"), "1.1", {}) == []


def test_people_of_two_sources_with_an_id_in_common_are_named():
    people = only("student") | only("staff", role="teacher")
    assert left_out(people, "1.1", {}) == [
        "1 ID more than once in users.csv, as records of several sources have them: 1."
    ]
