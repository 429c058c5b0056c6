"""Suggestions are proposals; what a person decides stays, is written down, and is never overrun unseen."""

from __future__ import annotations

import json

import pytest

from adapters import SOURCES
from core.engine.mapping import actions, views
from core.engine.sources import actions as files
from core.engine.sources import views as source_views
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError

MONEY = {
    "menu_items.price",
    "sizes.price",
    "modifiers.price",
    "checks.subtotal",
    "checks.tax",
    "checks.total",
    "selections.price",
    "payments.amount",
    "payments.tipAmount",
}


@pytest.fixture
def toast(alice, suggested_toast):
    return source_views.migration(alice, suggested_toast)


def field(context, migration, stream, source):
    fields = views.mapping_fields(context, migration.id, views.FieldFilter(stream))
    return next(mapping_field for mapping_field in fields if mapping_field.source_field == source)


def test_cents_are_proved_and_divided_on_every_money_field_against_the_documentation(alice, toast):
    fields = views.mapping_fields(alice, toast.id)
    divided = {f"{field.stream}.{field.source_field}" for field in fields if field.transform == "divide(100)"}
    assert divided == MONEY
    assert all(
        any(why["feature"] == "unit" for why in field.evidence)
        for field in fields
        if field.transform == "divide(100)"
    )


def test_suggesting_begins_the_mapping_and_decides_nothing(alice, toast):
    assert toast.phase == "mapping"
    progress = views.progress(alice, toast.id)
    assert (progress.reviewed, progress.total) == (0, len(views.mapping_fields(alice, toast.id)))
    assert sum(progress.by_band.values()) == progress.total


def test_what_a_person_decided_survives_a_new_suggestion(alice, toast):
    description = field(alice, toast, "menu_items", "description")
    actions.decide(alice, description.id, version=0, target="menu_item.kitchen_name", reason="short texts")
    before = len(views.mapping_fields(alice, toast.id))
    actions.suggest_mapping(alice, toast.id, SOURCES)
    assert len(views.mapping_fields(alice, toast.id)) == before
    description_after = field(alice, toast, "menu_items", "description")
    assert (
        description_after.id,
        description_after.target,
        description_after.status,
        description_after.reason,
    ) == (
        description.id,
        "menu_item.kitchen_name",
        "edited",
        "short texts",
    )


def test_a_contested_save_is_refused_and_shows_both(alice, bob, toast):
    contested = field(alice, toast, "menu_items", "description")
    actions.decide(alice, contested.id, version=0, target="menu_item.kitchen_name")
    with pytest.raises(ConflictError) as refused:
        actions.decide(bob, contested.id, version=0, target=None, status="ignored")
    assert refused.value.facts["theirs"]["target"] == "menu_item.kitchen_name"
    assert refused.value.facts["theirs"]["by"] == alice.person
    assert refused.value.facts["yours"]["target"] is None


def test_a_batch_stands_or_falls_as_one(alice, toast):
    good, tags = (field(alice, toast, "menu_items", name) for name in ("name", "tags"))
    with pytest.raises(ConflictError):
        actions.decide_many(
            alice,
            [
                actions.Decision(good.id, 0, good.target, None, "accepted"),
                actions.Decision(tags.id, 7, tags.target, None, "accepted"),
            ],
        )
    assert views.progress(alice, toast.id).reviewed == 0


def test_what_was_accepted_with_one_click_is_undone_with_one(alice, toast):
    batch = actions.accept_above(alice, toast.id, 0.9)
    accepted = views.progress(alice, toast.id)
    assert (
        accepted.reviewed
        == sum(mapping_field.status == "accepted" for mapping_field in views.mapping_fields(alice, toast.id))
        > 50
    )
    actions.undo(alice, batch)
    assert views.progress(alice, toast.id).reviewed == 0
    assert len(views.decisions(alice, toast.id)) == 2 * accepted.reviewed
    assert actions.accept_above(alice, toast.id, 1.0) is None


def test_a_batch_is_not_undone_over_a_later_decision(alice, toast):
    batch = actions.accept_above(alice, toast.id, 0.9, stream="menus")
    name = field(alice, toast, "menus", "name")
    actions.decide(alice, name.id, version=1, target=None, status="ignored")
    with pytest.raises(ConflictError):
        actions.undo(alice, batch)


@pytest.mark.parametrize(
    ("target", "transform", "status"),
    [
        ("menu_item.flavour", None, "edited"),
        ("student.first_name", None, "edited"),
        ("menu_item.price", "explode()", "edited"),
        ("menu_item.price", None, "perhaps"),
    ],
)
def test_a_decision_that_cannot_be_meant_is_refused(alice, toast, target, transform, status):
    price = field(alice, toast, "menu_items", "price")
    with pytest.raises(InvalidInputError):
        actions.decide(alice, price.id, version=0, target=target, transform=transform, status=status)


def test_an_ignored_field_leaves_the_plan(alice, toast):
    tags = field(alice, toast, "menu_items", "tags")
    actions.decide(alice, tags.id, version=0, target=None, status="ignored")
    (items,) = views.current_plan(alice, toast.id).of("menu_item")
    assert items.field("tags") is None


def test_decisions_wait_for_a_file_that_comes_back(alice, toast, sample):
    name = field(alice, toast, "menus", "name")
    actions.decide(alice, name.id, version=0, target="category.name", status="accepted")
    (file,) = source_views.files(alice, toast.id)
    files.remove_file(alice, file.id)
    assert views.mapping_fields(alice, toast.id) == []
    files.add_file(alice, toast.id, sample("toast"), SOURCES)
    assert field(alice, toast, "menus", "name").status == "accepted"


def test_sales_may_look_but_not_decide_and_another_tenant_sees_nothing(alice, sam, mallory, toast):
    name = field(sam, toast, "menus", "name")
    with pytest.raises(NotAllowedError):
        actions.decide(sam, name.id, version=0, target=None)
    with pytest.raises(NotFoundError):
        actions.decide(mallory, name.id, version=0, target=None)
    assert views.samples_for(alice, toast.id)["customers", "email"][0] == "john.doe@email.com"
    assert views.samples_for(sam, toast.id)["customers", "email"] == ["j***@***.com"]
    assert views.samples_for(sam, toast.id)["menu_items", "name"][0] == "Bruschetta"


def test_the_mapping_can_be_taken_along(alice, toast):
    rows = json.loads(actions.export_mapping(alice, toast.id, "json"))
    assert {"stream": "menus", "source_field": "name", "target": "category.name"}.items() <= next(
        row for row in rows if row["stream"] == "menus" and row["source_field"] == "name"
    ).items()
    with pytest.raises(InvalidInputError):
        actions.export_mapping(alice, toast.id, "pdf")
