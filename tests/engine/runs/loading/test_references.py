"""The source's ids and names become our ids: by id, then by a name that one record has, then not at all."""

from __future__ import annotations

from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.runs.loading import references
from core.engine.runs.loading.references import RECORD_IDS, ReferenceResolver, look_up
from core.engine.runs.loading.write_context import duplicate_suffix
from core.kit.ids import new_id
from tests.engine.runs.loading.conftest import SOURCE, frame_of, with_ids


def ids_of(names):
    """New records by external_id, as a chunk hands them on."""
    ids = {name: UUID(new_id()) for name in names}
    frame = pl.DataFrame([(name, id_.bytes) for name, id_ in ids.items()], schema=RECORD_IDS, orient="row")
    return frame, {name: str(id_) for name, id_ in ids.items()}


def linked_ids(frame, name):
    """Our ids in a reference column, as text, by row."""
    return [value and str(UUID(bytes=value)) for value in frame[name]]


@pytest.fixture
def kitchen(target):
    """Four categories, two of them of one name, and one named as another's id."""
    target.write(
        [{"external_id": "c1", "name": "Soups"}, {"external_id": "c2", "name": "Wine"},
         {"external_id": "c3", "name": "wine "}, {"external_id": "Soups", "name": "Stews"}],
        entity="category",
    )  # fmt: skip
    return target


# --- looking values up in the target ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "external_id"),
    [
        ("c1", "c1"),
        ("Stews", "Soups"),  # by its name
        ("  sTEWS ", "Soups"),  # whatever its case and spaces
        ("Soups", "Soups"),  # by the id of one before the name of another
        ("Wine", None),  # two have the name
        ("c9", None),
        ("", None),
    ],
)
def test_a_value_is_looked_up_by_id_and_then_by_a_name_that_one_record_has(kitchen, value, external_id):
    ours = look_up(kitchen.context, SOURCE, "category", [value])
    assert ours.get(value) == (external_id and kitchen.ids("category")[external_id])


def test_records_of_another_source_are_never_found(kitchen):
    assert look_up(kitchen.context, "square", "category", ["c1", "Stews"]) == {}


def test_an_entity_without_names_is_looked_up_by_id_alone(target):
    target.write([{"external_id": "o1", "number": "Stews"}], entity="order")
    assert set(look_up(target.context, SOURCE, "order", ["o1", "Stews"])) == {"o1"}


def test_the_record_that_the_run_wrote_beside_another_goes_first(kitchen):
    suffix = duplicate_suffix(kitchen.run_id)
    kitchen.write([{"external_id": f"c1{suffix}", "name": "Soups again"}], entity="category")
    ours, by_id = kitchen.ids("category"), look_up(kitchen.context, SOURCE, "category", ["c1", "c2"], suffix)
    assert by_id == {"c1": ours[f"c1{suffix}"], "c2": ours["c2"]}
    assert look_up(kitchen.context, SOURCE, "category", ["c1"]) == {"c1": ours["c1"]}


# --- linking a chunk --------------------------------------------------------------------------------------------


def test_references_of_a_chunk_are_linked_and_what_is_not_found_stays_empty(kitchen):
    frame = with_ids(
        frame_of(
            [{"external_id": f"i{n}", "category_id": value} for n, value in enumerate(["c2", None, "c9"])]
        )
    )
    linked, held = ReferenceResolver(SOURCE).link(kitchen.context, "menu_item", frame, {})
    assert linked_ids(linked, "category_id") == [kitchen.ids("category")["c2"], None, None]
    assert held.is_empty()
    assert linked.columns == frame.columns


def test_a_row_without_its_required_reference_is_held_with_the_field_that_is_missing(target):
    target.write([{"external_id": "o1"}], entity="order")
    rows = [{"external_id": f"l{n}", "order_id": value} for n, value in enumerate(["o1", "o9", None, "o1"])]
    linked, held = ReferenceResolver(SOURCE).link(target.context, "order_line", with_ids(frame_of(rows)), {})
    assert linked["external_id"].to_list() == ["l0", "l3"]
    assert sorted(held.rows()) == [(3, "order_id"), (4, "order_id")]


def test_new_records_of_the_chunk_are_linked_without_asking_the_database():
    new, ours = ids_of(["o1", "o2"])
    rows = [{"external_id": "l1", "order_id": "o2"}, {"external_id": "l2", "order_id": "o1"}]
    linked, held = ReferenceResolver(SOURCE).link(
        None, "order_line", with_ids(frame_of(rows)), {"order": new}
    )  # no context: a query would raise
    assert linked_ids(linked, "order_id") == [ours["o2"], ours["o1"]]
    assert held.is_empty()


def test_what_was_resolved_once_is_not_asked_for_again(kitchen):
    resolver = ReferenceResolver(SOURCE)
    frame = with_ids(frame_of([{"external_id": "i1", "category_id": "c1"}]))
    first, _ = resolver.link(kitchen.context, "menu_item", frame, {})
    again, _ = resolver.link(None, "menu_item", frame, {})
    assert linked_ids(again, "category_id") == linked_ids(first, "category_id")


def test_new_records_that_were_met_are_known_to_later_chunks():
    resolver, (new, ours) = ReferenceResolver(SOURCE), ids_of(["o1"])
    frame = with_ids(frame_of([{"external_id": "l1", "order_id": "o1"}]))
    resolver.link(None, "order_line", frame, {"order": new})
    later, _ = resolver.link(None, "order_line", frame, {})
    assert linked_ids(later, "order_id") == [ours["o1"]]


def test_a_value_that_was_not_found_is_asked_for_again_by_the_next_chunk(target):
    resolver = ReferenceResolver(SOURCE)
    frame = with_ids(frame_of([{"external_id": "i1", "category_id": "c1"}]))
    assert linked_ids(resolver.link(target.context, "menu_item", frame, {})[0], "category_id") == [None]
    target.write([{"external_id": "c1", "name": "Soups"}], entity="category")
    later, _ = resolver.link(target.context, "menu_item", frame, {})
    assert linked_ids(later, "category_id") == [target.ids("category")["c1"]]


def test_the_cache_is_emptied_before_it_grows_beyond_its_limit(kitchen, monkeypatch):
    monkeypatch.setattr(references, "_MAX_CACHED_IDS", 1)
    resolver = ReferenceResolver(SOURCE)
    for value in ("c1", "c2", "c3"):
        frame = with_ids(frame_of([{"external_id": "i1", "category_id": value}]))
        linked, _ = resolver.link(kitchen.context, "menu_item", frame, {})
        assert linked_ids(linked, "category_id") == [kitchen.ids("category")[value]]
        assert len(resolver.cache["category"]) <= 2


def test_a_record_may_refer_to_another_one_of_its_own_chunk(target):
    rows = [{"external_id": "c1", "name": "Drinks"}, {"external_id": "c2", "name": "Wine", "parent_id": "c1"}]
    frame = with_ids(frame_of(rows))
    linked, _ = ReferenceResolver(SOURCE).link(target.context, "category", frame, {})
    assert linked["parent_id"].to_list() == [None, frame["id"][0]]


def test_a_parent_that_is_in_the_target_goes_before_one_of_the_same_chunk(kitchen):
    rows = [{"external_id": "c1", "name": "Drinks"}, {"external_id": "c5", "name": "Red", "parent_id": "c1"}]
    linked, _ = ReferenceResolver(SOURCE).link(kitchen.context, "category", with_ids(frame_of(rows)), {})
    assert linked_ids(linked, "parent_id") == [None, kitchen.ids("category")["c1"]]


@given(st.lists(st.none() | st.lists(st.sampled_from(["t1", "t2"]), max_size=4), min_size=1, max_size=6))
def test_a_list_of_references_keeps_its_order(lists):
    new, ours = ids_of(["t1", "t2"])
    rows = [{"external_id": f"i{n}", "tax_rate_ids": values} for n, values in enumerate(lists)]
    linked, held = ReferenceResolver(SOURCE).link(
        None, "menu_item", with_ids(frame_of(rows)), {"tax_rate": new}
    )
    assert linked["tax_rate_ids"].to_list() == [
        [ours[value] for value in values or ()] or None for values in lists
    ]
    assert held.is_empty()


def test_an_unknown_id_of_a_list_is_left_out(target):
    target.write([{"external_id": "t1", "name": "Sauces"}], entity="modifier_group")
    rows = [
        {"external_id": "i1", "modifier_group_ids": ["t9", "t1"]},
        {"external_id": "i2", "modifier_group_ids": ["t9"]},
    ]
    linked, _ = ReferenceResolver(SOURCE).link(target.context, "menu_item", with_ids(frame_of(rows)), {})
    assert linked["modifier_group_ids"].to_list() == [[target.ids("modifier_group")["t1"]], None]
    assert linked[ROW].to_list() == [2, 3]
