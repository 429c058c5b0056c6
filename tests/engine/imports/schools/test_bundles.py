"""OneRoster bundles go the whole road: recognised, mapped, imported, a delta on top, rolled back."""

from __future__ import annotations

import pytest

from core.engine.mapping.views import field_rows
from core.engine.runs import checksums
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


def test_rows_to_be_deleted_are_skipped_by_a_rule_that_is_named(school, zipped):
    import_bundle(school, zipped("bulk", **bundles.VERSION_1_1))
    run = import_bundle(school, zipped("delta", **bundles.DELTA))
    skipped = {
        table.table: dict(table.outcomes).get("skipped", 0)
        for table in reconciliation(school.context, run.id).account.tables
    }
    assert {name: count for name, count in skipped.items() if count} == {
        "users_students": 1,
        "enrollments": 1,
    }


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
