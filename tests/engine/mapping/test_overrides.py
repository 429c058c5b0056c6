"""Where a person knew better than the suggestion is told, with who, why and how sure the suggestion had been."""

from __future__ import annotations

import json

import pytest

from core.engine.mapping import actions, views
from core.engine.sources import views as source_views
from core.errors import InvalidInputError


@pytest.fixture
def toast(alice, suggested_toast):
    return source_views.migration(alice, suggested_toast)


def field(context, migration, source):
    return next(
        field_row for field_row in views.field_rows(context, migration.id) if field_row.source_field == source
    )


def test_only_decisions_against_the_suggestion_are_told(alice, bob, toast):
    actions.accept_above(alice, toast.id, 0.9)
    assert views.overrides(alice, toast.id) == []
    description = field(bob, toast, "description")
    actions.decide(
        bob,
        description.id,
        version=description.version,
        target="menu_item.kitchen_name",
        reason="short texts",
    )
    tags = field(alice, toast, "tags")
    actions.decide(alice, tags.id, version=tags.version, target=None, status="ignored")
    overrides_by_field = {override.source_field: override for override in views.overrides(alice, toast.id)}
    assert overrides_by_field.keys() == {"description", "tags"}
    override_of_description = overrides_by_field["description"]
    assert (
        override_of_description.suggested,
        override_of_description.chosen,
        override_of_description.by,
        override_of_description.reason,
    ) == (
        description.suggested_target,
        "menu_item.kitchen_name",
        "Bob",
        "short texts",
    )
    assert override_of_description.confidence == description.confidence
    assert overrides_by_field["tags"].chosen is None


def test_overrides_can_be_taken_along(alice, toast):
    tags = field(alice, toast, "tags")
    actions.decide(alice, tags.id, version=0, target=None, status="ignored", reason="not used")
    (row,) = json.loads(actions.export_overrides(alice, toast.id, "json"))
    assert (row["source_field"], row["by"], row["reason"], row["chosen"]) == (
        "tags",
        "Alice",
        "not used",
        None,
    )
    assert b"not used" in actions.export_overrides(alice, toast.id, "csv")
    with pytest.raises(InvalidInputError):
        actions.export_overrides(alice, toast.id, "pdf")


def test_fields_with_the_same_reasons_are_grouped_and_decided_at_once(alice, toast):
    groups = {group.pattern.name: group for group in views.patterns(alice, toast.id)}
    documented = groups["documented"].fields
    assert len(documented) > 20
    assert {mapping_field.origin for mapping_field in documented} == {"documentation"}
    batch = actions.decide_many(
        alice,
        [
            actions.Decision(
                mapping_field.id,
                mapping_field.version,
                mapping_field.target,
                mapping_field.transform,
                "accepted",
            )
            for mapping_field in documented
        ],
    )
    assert "documented" not in {group.pattern.name for group in views.patterns(alice, toast.id)}
    actions.undo(alice, batch)
    assert {group.pattern.name: len(group.fields) for group in views.patterns(alice, toast.id)} == {
        name: len(group.fields) for name, group in groups.items()
    }
    items = views.patterns(alice, toast.id, entity="menu_item")
    assert {field.target.partition(".")[0] for group in items for field in group.fields} == {"menu_item"}


def test_light_rows_say_what_the_fields_say(alice, toast):
    rows, fields = views.field_rows(alice, toast.id), views.mapping_fields(alice, toast.id)
    assert [(row.id, row.target, row.rows, row.money) for row in rows] == [
        (field.id, field.target, field.rows, field.money) for field in fields
    ]
    sure = views.field_rows(
        alice, toast.id, views.FieldFilter(bands=frozenset({"green"}), entity="order", search="check")
    )
    assert {(row.band, (row.target or "").partition(".")[0]) for row in sure} == {("green", "order")}


def test_samples_of_one_field_are_those_of_the_list(alice, sam, toast):
    email = next(
        field_row for field_row in views.field_rows(alice, toast.id) if field_row.target == "customer.email"
    )
    samples = views.samples_for(alice, toast.id)
    assert views.field_samples(alice, email.id) == samples[email.stream, email.source_field]
    assert views.field_samples(sam, email.id)[0] == "j***@***.com"
