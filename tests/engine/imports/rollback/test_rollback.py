from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text, update

from core.db.base import owner_url
from core.db.target import target_table
from core.engine.plan import Conflict
from core.engine.progress import views as progress
from core.engine.runs import actions, checksums
from core.engine.runs.tables import Run
from core.errors import InvalidInputError
from tests.conftest import SQUARE_SAMPLE, TOAST_SAMPLE
from tests.importer import MENU

ITEM = target_table("menu_item")


def edit(context, external_id: str, **values: object) -> str:
    """A person changes a record in the target by hand."""
    target = context.session.scalar(
        update(ITEM).where(ITEM.c.external_id == external_id).values(**values).returning(ITEM.c.id)
    )
    context.session.commit()
    return str(target)


@pytest.mark.parametrize("sample", [TOAST_SAMPLE, SQUARE_SAMPLE])
def test_after_a_rollback_every_table_is_as_it_was(importer, sample):
    before = checksums.table_checksums(importer.context)
    run = importer.import_file(sample)
    assert checksums.table_checksums(importer.context) != before
    report = importer.roll_back(run.id)
    assert report.equal
    assert report.kept == []
    assert checksums.table_checksums(importer.context) == before
    assert importer.reload(run.id).state == "rolled_back"


def test_records_that_were_changed_get_back_their_image(importer):
    importer.import_file(MENU)
    before = checksums.table_checksums(importer.context)
    run = importer.import_file(MENU.replace("14.50", "15.00"))
    report = importer.roll_back(run.id)
    assert report.equal
    assert checksums.table_checksums(importer.context) == before


def test_a_record_edited_since_is_kept_with_what_it_refers_to_and_listed(importer):
    run = importer.import_file(MENU)
    edited_id = edit(importer.context, "i3", price=Decimal("9.75"))
    report = importer.roll_back(run.id)
    assert not report.equal
    assert {(entity, external_id, reason) for entity, external_id, _, reason in report.kept} == {
        ("menu_item", "i3", "edited later"),
        ("category", report.kept[-1][1], "referred to by kept records"),
    }
    remaining_items = importer.context.session.execute(select(ITEM.c.id, ITEM.c.price)).all()
    assert [(str(row.id), row.price) for row in remaining_items] == [(edited_id, Decimal("9.7500"))]


def test_a_kept_record_goes_too_once_a_person_agrees(importer):
    before = checksums.table_checksums(importer.context)
    run = importer.import_file(MENU)
    edited_id = edit(importer.context, "i3", price=Decimal("9.75"))
    importer.roll_back(run.id)
    report = importer.roll_back(run.id, discard_edits_of=[edited_id])
    assert report.kept == []
    assert checksums.table_checksums(importer.context) == before


def test_a_table_that_was_given_a_column_meanwhile_is_compared_over_those_it_had(importer):
    importer.import_file(MENU)
    run = importer.import_file(MENU.replace("14.50", "15.00"))
    engine = create_engine(owner_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as owner:
        owner.execute(text("alter table target_menu_item add column spice text default 'mild'"))
        try:
            assert importer.roll_back(run.id).equal
        finally:
            owner.execute(text("alter table target_menu_item drop column spice"))
    engine.dispose()


def test_a_run_from_before_records_said_where_they_stand_in_the_files_is_proved_too(importer):
    """Its digests were taken over whole rows, as they were then."""
    importer.import_file(MENU)
    before = checksums.table_checksums(importer.context, checksums.columns_before_0006(importer.context))
    run = importer.import_file(MENU.replace("14.50", "15.00"))
    importer.context.session.execute(update(Run).where(Run.id == run.id).values(checksums={"before": before}))
    importer.context.session.commit()
    assert importer.roll_back(run.id).equal


def test_a_run_from_before_records_counted_their_changes_is_proved_too(importer):
    """The count is a column that its digests were not taken over, and that the run and its rollback raise."""
    importer.import_file(MENU)
    before = checksums.table_checksums(importer.context, checksums.columns_before_0004(importer.context))
    run = importer.import_file(MENU.replace("14.50", "15.00"))
    importer.context.session.execute(update(Run).where(Run.id == run.id).values(checksums={"before": before}))
    importer.context.session.commit()
    assert importer.roll_back(run.id).equal


def test_one_entity_can_be_taken_back_alone(importer):
    run = importer.import_file(MENU)
    report = importer.roll_back(run.id, entities=["menu_item"])
    after = checksums.table_checksums(importer.context)
    assert report.equal
    assert after["menu_item"] == "0:"
    assert after["category"] != "0:"


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.dictionaries(st.integers(1, 9), st.integers(0, 99_999), min_size=1),
    second=st.dictionaries(st.integers(1, 9), st.integers(0, 99_999), min_size=1),
    conflict=st.sampled_from(Conflict),
)
def test_whatever_was_imported_over_whatever_else_a_rollback_restores_it(importer, first, second, conflict):
    def file(rows: dict[int, int]) -> str:
        lines = [
            f"i{number},Dish {number},Mains,{Decimal(cents) / 100:.2f},S{number}"
            for number, cents in rows.items()
        ]
        return "\n".join(["Item ID,Item Name,Category,Price,SKU", *lines]) + "\n"

    importer.import_file(file(first))
    before = checksums.table_checksums(importer.context)
    run = importer.import_file(file(second), conflict=conflict)
    assert all(count.is_balanced for count in run.entities)
    assert importer.roll_back(run.id).equal
    assert checksums.table_checksums(importer.context) == before


def test_a_run_rolled_back_entity_by_entity_is_rolled_back_as_a_whole(importer):
    run = importer.import_file(MENU)
    importer.roll_back(run.id, entities=["menu_item"])
    facts = progress.facts(importer.context, run.migration_id)
    assert facts.imported is not None
    assert facts.imported.partial
    assert "rollback" in importer.reload(run.id).can
    report = importer.roll_back(run.id, entities=["category"])
    assert set(report.entities) == {"menu_item", "category"}
    assert report.undone["menu_item"] == 3
    assert "rollback" not in importer.reload(run.id).can
    facts = progress.facts(importer.context, run.migration_id)
    assert facts.imported is not None
    assert not facts.imported.partial


def test_a_rollback_of_no_entity_is_refused(importer):
    run = importer.import_file(MENU)
    with pytest.raises(InvalidInputError):
        actions.rollback(importer.context, run.id, entities=[])
    assert importer.reload(run.id).state == run.state
