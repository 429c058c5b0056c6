"""A chosen record type binds: fields go to it and to what it is tied to, and nothing else is suggested in its place."""

from __future__ import annotations

import pytest

from core.engine.mapping.match import suggest
from core.engine.mapping.match.record_types import rank_record_types, related_entities, suggest_settled
from core.engine.sources.profile import FieldProfile, profile_samples
from core.schema import target_schema

TABLES = {
    "people": {
        "Id": ["10", "11"],
        "Name": ["Ann Example", "Bob Example"],
        "Email": ["a@example.com", "b@example.org"],
        "Phone": ["555-0110", "555-0111"],
    },
    "menu": {"Dish": ["Soup", "Stew"], "Cost": ["$4.50", "$12.00"], "Stock Code": ["S1", "S2"]},
    "payments": {
        "Payment Id": ["P1", "P2"],
        "Order": ["O1", "O2"],
        "Tender": ["VISA", "CASH"],
        "Amount": ["10.00", "5.50"],
        "Tip": ["1.00", "0.00"],
    },
}
ENTITIES = sorted(target_schema().domain("restaurant"))


def fields_of(table: str) -> list[FieldProfile]:
    return [
        profile_samples(name, samples, stream=table, position=position)
        for position, (name, samples) in enumerate(TABLES[table].items())
    ]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("entity", ENTITIES)
def test_every_target_is_of_the_chosen_record_type_or_tied_to_it(table: str, entity: str) -> None:
    fields = fields_of(table)
    suggestions = suggest_settled(fields, "restaurant", entity)
    assert [(suggestion.stream, suggestion.source) for suggestion in suggestions] == [
        (table, field.source) for field in fields
    ]
    targets = {suggestion.target.partition(".")[0] for suggestion in suggestions if suggestion.target}
    assert targets <= related_entities(entity, "restaurant")
    for suggestion in suggestions:
        assert suggestion.target not in {alternative.target for alternative in suggestion.alternatives}
        assert 0 <= suggestion.confidence <= 1
        assert suggestion.target or suggestion.evidence


def test_a_target_that_the_choice_rules_out_stays_the_first_alternative_and_says_why() -> None:
    by_type = suggest_settled(fields_of("payments"), "restaurant", "dining_option")
    without_target = [suggestion for suggestion in by_type if suggestion.target is None]
    assert without_target
    reasons = {suggestion.evidence[0].text for suggestion in without_target}
    assert "The table's record type is Dining option." in reasons


def test_a_choice_that_says_what_the_table_is_taken_for_anyway_keeps_its_targets() -> None:
    for table, entity in (("menu", "menu_item"), ("payments", "payment"), ("people", "customer")):
        fields = fields_of(table)
        targets = {suggestion.target for suggestion in suggest(fields, "restaurant", entity=entity)}
        assert {suggestion.target for suggestion in suggest_settled(fields, "restaurant", entity)} == targets


def test_an_entity_is_tied_to_those_it_refers_to_and_those_that_refer_to_it() -> None:
    for domain in ("restaurant", "school"):
        entities = list(target_schema().domain(domain))
        related = {entity: related_entities(entity, domain) for entity in entities}
        for entity in entities:
            assert entity in related[entity] <= set(entities)
            assert all(entity in related[other] for other in related[entity])


def test_the_chances_of_all_record_types_and_of_none_of_them_sum_to_one() -> None:
    for table in TABLES:
        ranked = rank_record_types(fields_of(table), "restaurant")
        assert {entity for entity, _ in ranked} == {None, *ENTITIES}
        assert sum(chance for _, chance in ranked) == pytest.approx(1)
        assert ranked == sorted(ranked, key=lambda pair: -pair[1])
    assert rank_record_types([], "restaurant") == []
