"""What may be told about a column: known words of its header, its form and counts, and hardly ever a value."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.mapping.ai_review import policy
from core.engine.sources.profile import profile_samples

HEADERS = ["Item", "Order Type", "Maria Lopez"]


def column(source, values, *, entity="order", candidates=("order.channel",), personal=False):
    profile = replace(profile_samples(source, values, stream="orders"), position=HEADERS.index(source))
    return policy.Column(profile, entity, HEADERS, candidates, "restaurant", personal)


def clean(name):
    return policy.clean(name, "restaurant", "column 7")


@pytest.mark.parametrize(
    ("header", "cleaned"),
    [
        ("Curr Qty DOWNTOWN", "current quantity *"),
        ("items[].variations[].price_money.amount", "item variation price money amount"),
        ("Prix unitaire TTC", "prix unitaire ttc"),
        ("Artikelnummer", "artikelnummer"),
        ("Address Line 2", "address line 2"),
        ("Guest Birth Date 03-12", "guest birth date * *"),
    ],
)
def test_words_the_trade_knows_leave_and_others_are_hidden(header, cleaned):
    assert clean(header) == cleaned


@pytest.mark.parametrize(
    "header",
    [
        "Anna Kowalska",
        "anna.kowalska@example.com",
        "+1 415-555-0142",
        "12 Oak Street",
        "4532 0151 1283 0366",
        "LOY-8821734",
        "GC77-2913",
        "1987-03-12",
        "48213",
        "536-22-8841",
        "allergic to peanuts, seat by the window please",
        "Mark Cook",
        "guests.Anna Kowalska.phone",
        "",
    ],
)
def test_a_header_that_is_rather_a_value_leaves_as_its_place(header):
    assert clean(header) == "column 7"


@given(st.text(max_size=60))
def test_nothing_of_a_header_leaves_but_known_words_and_short_numbers(header):
    cleaned = clean(header)
    assert cleaned == "column 7" or all(
        word == policy.HIDDEN or word in policy.known_words("restaurant") or re.fullmatch(r"\d{1,2}", word)
        for word in cleaned.split()
    )


def test_words_of_public_vocabulary_are_shown_and_other_values_beside_them_are_not():
    facts = policy.column_facts(column("Order Type", ["Dine In", "Takeaway", "Zorblatt", "Dine In"] * 5))
    assert facts["values"] == ["dine in", "takeaway"]


@pytest.mark.parametrize(
    "more",
    [
        {"entity": "customer"},
        {"candidates": ("order.channel", "customer.tags")},
        {"candidates": ("order.notes",)},
        {"personal": True},
    ],
)
def test_no_value_is_shown_where_people_may_be_meant(more):
    assert "values" not in policy.column_facts(column("Order Type", ["Dine In", "Takeaway"] * 5, **more))


def test_numbers_of_the_data_are_not_told_only_how_many_there_are_about():
    facts = policy.column_facts(column("Item", [str(number) for number in range(4821, 5308)]))
    assert "values" not in facts
    assert (facts["rows"], facts["different"]) == (500, 500)
    assert facts["forms"] == ["9"]


def test_neighbours_are_cleaned_like_the_column_itself():
    assert policy.column_facts(column("Order Type", ["a"]))["beside"] == ["item", "column 3"]


def test_only_what_the_table_of_facts_names_is_told():
    assert policy.column_facts(column("Order Type", ["Dine In"] * 9)).keys() <= policy.FACTS.keys()
