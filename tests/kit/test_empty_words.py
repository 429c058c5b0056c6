"""Spellings for nothing: what each may be, and which rows have a value beside them."""

from __future__ import annotations

import polars as pl
import pytest

from core.kit.empty_words import KINDS, Emptiness, hold_values


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        ("NULL", Emptiness.NULLS),
        ("\\N", Emptiness.NULLS),
        ("k.A.", Emptiness.MARKS),
        ("(blank)", Emptiness.MARKS),
        ("--", Emptiness.DASHES),
        ("None", Emptiness.WORDS),
        ("keine Angabe", Emptiness.UNKNOWN),
        ("0000-00-00 00:00:00", Emptiness.NO_DAY),
        ("30.12.1899", Emptiness.FIRST_DAY),
        ("1/1/1900", Emptiness.FIRST_DAY),
        ("1970-01-01", Emptiness.EPOCH),
        ("(000) 000-0000", Emptiness.PHONE),
        ("none@none.com", Emptiness.EMAIL),
    ],
)
def test_a_spelling_is_known_with_its_kind(spelling, kind):
    assert kind in KINDS[spelling]


@pytest.mark.parametrize(
    "text", ["Nullmeier", "Soup", "1985-04-12", "617-555-0142", "ada@example.com", "12", ""]
)
def test_a_value_is_no_spelling_for_nothing(text):
    assert text not in KINDS


def test_rows_without_any_value_are_told():
    frame = pl.DataFrame(
        {"Name": ["Ada", "-", None, "NULL"], "Phone": ["", "0000000000", None, "617-555-0142"]}
    )
    assert frame.select(hold_values(["Name", "Phone"])).to_series().to_list() == [True, False, False, True]
