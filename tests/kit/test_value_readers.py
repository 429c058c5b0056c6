"""Readers of yes and no, lists and telephone numbers: what is read, and what is left empty rather than guessed."""

from __future__ import annotations

from decimal import Decimal

import orjson
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit import values

WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters=";|,[]\x00", categories=["L", "N"]),
    min_size=1,
    max_size=6,
)

WHITE_SPACE = "".join(
    letter for letter in map(chr, range(0x110000)) if letter.isspace() and not "\x1c" <= letter <= "\x1f"
)
"""Unicode's property White_Space; Python's strip takes four control characters besides, which a file's reader notes."""


def column(*spellings):
    return pl.Series("a", list(spellings), dtype=pl.String)


def rows_of(lists):
    return lists.to_list()


@pytest.mark.parametrize(
    "text", ["yes", "Y", " TRUE ", "t", "1", "on", "x", "✓", "Checked", "active", "ENABLED"]
)
def test_a_word_for_yes_is_true_in_any_case(text):
    assert values.read_bool(column(text)).to_list() == [True]


@pytest.mark.parametrize(
    "text", ["no", "N", " False ", "f", "0", "off", "✗", "unchecked", "Inactive", "disabled"]
)
def test_a_word_for_no_is_false_in_any_case(text):
    assert values.read_bool(column(text)).to_list() == [False]


@pytest.mark.parametrize("text", ["", "maybe", "2", "yes and no", "yess", "-", "10", "null"])
def test_a_word_that_is_neither_yes_nor_no_is_not_read(text):
    assert values.read_bool(column(text)).to_list() == [None]


@given(st.lists(WORDS, max_size=5), st.sampled_from(";|,"))
def test_items_joined_by_any_usual_separator_come_back(words, separator):
    assert rows_of(values.read_list(column(f" {separator} ".join(words)))) == [words]


@given(st.lists(WORDS, max_size=5))
def test_a_json_list_comes_back(words):
    text = orjson.dumps(words).decode()
    assert rows_of(values.read_list(column(text))) == [words]
    assert rows_of(values.read_json_list(column(text))) == [words]


@pytest.mark.parametrize(
    ("text", "separator", "items"),
    [
        ("a/b / c", "/", ["a", "b", "c"]),
        ("a,b;c", ";", ["a,b", "c"]),
        (" , ", None, []),
        ("a,,b", None, ["a", "b"]),
        ("[a, b", None, ["[a", "b"]),
        ('["a", null, 3, {"b": 1}]', None, ["a", "3", '{"b":1}']),
        ('"VIP","Brunch Club"', None, ["VIP", "Brunch Club"]),
        ('"VIP"', None, ["VIP"]),
        ('"VIP", "Brunch, late", lunch', None, ["VIP", "Brunch, late", "lunch"]),
        ('"The ""Table"" Club";VIP', None, ['The "Table" Club', "VIP"]),
        ('"a|b"|c', "|", ["a|b", "c"]),
        ('12" pan, 10" pan', None, ['12" pan', '10" pan']),
        ('"a" b, c', None, ['"a" b', "c"]),
    ],
)
def test_a_list_is_cut_at_its_separator_and_empty_items_are_dropped(text, separator, items):
    assert rows_of(values.read_list(column(text), separator)) == [items]


@pytest.mark.parametrize("text", ["a, b", '{"a": 1}', "[1, 2", '"a"', '["\\u0000"]', ""])
def test_what_is_no_json_list_is_not_read_as_one(text):
    assert rows_of(values.read_json_list(column(text))) == [None]


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("(212) 555-2368", "US", "+12125552368"),
        ("+1 212 555 2368", "DE", "+12125552368"),
        ("030 901820", "DE", "+4930901820"),
        ("020 7946 0018", "gb", "+442079460018"),
        ("555-2368", "US", None),
        ("+1234567890", "US", None),
        ("call us", "US", None),
    ],
)
def test_a_telephone_number_is_read_as_seen_from_its_country(text, country, number):
    assert values.read_phone(column(text), country).to_list() == [number]


@pytest.mark.parametrize(
    ("code", "is_known"), [("US", True), ("de", True), ("XX", False), ("", False), ("USA", False)]
)
def test_a_country_is_known_by_its_two_letters(code, is_known):
    assert values.is_country(code) is is_known


@given(st.text(max_size=8))
def test_filled_text_has_no_outer_white_space_and_is_never_empty(text):
    (filled,) = values.read_text(column(text)).to_list()
    (expression,) = column(text).to_frame().select(values.filled_text(pl.col("a"))).to_series().to_list()
    assert filled == expression
    assert filled is None or (filled != "" and filled == filled.strip(WHITE_SPACE))


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.234,56", "1234.56"), ("12,5", "12.5"), ("1 234,5", "1234.5"), ("(7,25)", "-7.25"), ("12.5", None)],
)
def test_a_decimal_comma_is_read_where_the_column_has_it(text, number):
    read = values.read_number(column(text), form=values.NumberForm(decimal_comma=True)).to_list()
    assert read == [None if number is None else Decimal(number)]


@pytest.mark.parametrize(("text", "number"), [("12%", "12"), ("-8.5 %", "-8.5"), ("(3%)", "-3"), ("%", None)])
def test_a_percent_sign_is_read_only_where_it_is_allowed(text, number):
    assert values.read_number(column(text), percent=True).to_list() == [
        None if number is None else Decimal(number)
    ]
    assert values.read_number(column(text)).to_list() == [None]


@pytest.mark.parametrize("text", ["100000000000000", "-100000000000000", "1e14", "1E-401"])
def test_a_number_that_no_field_can_hold_is_not_read(text):
    assert values.read_number(column(text)).to_list() == [None]


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=10))
def test_ten_decimal_places_are_kept_and_further_ones_cut_off(number):
    assert values.read_number(column(f"{number:f}", f"{number:f}79")).to_list() == [number, number]
