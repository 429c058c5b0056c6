"""A recipe carries the record types that people chose to the customer's next file, and a replay checks them."""

from __future__ import annotations

import hashlib
import json

import pytest

from adapters import SOURCES
from core.engine.mapping.actions import (
    Decision,
    decide_many,
    set_record_type,
    suggest_mapping,
    undo_record_type,
)
from core.engine.mapping.recipes.actions import apply_recipe, export_recipe, import_recipe, save_recipe
from core.engine.mapping.recipes.views import compare, preview, recipe_body, replay
from core.engine.mapping.views import chosen_record_types, field_rows, record_types
from core.engine.sources.actions import add_file
from core.engine.sources.views import migration as migration_of

HEADER = "Id,Name,Email,Phone"
PEOPLE = HEADER + "\n" + "".join(f"{n},Ann Example{n},a{n}@example.com,555-01{n}\n" for n in range(10, 40))
HIRED = f"{HEADER},Hired\n" + "".join(
    f"{n},Ann Example{n},a{n}@example.com,555-01{n},2021-03-{n - 9:02}\n" for n in range(10, 40)
)


@pytest.fixture
def other_type(alice, new_migration) -> str:
    """The record type that people.csv is not taken for."""
    (table,) = record_types(alice, new_migration(alice, PEOPLE, "people.csv"))
    return "employee" if table.entity != "employee" else "customer"


@pytest.fixture
def staff(alice, new_migration, other_type) -> str:
    """A migration whose table a person gave another record type, and whose fields are accepted."""
    migration = new_migration(alice, PEOPLE, "people.csv")
    set_record_type(alice, migration, "people", other_type, SOURCES)
    accept(alice, migration)
    return migration


def accept(context, migration: str) -> None:
    rows = field_rows(context, migration)
    decide_many(
        context,
        [Decision(row.id, row.version, row.target, row.transform, "accepted") for row in rows if row.target],
        include_high=True,
        answers_questions=True,
    )


def chosen(context, migration: str) -> dict[str, str | None]:
    return chosen_record_types(migration_of(context, migration))


def test_the_next_file_s_new_columns_are_suggested_as_the_record_type_of_the_recipe(
    alice, new_migration, staff, other_type
):
    recipe = save_recipe(alice, staff, "Staff")
    migration = new_migration(alice, HIRED, "people.csv")
    (step,) = preview(alice, recipe.id, migration).record_types
    assert (step.stream, step.before, step.after) == ("people", None, other_type)
    apply_recipe(alice, recipe.id, migration, SOURCES)
    assert chosen(alice, migration) == {"people": other_type}
    rows = field_rows(alice, migration)
    assert {row.target.partition(".")[0] for row in rows if row.target} == {other_type}
    assert [row.status for row in rows if row.source_field == "Hired"] == ["suggested"]
    assert preview(alice, recipe.id, migration).record_types == ()
    undo_record_type(alice, migration, "people", SOURCES)
    assert chosen(alice, migration) == {}


def test_an_excluded_table_stays_excluded_and_its_new_columns_wait_without_a_target(alice, new_migration):
    migration = new_migration(alice, PEOPLE, "people.csv")
    set_record_type(alice, migration, "people", None, SOURCES)
    recipe = save_recipe(alice, migration, "No people")
    recipe = import_recipe(alice, export_recipe(alice, recipe.id, "yaml"))
    following = new_migration(alice, HIRED, "people.csv")
    apply_recipe(alice, recipe.id, following, SOURCES)
    assert chosen(alice, following) == {"people": None}
    states = {
        (row.source_field == "Hired", row.status, row.target)
        for row in field_rows(alice, following)
        if row.slot == 0
    }
    assert states == {(False, "ignored", None), (True, "suggested", None)}


def test_another_file_of_the_table_keeps_the_chosen_record_type(alice, tmp_path, staff, other_type):
    folder = tmp_path / "next"
    folder.mkdir()
    (folder / "people.csv").write_text(HIRED, encoding="utf-8")
    add_file(alice, staff, folder / "people.csv", SOURCES)
    suggest_mapping(alice, staff, SOURCES)
    (table,) = record_types(alice, staff)
    assert (table.entity, table.is_chosen, table.fields) == (other_type, True, 5)
    targets = {row.target.partition(".")[0] for row in field_rows(alice, staff) if row.target}
    assert targets == {other_type}


def test_a_part_of_the_fields_leaves_the_record_type(alice, new_migration, staff):
    recipe = save_recipe(alice, staff, "Staff")
    migration = new_migration(alice, PEOPLE, "people.csv")
    apply_recipe(alice, recipe.id, migration, SOURCES, fields={("people", "Email")})
    assert chosen(alice, migration) == {}


def test_a_record_type_of_another_schema_is_named_and_not_applied(alice, new_migration, staff, other_type):
    data = export_recipe(alice, save_recipe(alice, staff, "Staff").id, "json")
    document = json.loads(data)
    document["streams"][0]["record_type"] = "student"
    recipe = import_recipe(alice, json.dumps(document).encode())
    migration = new_migration(alice, PEOPLE, "people.csv")
    done = apply_recipe(alice, recipe.id, migration, SOURCES)
    assert [(misfit.stream, misfit.why) for misfit in done.misfits if not misfit.source_field] == [
        ("people", "target")
    ]
    assert chosen(alice, migration) == {}


def test_a_replay_fails_where_the_record_type_is_another_and_versions_name_the_difference(
    alice, new_migration, staff, other_type
):
    first = save_recipe(alice, staff, "Staff")
    assert replay(alice, first.id, staff).is_ok
    set_record_type(alice, staff, "people", None, SOURCES)
    (difference,) = (line for line in replay(alice, first.id, staff).differences if not line.field)
    assert (difference.aspect, difference.expected, difference.actual) == ("record type", other_type, "none")
    second = save_recipe(alice, staff, "Staff")
    assert second.version == first.version + 1
    changes = [line for line in compare(alice, first.id, second.id) if line.subject == "record type"]
    assert [(line.before, line.after) for line in changes] == [(other_type, "none")]


def test_a_recipe_without_a_choice_has_the_digest_it_had_before_there_were_record_types(alice, recipe):
    body = recipe_body(alice, recipe.id)
    content = body.model_dump(mode="json", exclude={"expected"})
    for stream in content["streams"]:
        assert stream.pop("record_type") is None
    assert body.digest == hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
