"""Names as words: whatever the spelling, the same thing reads the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit.text import normalise, singular, split_compound, split_qualifier, tokens


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unitPrice", "unit price"),
        ("UNIT_PRICE", "unit price"),
        ("Unit Price ($)", "unit price"),
        ("Curr Qty (lb)", "current quantity"),
        ("# of Guests", "number of guest"),
        ("modifierGroupIDs", "modifier group id"),
        ("SKUs", "sku"),
        ("DOB", "birth date"),
        ("Disc Amt", "discount amount"),
        ("E-mail", "email"),
        ("Menu Subgroup(s)", "menu sub group"),
        ("Categories", "category"),
        ("Prénom", "prenom"),
        ("last_4", "last 4"),
    ],
)
def test_spellings_of_a_name_read_as_the_same_words(name, words):
    assert normalise(name) == words


@pytest.mark.parametrize("word", ["status", "address", "class", "tax", "series", "campus", "pos"])
def test_words_that_only_look_plural_stay(word):
    assert singular(word) == word


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Price [Kiosk East]", ("Price", "Kiosk East")),
        ("Modifier Set - Choose a side", ("Modifier Set", "Choose a side")),
        ("Tax - Sales Tax (8%)", ("Tax", "Sales Tax (8%)")),
        ("Clock-out", ("Clock-out", "")),
        ("Price", ("Price", "")),
    ],
)
def test_a_header_is_parted_from_the_place_or_choice_it_is_about(name, parts):
    assert split_qualifier(name) == parts


def test_a_glued_word_is_taken_apart_only_where_every_part_is_known():
    vocabulary = {"menu", "item", "price", "men"}
    assert split_compound("menuitemprice", vocabulary) == ("menu", "item", "price")
    assert split_compound("menuitemzzz", vocabulary) == ("menuitemzzz",)


@given(st.text(max_size=40))
def test_any_text_can_be_read_and_reading_it_again_changes_nothing_more_than_once(name):
    once = normalise(name)
    assert once == once.lower() or not once.isascii()
    assert all(word for word in tokens(once))
