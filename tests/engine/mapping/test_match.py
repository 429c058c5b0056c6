"""Suggestions: each rule on a small table of a system that exists nowhere."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.mapping.match import Suggestion, suggest
from core.engine.mapping.match.model import TERMS, read_model, trained_model, write_model
from core.engine.sources.contract import Hint
from core.engine.sources.profile import profile_samples
from core.errors import InvalidInputError
from core.schema import target_schema


def targets(
    columns: Mapping[str, list[object]], domain: str = "restaurant", **options
) -> dict[str, Suggestion]:
    fields = [
        profile_samples(source, samples, position=position)
        for position, (source, samples) in enumerate(columns.items())
    ]
    return {suggestion.source: suggestion for suggestion in suggest(fields, domain, **options)}


PEOPLE = {
    "Guest No": ["G-100", "G-101", "G-102"],
    "Forename": ["Ana", "Bo", "Cy"],
    "Surname": ["Diaz", "Eng", "Fox"],
    "E-mail": ["ana@example.com", "bo@example.com", "cy@example.com"],
    "Mobile": ["+15035550101", "+15035550102", "+15035550103"],
    "Favourite Colour": ["red", "blue", "green"],
}


def test_synonyms_of_the_trade_are_understood():
    suggestions = targets(PEOPLE)
    assert suggestions["Forename"].target == "customer.first_name"
    assert suggestions["Surname"].target == "customer.last_name"
    assert suggestions["E-mail"].target == "customer.email"
    assert suggestions["Guest No"].target == "customer.external_id"


def test_a_field_nothing_fits_is_left_alone_with_its_own_confidence():
    suggestion = targets(PEOPLE)["Favourite Colour"]
    assert suggestion.target is None
    assert 0 < suggestion.confidence < 1
    assert suggestion.alternatives


def test_the_table_decides_what_a_name_is_the_name_of():
    tax = targets(
        {"Name": ["Sales", "City"], "Rate": ["8.25", "1.5"], "Inclusive": ["no", "yes"], "Tax Id": ["1", "2"]}
    )
    item = targets(
        {
            "Name": ["Soup", "Pie"],
            "Price": ["8.25", "1.50"],
            "Kitchen Name": ["SP", "PI"],
            "SKU": ["A1", "A2"],
        }
    )
    assert tax["Name"].target == "tax_rate.name"
    assert item["Name"].target == "menu_item.name"


def test_a_list_in_json_is_read_by_its_own_name():
    suggestions = targets(
        {
            "id": ["a1", "a2"],
            "name": ["Tea", "Pie"],
            "sizes[].id": ["s1", "s2"],
            "sizes[].name": ["Small", "Large"],
            "sizes[].price": [3.5, 4.5],
            "sizes[].product_id": ["a1", "a2"],
        }
    )
    assert suggestions["sizes[].name"].target == "item_variant.name"
    assert suggestions["sizes[].price"].target == "item_variant.price"


def test_columns_that_differ_by_a_place_are_decided_alike():
    suggestions = targets(
        {
            "Item Name": ["Soup", "Pie"],
            "SKU": ["A1", "A2"],
            "Price [Harbour]": ["8.25", "1.50"],
            "Price [Old Town]": ["8.50", "1.75"],
        }
    )
    assert (
        suggestions["Price [Harbour]"].target == suggestions["Price [Old Town]"].target == "menu_item.price"
    )


def test_a_documented_target_wins():
    suggestions = targets(PEOPLE, hints={"Favourite Colour": Hint("customer.notes"), "Surname": Hint(None)})
    assert suggestions["Favourite Colour"].target == "customer.notes"
    assert suggestions["Favourite Colour"].confidence > 0.9
    assert suggestions["Surname"].target is None
    assert suggestions["Surname"].alternatives[0].target == "customer.last_name"


def test_a_documented_target_that_the_values_contradict_is_shown_to_a_person():
    suggestion = targets(PEOPLE, hints={"Mobile": Hint("customer.birthday")})["Mobile"]
    assert suggestion.target == "customer.birthday"
    assert suggestion.confidence < 0.7
    assert "documentation" in suggestion.evidence[0].text


def test_the_known_entity_of_a_stream_settles_a_bare_table():
    columns = {"id": ["1", "2"], "name": ["Lunch", "Dinner"]}
    assert targets(columns, entity="category")["name"].target == "category.name"
    assert targets(columns, entity="discount")["name"].target == "discount.name"


def test_evidence_is_readable_and_holds_no_value():
    values = {str(value) for samples in PEOPLE.values() for value in samples}
    for target in targets(PEOPLE).values():
        assert target.evidence
        for reason in target.evidence:
            assert reason.text.endswith(".")
            assert not any(re.search(rf"\b{re.escape(value)}\b", reason.text) for value in values)


def test_results_keep_the_order_and_alternatives_never_repeat_the_target():
    suggestions = list(targets(PEOPLE).values())
    assert [suggestion.source for suggestion in suggestions] == list(PEOPLE)
    for suggestion in suggestions:
        alternatives = [candidate.target for candidate in suggestion.alternatives]
        assert len(alternatives) == len(set(alternatives)) <= 5
        assert suggestion.target not in alternatives


def test_no_fields_no_suggestions_and_an_unknown_domain_is_refused():
    assert suggest([], "school") == []
    with pytest.raises(InvalidInputError, match="no domain"):
        suggest([], "hospital")


NAMES = st.text(alphabet=st.characters(exclude_characters="\x00"), max_size=24)
VALUES = st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers(), st.booleans()), max_size=4)


@given(st.lists(st.tuples(NAMES, VALUES), min_size=1, max_size=8), st.sampled_from(["restaurant", "school"]))
@settings(max_examples=40, deadline=None)
def test_any_headers_and_values_get_one_answer_each(columns, domain):
    fields = [
        profile_samples(name, values, position=position) for position, (name, values) in enumerate(columns)
    ]
    suggestions = suggest(fields, domain)
    assert [suggestion.source for suggestion in suggestions] == [name for name, _ in columns]
    for suggestion in suggestions:
        assert 0 <= suggestion.confidence <= 1
        assert suggestion.evidence
        assert suggestion.target is None or target_schema().field(suggestion.target)


def test_three_thousand_fields_are_matched_in_seconds():
    names = [
        "Item Name",
        "unitPrice",
        "SKU",
        "Qty",
        "Created At",
        "Server",
        "Order #",
        "Tax",
        "Guest Phone",
        "Zz",
    ]
    fields = [profile_samples(f"{names[n % 10]} {n}", ["1", "2"], position=n) for n in range(3000)]
    start = time.process_time()
    assert len(suggest(fields, "restaurant")) == 3000
    assert time.process_time() - start < 10


def test_the_model_on_file_says_the_same_read_and_written_again():
    model = trained_model()
    document = json.loads(json.dumps(write_model(model)))
    assert np.allclose(read_model(document).terms, model.terms)
    assert set(document["terms"]) == set(TERMS)


def test_lines_exported_with_their_orders_are_lines_first():
    suggestions = targets(
        {
            "Check Number": ["100", "100", "101"],
            "Open Time": ["2025-04-01 12:01", "2025-04-01 12:01", "2025-04-01 12:15"],
            "Covers": ["2", "2", "4"],
            "Item Name": ["Soup", "Pie", "Tea"],
            "Qty": ["1", "2", "1"],
            "Price": ["5.50", "7.00", "3.00"],
            "Disc Amt": ["0.00", "1.00", "0.00"],
            "Category": ["Starter", "Dessert", "Drink"],
        }
    )
    assert suggestions["Item Name"].target == "order_line.name"
    assert suggestions["Disc Amt"].target == "order_line.discount_amount"
    assert suggestions["Open Time"].target == "order.opened_at"


def test_items_inside_orders_are_order_lines():
    suggestions = targets(
        {
            "orders[].id": ["1", "2"],
            "orders[].receiptNumber": ["A1", "A2"],
            "orders[].items[].productName": ["Tea", "Pie"],
            "orders[].items[].quantity": [1, 2],
            "orders[].items[].unitPrice": [3.5, 4.0],
        }
    )
    assert suggestions["orders[].items[].quantity"].target == "order_line.quantity"
    assert suggestions["orders[].items[].unitPrice"].target == "order_line.unit_price"
