"""A person settles the record type of a table: its fields are suggested anew, decisions stay, and it can be undone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from adapters import SOURCES
from core.engine.mapping import actions, views
from core.engine.mapping.actions import record_type_effect, set_record_type, undo_record_type
from core.engine.mapping.match.record_types import related_entities
from core.engine.sources.actions import add_file, create_migration
from core.errors import InvalidInputError, NotFoundError
from core.platform.audit.tables import AuditLine

PEOPLE = "Id,Name,Email,Phone\n" + "".join(
    f"{n},Ann Example{n},a{n}@example.com,555-01{n:02}\n" for n in range(10, 40)
)


@pytest.fixture
def people_table(alice, tmp_path) -> tuple[str, str]:
    """A migration of one table that could be customers or employees, suggested; with the table's name."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    migration = create_migration(alice, "People")
    add_file(alice, migration.id, tmp_path / "people.csv", SOURCES)
    actions.suggest_mapping(alice, migration.id, SOURCES)
    (table,) = views.record_types(alice, migration.id)
    return migration.id, table.stream


def targets(context, migration: str) -> dict[tuple[str, int], str | None]:
    return {(row.source_field, row.slot): row.target for row in views.field_rows(context, migration)}


def other_type(context, migration: str) -> str:
    (table,) = views.record_types(context, migration)
    return "employee" if table.entity != "employee" else "customer"


def test_each_table_has_a_record_type_with_its_chance_and_a_runner_up(alice, people_table):
    (table,) = views.record_types(alice, people_table[0])
    assert table.entity
    assert table.chance == max(chance for _, chance in table.ranked)
    assert table.runner_up
    assert table.runner_up[0] != table.entity
    assert not table.is_chosen


def test_one_choice_suggests_the_fields_of_the_table_anew_as_the_count_before_said(alice, people_table):
    migration, stream = people_table
    before, entity = targets(alice, migration), other_type(alice, migration)
    effect = record_type_effect(alice, migration, stream, entity, SOURCES)
    set_record_type(alice, migration, stream, entity, SOURCES)
    after = targets(alice, migration)
    assert {target.partition(".")[0] for target in after.values() if target} == {entity}
    assert effect.changes == sum(after.get(key) != before.get(key) for key in after.keys() | before) > 0
    (table,) = views.record_types(alice, migration)
    assert (table.entity, table.is_chosen) == (entity, True)
    verbs = alice.session.scalars(select(AuditLine.action).where(AuditLine.object_id == migration))
    assert "mapping.record_type" in list(verbs)
    undo_record_type(alice, migration, stream, SOURCES)
    assert targets(alice, migration) == before


@pytest.mark.parametrize("keep", [True, False])
def test_decisions_stay_unless_the_person_says_otherwise_and_come_back_with_the_undo(
    alice, people_table, keep
):
    migration, stream = people_table
    field = next(row for row in views.field_rows(alice, migration) if row.target)
    actions.decide(
        alice,
        field.id,
        version=field.version,
        target=field.target,
        transform=field.transform,
        status="accepted",
    )
    entity = other_type(alice, migration)
    effect = record_type_effect(alice, migration, stream, entity, SOURCES, keep_decisions=keep)
    assert (effect.kept_decisions, effect.replaced_decisions) == ((1, 0) if keep else (0, 1))
    set_record_type(alice, migration, stream, entity, SOURCES, keep_decisions=keep)
    status = views.mapping_field(alice, field.id).status
    assert status == ("accepted" if keep else "suggested")
    undo_record_type(alice, migration, stream, SOURCES)
    restored = views.mapping_field(alice, field.id)
    assert (restored.status, restored.target) == ("accepted", field.target)


def test_none_of_these_leaves_every_field_out_by_decision_and_another_choice_brings_them_back(
    alice, people_table
):
    migration, stream = people_table
    set_record_type(alice, migration, stream, None, SOURCES)
    rows = views.field_rows(alice, migration)
    assert {(row.status, row.target) for row in rows} == {("ignored", None)}
    assert {row.reason for row in rows} == {views.NO_RECORD_TYPE}
    assert {
        reason["text"]
        for row in rows
        for reason in views.evidence_of(alice, views.mapping_field(alice, row.id))
    } == {views.NO_RECORD_TYPE}
    assert not views.current_plan(alice, migration).entities
    set_record_type(alice, migration, stream, "customer", SOURCES)
    assert {row.status for row in views.field_rows(alice, migration)} == {"suggested"}
    assert any(targets(alice, migration).values())
    undo_record_type(alice, migration, stream, SOURCES)
    assert {row.status for row in views.field_rows(alice, migration)} == {"ignored"}
    undo_record_type(alice, migration, stream, SOURCES)
    assert {row.status for row in views.field_rows(alice, migration)} == {"suggested"}


def test_the_undo_of_an_exclusion_takes_the_choice_back_with_its_decisions(alice, people_table):
    migration, stream = people_table
    before = targets(alice, migration)
    set_record_type(alice, migration, stream, None, SOURCES)
    newest = next(batch for batch in views.batches(alice, migration) if batch.can_undo)
    assert "No record type" in newest.label
    field_ids = actions.undo_batch(alice, migration, newest.id, SOURCES)
    assert set(field_ids) <= {row.id for row in views.field_rows(alice, migration)}
    assert targets(alice, migration) == before
    assert not views.record_types(alice, migration)[0].is_chosen


def test_the_undo_of_another_batch_leaves_the_choice(alice, people_table):
    migration, stream = people_table
    set_record_type(alice, migration, stream, other_type(alice, migration), SOURCES)
    field = next(row for row in views.field_rows(alice, migration) if row.target)
    actions.decide(alice, field.id, version=field.version, target=None, status="ignored")
    newest = next(batch for batch in views.batches(alice, migration) if batch.can_undo)
    assert actions.undo_batch(alice, migration, newest.id, SOURCES) == [field.id]
    assert views.record_types(alice, migration)[0].is_chosen


def test_a_choice_outlives_another_suggestion(alice, people_table):
    migration, stream = people_table
    set_record_type(alice, migration, stream, other_type(alice, migration), SOURCES)
    after = targets(alice, migration)
    actions.suggest_mapping(alice, migration, SOURCES)
    assert targets(alice, migration) == after


def test_what_was_decided_of_another_record_type_is_not_recalled_against_the_choice(
    alice, people_table, tmp_path
):
    migration, stream = people_table
    for row in views.field_rows(alice, migration):
        if row.target and not row.slot:
            actions.decide(alice, row.id, version=row.version, target=row.target, status="accepted")
    again = create_migration(alice, "People again")
    add_file(alice, again.id, tmp_path / "people.csv", SOURCES)
    actions.suggest_mapping(alice, again.id, SOURCES)
    set_record_type(alice, again.id, stream, "gift_card", SOURCES)
    entities = {target.partition(".")[0] for target in targets(alice, again.id).values() if target}
    assert entities <= related_entities("gift_card", "restaurant")


def test_a_table_or_record_type_that_is_not_there_is_refused(alice, people_table):
    migration, stream = people_table
    with pytest.raises(NotFoundError):
        set_record_type(alice, migration, "nothing", "customer", SOURCES)
    with pytest.raises(InvalidInputError):
        set_record_type(alice, migration, stream, "spaceship", SOURCES)
