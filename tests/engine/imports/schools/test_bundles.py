"""OneRoster bundles go the whole road: recognised, mapped, imported, a delta on top, rolled back."""

from __future__ import annotations

import pytest

from core.engine.mapping.views import field_rows
from core.engine.runs import checksums, preview
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.validation import views as validations
from tests.engine.imports.schools import bundles
from tests.stored import stored_records


def records(importer, entity, *names):
    return sorted(
        tuple(str(record[name]) for name in names) for record in stored_records(importer.context, entity)
    )


def import_bundle(importer, path):
    """Import as the command line does: sure suggestions are accepted, nobody decides about the others."""
    migration = importer.prepare(path, reviewed=False)
    assert not [row.source_field for row in field_rows(importer.context, migration) if row.question]
    return importer.run(migration)


@pytest.mark.parametrize("version", ["VERSION_1_1", "VERSION_1_2"])
def test_a_bundle_of_either_version_is_imported_whole_and_rolled_back(school, zipped, version):
    before = checksums.table_checksums(school.context)
    bundle = getattr(bundles, version)
    run = import_bundle(school, zipped("bundle", bom=True, **bundle))
    proof = reconciliation(school.context, run.id)
    assert (run.state, proof.settled, proof.account.complete) == ("completed", True, True)
    assert records(school, "student", "external_id", "student_number", "first_name", "birth_date", "gender")[0] == (
        "s1", "0001", "Rudo", "2013-04-05", "female",
    )  # fmt: skip
    assert records(school, "staff", "external_id", "role") == [("te1", "teacher")]
    ((guardian, pupils),) = records(school, "guardian", "external_id", "student_ids")
    assert (guardian, pupils.count("'") // 2) == ("g1u", 2)
    assert records(school, "class_section", "external_id", "name", "kind", "period") == [
        ("k1", "Mathematics 7A", "scheduled", "1,3")
    ]
    assert records(school, "term", "external_id", "kind") == [
        ("g1", "grading_period"),
        ("t1", "term"),
        ("y26", "year"),
    ]
    assert len(records(school, "enrollment", "external_id")) == 3
    assert school.roll_back(run.id).equal
    assert checksums.table_checksums(school.context) == before


def test_results_have_the_title_and_the_highest_score_of_their_line_item(school, zipped):
    import_bundle(school, zipped("bundle", **bundles.VERSION_1_1))
    names = ("external_id", "title", "score", "max_score", "comment")
    assert records(school, "assessment_result", *names) == [
        ("r1", "Fractions", "17.500000", "20.000000", "Well done"),
        ("r2", "Fractions", "None", "20.000000", "None"),
    ]


def test_a_delta_changes_what_it_holds_and_nothing_else(school, zipped):
    import_bundle(school, zipped("bulk", **bundles.VERSION_1_1))
    classes = records(school, "class_section", "external_id", "name", "code")
    schools = records(school, "school", "external_id", "name")
    run = import_bundle(school, zipped("delta", **bundles.DELTA))
    assert run.state == "completed"
    assert records(school, "student", "external_id", "last_name", "grade_level") == [
        ("s1", "Moyo", "07"),
        ("s2", "Dube-Nkomo", "08"),
        ("s3", "Ncube", "08"),
        ("s4", "Zulu", "07"),
    ]
    assert records(school, "class_section", "external_id", "name", "code") == classes
    assert records(school, "school", "external_id", "name") == schools


def fates_of(importer, run):
    """Table -> outcome -> rows, and table -> named rule -> rows, of an import."""
    tables = reconciliation(importer.context, run.id).account.tables
    outcomes = {table.table: {str(name): rows for name, rows in table.outcomes.items()} for table in tables}
    return outcomes, {table.table: dict(table.skip_rules) for table in tables if table.skip_rules}


def test_a_delta_makes_the_pupil_inactive_and_ends_the_enrolment_that_its_source_has_deleted(school, zipped):
    import_bundle(school, zipped("bulk", **(bundles.VERSION_1_1 | {"users": bundles.USERS_ALL_ENABLED})))
    before = checksums.table_checksums(school.context)
    run = import_bundle(school, zipped("delta", **bundles.DELTA))
    assert records(school, "student", "external_id", "is_active", "last_name") == [
        ("s1", "True", "Moyo"),
        ("s2", "True", "Dube-Nkomo"),
        ("s3", "False", "Ncube"),
        ("s4", "True", "Zulu"),
    ]
    assert records(school, "enrollment", "external_id", "ends_on")[1] == ("e2", "2026-02-01")
    outcomes, rules = fates_of(school, run)
    assert (outcomes["users_students"], outcomes["enrollments"], rules) == (
        {"imported": 3},
        {"imported": 2},
        {},
    )
    assert reconciliation(school.context, run.id).settled
    assert school.roll_back(run.id).equal
    assert checksums.table_checksums(school.context) == before


def test_a_dry_run_tells_that_a_pupil_will_be_inactive(school, zipped):
    import_bundle(school, zipped("bulk", **(bundles.VERSION_1_1 | {"users": bundles.USERS_ALL_ENABLED})))
    migration = school.prepare(zipped("delta", **bundles.DELTA), reviewed=False)
    run = school.run(migration, "dry_run")
    changes = [
        row.fields for row in preview.diff(school.context, run.id, entity="student") if row.kind == "changed"
    ]
    assert {"is_active": (True, False)} in [
        {name: tuple(pair) for name, pair in fields.items()} for fields in changes
    ]
    assert records(school, "student", "external_id", "is_active")[2] == ("s3", "True")


def test_a_deleted_row_of_an_unknown_record_is_skipped_by_a_rule_that_is_named(school, zipped):
    deleted = bundles.delta(
        "users", bundles.USERS_HEADER, "s9,tobedeleted,2026-02-01T06:00:00.000Z,,,student,,,,,,,,,,,,"
    )
    run = import_bundle(school, zipped("delta", **deleted))
    outcomes, rules = fates_of(school, run)
    assert outcomes["users_students"] == {"skipped": 1}
    assert rules["users_students"] == {"status is “tobedeleted”": 1}
    assert records(school, "student", "external_id") == []


def test_a_deleted_class_stays_and_its_row_says_why(school, zipped):
    import_bundle(school, zipped("bulk", **bundles.VERSION_1_1))
    header = bundles.CLASSES.split("\r\n")[0]
    deleted = bundles.delta("classes", header, "k1,tobedeleted,2026-02-01T06:00:00.000Z,,,,,,,,,,,")
    run = import_bundle(school, zipped("delta", **deleted))
    _, rules = fates_of(school, run)
    assert rules["classes"] == {
        "status is “tobedeleted”; the record stays: AuraConnect has no inactive class": 1
    }
    assert records(school, "class_section", "external_id") == [("k1",)]


def test_a_pupil_that_is_back_in_the_next_bundle_is_active_again(school, zipped):
    bulk = zipped("bulk", **(bundles.VERSION_1_1 | {"users": bundles.USERS_ALL_ENABLED}))
    import_bundle(school, bulk)
    import_bundle(school, zipped("delta", **bundles.DELTA))
    import_bundle(school, bulk)
    assert records(school, "student", "external_id", "is_active")[2] == ("s3", "True")


def test_a_pupil_that_is_deleted_twice_changes_once(school, zipped):
    import_bundle(school, zipped("bulk", **(bundles.VERSION_1_1 | {"users": bundles.USERS_ALL_ENABLED})))
    row = "s3,tobedeleted,2026-02-01T06:00:00.000Z,,,student,,,,,,,,,,,,"
    twice = zipped("delta", **bundles.delta("users", bundles.USERS_HEADER, row, row))
    first, second = import_bundle(school, twice), import_bundle(school, twice)
    assert [sum(entity.changed for entity in run.entities) for run in (first, second)] == [1, 0]
    assert records(school, "student", "external_id", "is_active")[2] == ("s3", "False")


def test_a_pupil_of_a_delta_is_in_the_class_of_an_earlier_import(school, zipped):
    import_bundle(school, zipped("bulk", **bundles.VERSION_1_1))
    run = import_bundle(school, zipped("delta", **bundles.DELTA))
    latest = validations.latest(school.context, run.migration_id)
    assert validations.issues(school.context, latest.id, code="pupil_without_class") == []


def test_a_bundle_imported_twice_changes_nothing(school, zipped):
    path = zipped("bundle", **bundles.VERSION_1_1)
    import_bundle(school, path)
    before = checksums.table_checksums(school.context)
    run = import_bundle(school, path)
    assert {entity.changed for entity in run.entities} == {0}
    assert checksums.table_checksums(school.context) == before


def test_users_of_version_1_2_whose_roles_are_not_in_the_delta_are_asked_about(school, zipped):
    import_bundle(school, zipped("bulk", **bundles.VERSION_1_2))
    header, pupil = bundles.VERSION_1_2["users"].split("\r\n")[:2]
    update = bundles.delta("users", header, pupil.replace("Moyo", "Moyo-Banda"))
    orgs = {"orgs": bundles.ORGS, "manifest": bundles.manifest("1.2", "delta", "users", "orgs")}
    migration = school.prepare(zipped("delta", **(update | orgs)), reviewed=False)
    run = school.run(migration)
    outcomes, _ = fates_of(school, run)
    assert outcomes["users_without_role"] == {"not_mapped": 1}
    assert run.state == "awaiting_approval"


def test_an_enrolment_of_nobody_and_a_guardian_of_an_unknown_pupil_are_named(school, zipped):
    texts = {
        "enrollments": bundles.ENROLLMENTS + "e9,,,k1,o1,nobody,student,,,\r\n",
        "users": bundles.USERS_1_1 + 'g2u,,,true,o1,parent,bdube,,Bea,Dube,,,,,,"s2,unknown",,\r\n',
    }
    migration = school.prepare(zipped("bundle", **(bundles.VERSION_1_1 | texts)), reviewed=False)
    latest = validations.latest(school.context, migration)
    findings = {
        code: [(issue.file, issue.row, issue.field, issue.value, issue.detail) for issue in issues]
        for code in ("enrollment_without_person", "optional_reference_missing")
        if (issues := validations.issues(school.context, latest.id, code=code))
    }
    assert findings == {
        "enrollment_without_person": [
            (
                "bundle.zip",
                5,
                "person_id",
                "nobody",
                "No pupil or member of staff 'nobody' in the files or the target.",
            )
        ],
        "optional_reference_missing": [
            ("bundle.zip", 7, "student_ids", "unknown", "No student 'unknown' in the files or the target.")
        ],
    }


def test_a_result_of_a_line_item_that_the_bundle_lacks_is_named(school, zipped):
    texts = {"results": bundles.RESULTS + "r9,,,l9,s1,fully graded,5,2026-02-08,\r\n"}
    migration = school.prepare(zipped("bundle", **(bundles.VERSION_1_1 | texts)), reviewed=False)
    latest = validations.latest(school.context, migration)
    (issue,) = validations.issues(school.context, latest.id, code="look_up_missing")
    assert (issue.row, issue.source_field, issue.detail) == (
        4, "lineItemSourcedId", "Column 'lineItemSourcedId' holds 'l9', which lineItems does not have.",
    )  # fmt: skip
