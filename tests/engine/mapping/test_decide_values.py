"""Words of a source go to options of the target: counted over all rows, chosen once, remembered for the next file."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import SOURCES
from core.engine import transforms
from core.engine.mapping import actions, value_maps, views
from core.engine.plan import Plan
from core.engine.sources import actions as files
from core.errors import ConflictError, InvalidInputError, NotFoundError

PLAN = Plan("restaurant", "", ())
TENDER = "payment.tender"
ROWS = ["Plastic", "Cash", "Plastic", "Barter", "CASH", "plastic", "", "Barter", "Visa"]


def payments(context, folder, name="payments.csv"):
    lines = [f"p{number},{number}.00,{tender}" for number, tender in enumerate(ROWS, 1)]
    path = folder / name
    path.write_text("Payment Id,Amount,Tender\n" + "\n".join(lines) + "\n", encoding="utf-8")
    migration = files.create_migration(context, name)
    files.add_file(context, migration.id, path, SOURCES)
    actions.suggest_mapping(context, migration.id, SOURCES)
    field = next(
        field_row
        for field_row in views.field_rows(context, migration.id)
        if field_row.source_field == "Tender"
    )
    actions.decide(context, field.id, version=0, target=TENDER)
    return field.id


def counted(context, field_id):
    return {
        value_count.value: (value_count.rows, value_count.option)
        for value_count in views.value_counts(context, field_id)
    }


def test_every_different_value_is_counted_and_the_unknown_ones_come_first(alice, tmp_path):
    field = payments(alice, tmp_path)
    assert counted(alice, field) == {
        "plastic": (3, None),
        "barter": (2, None),
        "cash": (2, "cash"),
        "visa": (1, "card"),
    }
    assert [value_count.option is None for value_count in views.value_counts(alice, field)] == [
        True,
        True,
        False,
        False,
    ]
    (mapped,) = views.value_fields(alice, views.mapping_field(alice, field).migration_id)
    assert (mapped.field.id, "gift_card" in mapped.options) == (field, True)


def test_a_choice_becomes_the_transform_and_is_remembered_for_the_next_file(alice, mallory, tmp_path):
    field = payments(alice, tmp_path)
    field_decided = actions.decide_values(
        alice, field, version=1, choices={"plastic": "card", "barter": None, "cash": "cash"}
    )
    assert (field_decided.status, field_decided.transform) == ("edited", "map_values({'plastic': 'card'})")
    assert counted(alice, field)["plastic"] == (3, "card")
    again = payments(alice, tmp_path, "more.csv")
    offered = {
        value_count.value: (value_count.option, value_count.remembered, value_count.times)
        for value_count in views.value_counts(alice, again)
    }
    assert offered["plastic"] == (None, "card", 1)
    assert offered["barter"] == (None, None, 0)  # it was left as it was
    second_file = payments(mallory, tmp_path, "hers.csv")
    assert all(value_count.remembered is None for value_count in views.value_counts(mallory, second_file))


def test_a_value_can_be_left_empty_on_purpose(alice, tmp_path):
    field = payments(alice, tmp_path)
    field_decided = actions.decide_values(alice, field, version=1, choices={"visa": None})
    assert field_decided.transform == "map_values({'visa': None})"
    assert counted(alice, field)["visa"] == (1, None)
    again = payments(alice, tmp_path, "more.csv")
    assert (
        next(
            value_count for value_count in views.value_counts(alice, again) if value_count.value == "visa"
        ).remembered
        == ""
    )


def test_a_contested_or_impossible_choice_is_refused_and_nothing_is_remembered(alice, bob, mallory, tmp_path):
    field = payments(alice, tmp_path)
    with pytest.raises(ConflictError):
        actions.decide_values(bob, field, version=0, choices={"plastic": "card"})
    with pytest.raises(InvalidInputError):
        actions.decide_values(bob, field, version=1, choices={"plastic": "shells"})
    with pytest.raises(NotFoundError):
        actions.decide_values(mallory, field, version=1, choices={"plastic": "card"})
    actions.decide(alice, field, version=1, target="payment.external_id")
    with pytest.raises(InvalidInputError):
        actions.decide_values(alice, field, version=2, choices={"plastic": "card"})
    assert views.value_counts(alice, field) == []
    actions.decide(alice, field, version=2, target=TENDER)
    assert all(value_count.remembered is None for value_count in views.value_counts(alice, field))


words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=12)


@settings(deadline=None)  # the first compilation takes its time
@given(
    st.dictionaries(words, st.sampled_from([*value_maps.options_of(TENDER), None]), min_size=1, max_size=8)
)
def test_every_choice_is_read_back_as_it_was_made(choices):
    counts = value_maps.count(pl.Series("value", list(choices)))
    folded = {value: choices.get(value) or "other" for value in counts}
    transform = value_maps.with_choices(None, folded, TENDER, PLAN)
    assert value_maps.read(list(folded), transform, TENDER, PLAN) == list(folded.values())
    assert transforms.show(transforms.parse(transform)) == (transform or "")


def test_earlier_choices_stay_and_another_transform_gives_way():
    first = value_maps.with_choices(None, {"plastic": "card"}, TENDER, PLAN)
    combined = value_maps.with_choices(first, {"barter": "other"}, TENDER, PLAN)
    assert value_maps.read(["plastic", "barter"], combined, TENDER, PLAN) == ["card", "other"]
    assert value_maps.with_choices("lower", {"plastic": "card"}, TENDER, PLAN) == first
    assert not value_maps.is_plain("lower")
    assert value_maps.with_choices(first, {"plastic": None}, TENDER, PLAN) is None  # as the reader has it


def test_yes_and_no_are_options_too():
    target = "menu_item.is_active"
    assert value_maps.options_of(target) == ("true", "false")
    transform = value_maps.with_choices(None, {"oui": "true", "non": "false", "yes": "true"}, target, PLAN)
    assert transform == "map_values({'non': 'false', 'oui': 'true'})"
    assert value_maps.read(["oui", "non", "yes", "no"], transform, target, PLAN) == [
        "true",
        "false",
        "true",
        "false",
    ]
    assert value_maps.options_of("menu_item.channels") == ()
    assert value_maps.options_of("menu_item.name") == ()
