"""Documents become streams and streams become the document again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.sources.contract import Hint, LookUp, StreamSpec
from core.engine.sources.flatten import flatten, unflatten
from core.errors import InvalidInputError


def values(streams, name):
    return [record.values for record in streams[name]]


def texts(streams, name):
    return [record.texts() for record in streams[name]]


keys = st.text(st.sampled_from("ab.[]{}\\ é"), max_size=4)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=25,
)
objects = st.dictionaries(keys, documents, max_size=4)
roots = objects | st.lists(objects, min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(document=roots)
def test_a_document_without_a_declaration_comes_back_the_same(document):
    assert unflatten(flatten(document)) == document


DECLARED = (
    StreamSpec("things", "menu_item", path="a[] | [] | b.a[]", where=("t", "x"), carry={"up": "b.id | id"}),
    StreamSpec(
        "parts", "modifier", path="a[].b[] | [].b[]", headers=frozenset({"id"}), carry={"thing": "a[].id"}
    ),
    StreamSpec("whole", "location", path="b"),
    StreamSpec("mapped", "modifier_group", path="m{}", hints={"b[].id": Hint("modifier_group.name")}),
    StreamSpec("root", "", path="."),
)
names = st.sampled_from(["a", "b", "id", "t", "m", "k.[]"])
declared_values = st.recursive(
    scalars | st.just("x"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5),
    max_leaves=40,
)
declared_objects = st.dictionaries(names, declared_values, max_size=5)


@settings(max_examples=200, deadline=None)
@given(document=declared_objects | st.lists(declared_objects, min_size=1, max_size=3))
def test_a_document_with_a_declaration_comes_back_the_same(document):
    assert unflatten(flatten(document, DECLARED)) == document


@settings(max_examples=200, deadline=None)
@given(document=declared_objects)
def test_every_object_of_a_list_of_objects_is_one_record_or_part_of_one(document):
    document = {"a": [{"t": "x", "n": 1}, {"t": "y", "n": 2}], "rest": document}
    streams = flatten(document, DECLARED)
    assert values(streams, "things") == [{"t": "x", "n": 1}]
    assert values(streams, "a") == [{"t": "y", "n": 2}]


def test_records_know_their_ancestors_by_id():
    streams = flatten({"menus": [{"guid": "m", "groups": [{"guid": "g", "items": [{"name": "Soup"}]}]}]})
    assert texts(streams, "menus.groups.items") == [{"name": "Soup", "menu.guid": "m", "group.guid": "g"}]


def test_the_nearest_ancestor_is_carried():
    spec = StreamSpec(
        "items", "menu_item", path="g[].items[] | g[].g[].items[]", carry={"of": "g[].g[].id | g[].id"}
    )
    document = {"g": [{"id": "outer", "items": [{"n": 1}], "g": [{"id": "inner", "items": [{"n": 2}]}]}]}
    assert {record["n"]: record["of"] for record in texts(flatten(document, [spec]), "items")} == {
        "1": "outer",
        "2": "inner",
    }


def test_a_hinted_field_behind_a_list_becomes_a_list():
    spec = StreamSpec(
        "items", "menu_item", path="items[]", hints={"groups[].id": Hint("menu_item.modifier_group_ids")}
    )
    inner = StreamSpec("groups", "modifier_group", path="items[].groups[]")
    streams = flatten({"items": [{"id": 1, "groups": [{"id": "a"}, {"id": "b"}]}, {"id": 2}]}, [spec, inner])
    assert texts(streams, "items") == [{"id": "1", "groups[].id": '["a","b"]'}, {"id": "2"}]
    assert values(streams, "groups") == [{"id": "a"}, {"id": "b"}]


def test_references_by_number_are_looked_up_both_ways():
    groups = StreamSpec("groups", "modifier_group", path="groups{}")
    items = StreamSpec(
        "items", "menu_item", path="items[]", look_up={"g": LookUp("refs", "groups", "no", "guid")}
    )
    options = StreamSpec(
        "options", "modifier", path="options[]", look_up={"of": LookUp("no", "groups", "has", "guid")}
    )
    document = {
        "groups": {"1": {"no": 1, "guid": "ga", "has": [7]}, "2": {"no": 2, "guid": "gb", "has": [8, 7]}},
        "items": [{"refs": [2, 1]}, {"refs": []}],
        "options": [{"no": 7}, {"no": 8}, {"no": 9}],
    }
    streams = flatten(document, [groups, items, options])
    assert [record.get("g") for record in texts(streams, "items")] == ['["gb","ga"]', None]
    assert [record.get("of") for record in texts(streams, "options")] == ["ga", "gb", None]


def test_of_alternative_places_only_the_first_that_is_there_counts():
    spec = StreamSpec("locations", "location", path="locations[] || merchant")
    assert values(flatten({"merchant": {"id": 1}}, [spec]), "locations") == [{"id": 1}]
    streams = flatten({"merchant": {"id": 1}, "locations": [{"id": 2}]}, [spec])
    assert values(streams, "locations") == [{"id": 2}]
    assert values(streams, "document") == [{"merchant.id": 1}]


def test_values_become_text_without_loss():
    document = {
        "a": True,
        "b": Decimal("10.10"),
        "c": ["x", Decimal("1.50")],
        "d": "",
        "e": [],
        "f": {},
        "g": None,
    }
    assert flatten(document)["document"][0].texts() == {
        "a": "true",
        "b": "10.10",
        "c": '["x",1.50]',
        "d": None,
        "e": None,
        "f": None,
        "g": None,
    }


@pytest.mark.parametrize("document", [5, "x", None, [], [1]])
def test_a_document_without_records_is_refused(document):
    with pytest.raises(InvalidInputError, match="holds no records"):
        flatten(document)


def test_a_carried_value_stands_in_where_the_record_has_none_of_its_own():
    spec = StreamSpec("sizes", "item_variant", path="items[].sizes[]", carry={"name": "items[].name"})
    document = {
        "items": [{"name": "Soup", "sizes": [{"name": None}, {"name": "Half"}]}, {"sizes": [{"name": None}]}]
    }
    assert [text["name"] for text in texts(flatten(document, [spec]), "sizes")] == ["Soup", "Half", None]


@given(st.decimals(0, 100, places=2), st.one_of(st.none(), st.decimals(0, 100, places=2)))
def test_an_amount_less_another_that_is_part_of_it_is_exact(amount, tip):
    spec = StreamSpec("payments", "payment", path="payments[]", less={"net": ("amount", "tip")})
    payment = {"amount": amount} | ({} if tip is None else {"tip": tip})
    (record,) = flatten({"payments": [payment]}, [spec])["payments"]
    assert record.extra["net"] == amount - (tip or 0)


@pytest.mark.parametrize(
    "payment", [{"amount": "12"}, {"amount": 12, "tip": "2"}, {"tip": 2}, {"amount": True}]
)
def test_nothing_is_subtracted_where_an_amount_is_no_number(payment):
    spec = StreamSpec("payments", "payment", path="payments[]", less={"net": ("amount", "tip")})
    (record,) = flatten({"payments": [payment]}, [spec])["payments"]
    assert "net" not in record.extra


def test_a_kind_of_record_may_be_told_by_the_record_around_it():
    carry = {"receipt.type": "receipts[].type"}
    sales = StreamSpec(
        "lines", "order_line", path="receipts[].lines[]", carry=carry, where=("receipt.type", "SALE")
    )
    refunds = StreamSpec(
        "refunds", "order_line", path="receipts[].lines[]", carry=carry, where=("receipt.type", "REFUND")
    )
    document = {
        "receipts": [{"type": "SALE", "lines": [{"n": 1}, {"n": 2}]}, {"type": "REFUND", "lines": [{"n": 3}]}]
    }
    streams = flatten(document, [sales, refunds])
    assert [value["n"] for value in values(streams, "lines")] == [1, 2]
    assert [value["n"] for value in values(streams, "refunds")] == [3]
