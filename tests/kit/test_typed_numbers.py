"""Numbers that a person types are read only where one reading is certain."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit.money import typed_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7,500", "7500"),
        (" 1,234,567.5 ", "1234567.5"),
        ("0.25", "0.25"),
        (".5", "0.5"),
        ("-3", "-3"),
        ("1e3", "1000"),
    ],
)
def test_thousands_commas_and_a_decimal_point_are_read(text, number):
    assert typed_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "1,5",
        "7500,50",
        "1.234,56",
        "1,2,3",
        "0,500",
        "1,23,456",
        "12345,678",
        "1,500,00",
        "1 000",
        "1_000",
        "",
        ".",
        "+",
        "three",
        "NaN",
        "inf",
        "1.2.3",
        "１２",
        "$5",
        "1,500.",
        "1e9999",
    ],
)
def test_a_number_that_is_not_certain_is_not_read(text):
    assert typed_number(text) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_comes_back_as_it_is_written(number):
    assert typed_number(f"{number:,f}") == typed_number(f"{number:f}") == number
