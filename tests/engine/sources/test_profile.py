"""Profiles: what a column's values look like, whatever its size."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.sources.profile import SAMPLES, profile_frame, profile_samples


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int", ["1", "20", "-3"]),
        ("decimal", ["$1,250.00", "(3.50)", "0.5"]),
        ("bool", ["Yes", "no", "Y"]),
        ("date", ["2025-04-02", "12/31/2024", "3 Mar 2025"]),
        ("datetime", ["4/02/25 12:01 PM", "2025-04-02T12:21:07.000+0000", "2025-04-02 10:00:00"]),
        ("time", ["09:15:00", "9:15 pm"]),
        ("epoch", ["1743162967000", "1743257600000"]),
        ("email", ["ana@example.com"]),
        ("phone", ["+1 503-555-0124", "(503) 555-0124"]),
        ("url", ["https://example.com/a.jpg"]),
        ("uuid", ["6cc702e0-3002-40a1-81aa-742899752fbb"]),
        ("id", ["SAL-001", "NOO-007", "BEV-104"]),
        ("zone", ["America/New_York", "Europe/London"]),
        ("enum", ["Lunch", "Dinner", "Lunch", "Lunch", "Dinner", "Dinner"]),
        ("text", ["Caesar Salad", "Pad Thai", "Oat Latte"]),
        ("empty", ["", None, "  "]),
    ],
)
def test_a_column_is_of_the_kind_most_of_its_values_look_like(kind, values):
    frame = pl.DataFrame({"column": pl.Series(values, dtype=pl.String)})
    assert profile_frame("stream", frame)[0].kind == kind


@given(
    st.lists(
        st.lists(
            st.sampled_from([None, "", " ", "\u2003", "\x1c", "7", "Ana", " Ana "]), min_size=4, max_size=4
        ),
        min_size=1,
        max_size=5,
    )
)
def test_columns_are_profiled_together_as_each_alone(columns):
    names = [f"column {number}" for number in range(len(columns))]
    frame = pl.DataFrame(dict(zip(names, columns, strict=True)), schema=dict.fromkeys(names, pl.String))
    alone = [profile_frame("s", frame.select(name))[0] for name in names]
    assert [replace(profile, position=0) for profile in profile_frame("s", frame)] == alone


def test_counts_leave_out_what_is_empty():
    (profile,) = profile_frame("s", pl.DataFrame({"a": ["x", " ", None, "x", "y"]}))
    assert (profile.rows, profile.filled, profile.distinct, profile.samples) == (5, 3, 2, ("x", "y"))
    assert profile.fill == pytest.approx(0.6)


def test_our_own_columns_are_skipped_and_positions_count_the_others():
    frame = pl.DataFrame({"_row": [1, 2], "a": ["1", "2"], "b": ["x", "y"]})
    assert [(field.source, field.position) for field in profile_frame("s", frame)] == [("a", 0), ("b", 1)]


def test_a_long_column_is_counted_whole_and_its_kind_seen_from_a_sample():
    rows = 50_000
    (profile,) = profile_frame("s", pl.DataFrame({"n": [str(number) for number in range(rows)]}))
    assert (profile.rows, profile.filled, profile.kind) == (rows, rows, "int")
    assert profile.uniqueness > 0.95
    assert len(profile.samples) == SAMPLES


def test_json_values_keep_their_type():
    assert profile_samples("a", [True, False, None]).json_type == "bool"
    assert profile_samples("a", [1.5, 2.0]).kind == "decimal"
    lists = profile_samples("a[]", [["POS", "KIOSK"], [], ["POS"]])
    assert (lists.json_type, lists.filled, lists.samples) == ("list", 2, ("POS", "KIOSK"))


def test_numbers_have_a_range_and_a_share_of_whole_ones():
    profile = profile_samples("price", ["1.50", "2", "$10.00", "-3.25"])
    assert (profile.low, profile.high, profile.integer_share) == (-3.25, 10.0, 0.5)


@given(st.lists(st.one_of(st.none(), st.text(max_size=20), st.integers(), st.booleans()), max_size=30))
def test_any_values_can_be_profiled(values):
    profile = profile_samples("field", values)
    assert 0 <= profile.filled <= profile.rows == len(values)
    assert 0 <= profile.uniqueness <= 1
    assert len(profile.samples) <= SAMPLES


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("salutation", ["Mr", "Mrs.", "dr"]),
        ("color", ["#FFAA00", "#fff"]),
        ("html", ["<p>Hot soup</p>", "<b>Fresh</b>"]),
        ("code", ["US", "GB", "FRA"]),
        ("enum", ["MODIFIER_LIST", "ITEM", "TAX"]),
        ("id", ["123456789012345678", "223456789012345678"]),
        ("decimal", ["1", "2.5", "3", "4.25"]),
        ("int", ["1"] * 17 + ["x"] * 3),
        ("text", ["1", "2", "Soup", "Tea with milk"]),
    ],
)
def test_a_rarer_kind_is_named_where_most_values_have_it(kind, values):
    assert profile_samples("column", values).kind == kind


@pytest.mark.parametrize(
    ("values", "low", "high", "integer_share"),
    [
        (["1", "2", "3.5", "4"], 1.0, 4.0, 0.75),
        (["(3.50)", "-$2.00", "€1,250.00"], -3.5, 1250.0, 2 / 3),
        (["5%", "10 %"], 5.0, 10.0, 1.0),
        (["Soup", "1"], None, None, 0.0),
        (["9" * 301], None, None, 0.0),
        ([], None, None, 0.0),
    ],
)
def test_the_range_of_a_column_is_that_of_its_numbers(values, low, high, integer_share):
    profile = profile_samples("column", values)
    assert (profile.low, profile.high) == (low, high)
    assert profile.integer_share == pytest.approx(integer_share)


@pytest.mark.parametrize(
    ("values", "json_type", "samples"),
    [
        ([True, False, None], "bool", ("true", "false")),
        ([1, 2, ""], "int", ("1", "2")),
        ([1.5, 2.0], "float", ("1.5", "2.0")),
        ([["a", ["b"]], [], ["a"]], "list", ("a", "b")),
        ([{"x": 1, "y": 2}], "object", ("x, y",)),
        ([" Soup ", "Soup"], "str", ("Soup",)),
        ([None, ""], "", ()),
    ],
)
def test_values_of_a_document_keep_their_type_and_are_seen_as_text(values, json_type, samples):
    profile = profile_samples("field", values)
    assert (profile.json_type, profile.samples) == (json_type, samples)


def test_a_profile_counts_words_lengths_and_patterns_per_value():
    profile = profile_samples("name", ["Oat Latte", "Tea", "Tea"])
    assert profile.words == pytest.approx(4 / 3)
    assert profile.length == pytest.approx(5)
    assert profile.shapes[0] == "Aa"
    assert profile.uniqueness == pytest.approx(2 / 3)


def test_columns_of_ours_are_not_profiled():
    frame = pl.DataFrame({"_row": [1], "name": ["Soup"], "_fault": [None]})
    assert [profile.source for profile in profile_frame("s", frame)] == ["name"]
    assert profile_frame("s", frame.select("_row")) == []


@pytest.mark.parametrize(
    ("values", "is_color"),
    [
        (["#1001", "#1002"], False),
        (["#101", "#102"], False),
        (["#12345"], False),
        (["#000", "#fff", "#1e1"], True),
        (["#336699", "#000000"], True),
        (["#33669980"], True),
    ],
)
def test_numbers_of_orders_behind_a_hash_are_no_colors(values, is_color):
    assert (profile_samples("column", values).kind == "color") is is_color
