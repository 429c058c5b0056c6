"""The matcher answers for plain lists too, without a migration, and says why."""

import pytest

from core.errors import InvalidInputError

ITEMS = {
    "itemName": ["Cappuccino", "Iced latte"],
    "Price": ["$3.50", "$4.75"],
    "Item ID": ["a1", "a2"],
    "Lid colour": ["red", "blue"],
}


def test_each_field_gets_its_target_a_confidence_and_a_reason(coach):
    suggestions = {
        suggest_field_mapping.source_field: suggest_field_mapping
        for suggest_field_mapping in coach.suggest_field_mappings(ITEMS)
    }
    assert list(suggestions) == list(ITEMS)
    assert suggestions["itemName"].target_field == "menu_item.name"
    assert suggestions["Price"].target_field == "menu_item.price"
    assert all(
        0 <= suggestion.confidence <= 1 and suggestion.reasoning for suggestion in suggestions.values()
    )


def test_names_may_repeat_in_a_list_of_pairs(coach):
    suggestions = coach.suggest_field_mappings([("Name", ["Ann"]), ("Name", ["Lee"]), ("Total", [])])
    assert [suggestion.source_field for suggestion in suggestions] == ["Name", "Name", "Total"]


@pytest.mark.parametrize("fields", [{}, []])
def test_no_fields_no_suggestions(coach, fields):
    assert coach.suggest_field_mappings(fields) == []


def test_the_domain_may_be_another_than_the_tenants(coach):
    (suggestion,) = coach.suggest_field_mappings(
        {"Student Birth Date": ["2012-04-02", "2013-09-11"]}, "school"
    )
    assert suggestion.target_field == "student.birth_date"
    with pytest.raises(InvalidInputError):
        coach.suggest_field_mappings({"a": []}, "bakery")


def test_a_single_name_is_mapped_among_given_targets_only(coach):
    suggestion = coach.get_rule_based_mapping("Item Price", ["menu_item.price", "menu_item.name"])
    assert suggestion.target_field == "menu_item.price"
    assert suggestion.reasoning
    assert coach.get_rule_based_mapping("Item Price", ["customer.birthday"]) is None
    assert coach.get_rule_based_mapping("Item Price", []) is None
