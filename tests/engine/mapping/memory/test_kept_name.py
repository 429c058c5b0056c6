"""How memory names a column: alike for spellings, without places, and not at all where it looks like a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.mapping.memory.rules import kept_name, kept_transform, signature


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("Unit Price", "unit price"),
        ("unit_prices", "unit price"),
        ("Current Quantity DOWNTOWN", "current quantity *"),
        ("Current Quantity Willow Street Cafe", "current quantity *"),
        ("Modifier Set - Extras", "modifier set *"),
        ("Tax - Sales Tax (8%)", "tax *"),
        ("Price [Kiosk East]", "price *"),
        ("Enabled Main Street", "enabled *"),
    ],
)
def test_names_of_the_trade_are_kept_without_places(column, name):
    assert kept_name(column, "restaurant") == name


@pytest.mark.parametrize(
    "column",
    [
        "ann@example.com",
        "+1 555 010 0199",
        "12.50",
        "2024-01-05",
        "Maria Gonzalez",
        "https://x.example/a",
        "",
        "x" * 80,
        "€4",
    ],
)
def test_what_looks_like_a_value_or_a_person_is_not_kept(column):
    assert kept_name(column, "restaurant") is None


@given(st.text(alphabet="bcdfghjkqxz", min_size=6, max_size=12))
def test_a_word_outside_the_trade_never_stands_in_memory(word):
    name = kept_name(f"{word} price", "restaurant") or ""
    assert word not in name


@given(
    st.lists(st.sampled_from(["Item Name", "SKU", "Price", "Tax - A", "Current Quantity X"]), unique=True),
    st.randoms(),
)
def test_the_order_of_columns_does_not_matter(columns, random):
    shuffled = list(columns)
    random.shuffle(shuffled)
    assert signature(shuffled, "restaurant") == signature(columns, "restaurant")


def test_one_place_more_is_the_same_export():
    columns = ["SKU", "Current Quantity Downtown"]
    assert signature([*columns, "Current Quantity Uptown"], "restaurant") == signature(columns, "restaurant")


@pytest.mark.parametrize(
    ("transform", "remembered"),
    [
        ("divide(100)", "divide(100)"),
        ("strip | first_word", "strip | first_word"),
        ("map_values({'a': 'b'})", None),
        ("equals('secret')", None),
        ("no_such_call", None),
        (None, None),
    ],
)
def test_only_calls_without_texts_are_kept(transform, remembered):
    assert kept_transform(transform) == remembered
