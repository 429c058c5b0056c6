"""Paths in documents: how they are written, what they lead to, and keys that look like parts of a path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.sources.paths import (
    escape,
    pattern_of,
    pick,
    split_name,
    unescape,
    without_switched_off,
)
from core.errors import InvalidInputError


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        (".", ()),
        ("menus", ("menus",)),
        ("menus[]", ("menus", "[]")),
        ("[]", ("[]",)),
        ("menus[].groups[].items[]", ("menus", "[]", "groups", "[]", "items", "[]")),
        ("tables{}", ("tables", "{}")),
        ("tables{}[]", ("tables", "{}", "[]")),
        (r"a\.b.c", (r"a\.b", "c")),
        (r"tags\[\]", (r"tags\[\]",)),
    ],
)
def test_a_path_is_a_pattern_of_its_steps(path, pattern):
    assert pattern_of(path) == pattern


@pytest.mark.parametrize("path", ["menus[", "menus]", "a[]b", "a{", "menus[0]"])
def test_a_text_with_a_stray_bracket_is_no_path(path):
    with pytest.raises(InvalidInputError, match="is not a path"):
        pattern_of(path)


MENU = {
    "guid": "m1",
    "groups": [{"items": [{"name": "Soup"}, {"name": "Tea"}]}, {"items": [{"name": "Cake"}, {}]}, {}],
    "prices": {"small": {"amount": 3}, "large": {"amount": 5}},
    "tags": [["hot", None], "new"],
    "a.b": {"c[]": 1},
    "empty": None,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (".", MENU),
        ("guid", "m1"),
        ("groups[].items[].name", ["Soup", "Tea", "Cake"]),
        ("prices{}.amount", [3, 5]),
        ("prices.small.amount", 3),
        ("tags[]", ["hot", None, "new"]),
        (r"a\.b.c\[\]", 1),
        ("groups[].missing", []),
        ("guid[]", []),
        ("guid.name", None),
        ("missing.name", None),
        ("empty", None),
    ],
)
def test_a_path_leads_to_a_value_or_to_a_list_of_them(path, value):
    if path == "tags[]":
        value = [item for item in value if item is not None]
    assert pick(MENU, pattern_of(path)) == value


@given(st.text())
def test_any_key_is_one_step_of_a_name_and_found_by_it(key):
    assert unescape(escape(key)) == key
    assert split_name(escape(key)) == [escape(key)]
    if key != "":
        assert pattern_of(f"x.{escape(key)}") == ("x", escape(key))
        assert pick({"x": {key: 1}}, ("x", escape(key))) == 1


@given(st.lists(st.text(), min_size=1))
def test_a_dotted_name_splits_into_the_keys_it_was_made_of(keys):
    assert [unescape(step) for step in split_name(".".join(map(escape, keys)))] == keys


@pytest.mark.parametrize(
    ("value", "path", "remaining"),
    [
        ([{"on": True}, {"on": False}, {}], ".", [{"on": True}, {}]),
        ({"sizes": [{"on": False, "n": 1}, {"on": True, "n": 2}]}, "sizes", {"sizes": [{"on": True, "n": 2}]}),
        ({"a": {"sizes": [{"on": False}]}, "b": 1}, "a.sizes", {"a": {"sizes": []}, "b": 1}),
        ({"sizes": [{"on": None}, {"on": 0}, "x"]}, "sizes", {"sizes": [{"on": None}, {"on": 0}, "x"]}),
        ({"other": [{"on": False}]}, "sizes", {"other": [{"on": False}]}),
        ({"sizes": "all"}, "sizes", {"sizes": "all"}),
        ("text", "sizes", "text"),
    ],
)  # fmt: skip
def test_only_members_whose_flag_is_false_are_left_out(value, path, remaining):
    assert without_switched_off(value, pattern_of(path), "on") == remaining


def test_the_document_itself_is_not_changed():
    document = {"sizes": [{"on": False}]}
    without_switched_off(document, ("sizes",), "on")
    assert document == {"sizes": [{"on": False}]}


PRICES = st.lists(
    st.fixed_dictionaries({"amount": st.integers(0, 9), "use": st.sampled_from(["Default", "Online", 1])})
)


@given(PRICES)
def test_a_selection_leads_to_the_first_member_of_which_the_field_has_the_value(prices):
    amounts = [price["amount"] for price in prices if price["use"] == "Default"]
    expected = amounts[0] if amounts else None
    assert pick({"Prices": {"Price": prices}}, pattern_of("Prices.Price[use=Default].amount")) == expected
    amounts = [price["amount"] for price in prices if price["use"] == 1]
    assert pick({"Price": prices}, pattern_of("Price[use=1].amount")) == (amounts[0] if amounts else None)


def test_a_list_of_one_member_may_be_the_member():
    document = {"Email": {"address": "a@example.com", "use": "Primary"}}
    assert pick(document, pattern_of("Email[use=Primary].address")) == "a@example.com"
    assert pick(document, pattern_of("Email[use=Home].address")) is None
