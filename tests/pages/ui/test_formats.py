"""Values are written alike on every screen: numbers, shares, times, sizes, names."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui import formats
from tests.pages.parts import context_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (formats.number(None), "–"),
        (formats.number(12_345), "12,345"),
        (formats.percent(None), "–"),
        (formats.percent(0.999), "99%"),
        (formats.percent(1.0), "100%"),
        (formats.words("rolled_back"), "Rolled back"),
        (formats.duration(None), "–"),
        (formats.duration(42.4), "0:42"),
        (formats.duration(725), "12:05"),
        (formats.duration(3_753), "1:02:33"),
        (formats.file_size(1_500), "1.5 kB"),
        (formats.file_size(99_999), "100.0 kB"),
        (formats.file_size(100_000), "0.1 MB"),
        (formats.shortened("Bella"), "Bella"),
        (formats.shortened("a" * 25), "a" * 23 + "…"),
    ],
)
def test_a_value_has_one_form(text: str, expected: str) -> None:
    assert text == expected


def test_a_time_is_written_in_the_customers_zone_with_its_name() -> None:
    moment = datetime(2026, 11, 26, 14, 14, tzinfo=UTC)
    assert formats.moment(context_of("sales"), moment) == "26 Nov, 09:14 EST"
    assert formats.moment(context_of("sales", zone="Europe/Berlin"), moment) == "26 Nov, 15:14 CET"
    assert formats.moment(context_of("sales"), None) == "–"


@given(st.text(max_size=40))
def test_data_in_a_label_is_never_read_as_markdown(text: str) -> None:
    text = text.replace("\u2060", "")
    escaped = formats.plain(text).replace("\u2060", "")
    assert re.sub(r"\\(.)", r"\1", escaped, flags=re.DOTALL) == text
    bare = re.sub(r"\\.", "", escaped, flags=re.DOTALL)
    assert not set(bare) & set("`*_{}[]#|<>~:$&")


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("http://example.com", r"https?://\w"),
        ("HTTPS://example.com", r"(?i)https?://\w"),
        ("see www.example.com", r"www\.\w"),
        ("a@example.com", r"@example\."),
        (":material/bomb: :smile: :+1:", r":[\w+-]+(/\w+)?:"),
        ("a -> b <- c -- d", r"->|<-|--"),
        ("a >= b ~= c <= d", r">=|~=|<="),
    ],
)
def test_text_holds_nothing_that_is_replaced_after_markdown_was_read(text: str, replaced: str) -> None:
    shown = re.sub(r"\\(.)", r"\1", formats.plain(text))
    assert re.search(replaced, text)
    assert not re.search(replaced, shown)
    assert shown.replace("\u2060", "") == text


@given(st.dictionaries(st.uuids().map(str), st.sampled_from(["Bella's", "Bistro", "Bistro (2)"]), max_size=8))
def test_labels_of_namesakes_differ(names: dict[str, str]) -> None:
    labels = formats.unique_labels(names)
    assert labels.keys() == names.keys()
    assert len(set(labels.values())) == len(labels)


def test_entities_are_listed_parents_first() -> None:
    assert formats.in_load_order(context_of("sales"), ["order_line", "menu_item", "location"]) == [
        "location",
        "menu_item",
        "order_line",
    ]
