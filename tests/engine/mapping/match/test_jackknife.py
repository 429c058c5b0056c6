"""The vocabulary jackknife: a case is read without the phrases that only its own system supports."""

from __future__ import annotations

import pytest

from benchmarks.cases import abbreviated, lexicons, supporters, with_part_of_columns, without_samples
from core.engine.mapping.match.lexicon import compile_lexicon, lexicon


def case(name: str, system: str, columns: dict[str, str | None]) -> dict:
    return {
        "id": name,
        "domain": "restaurant",
        "system": system,
        "kind": "csv",
        "fields": [
            {"source": source, "target": target, "samples": ["1"]} for source, target in columns.items()
        ],
    }


CASES = [
    case("a-guests", "a", {"Forename": "customer.first_name", "Town": "customer.city", "Fax": None}),
    case("b-guests", "b", {"Family Name": "customer.last_name", "Town": "customer.city"}),
]


def phrases_of(words, target: str):
    row = [field.key for field in words.targets].index(target)
    return {phrase for owner, phrase in zip(words.owner, words.phrases, strict=True) if owner == row}


def test_a_phrase_of_a_single_system_is_unknown_to_that_system_only():
    by_system = lexicons(CASES)
    assert ("family", "name") not in phrases_of(by_system["restaurant", "b"], "customer.last_name")
    assert ("last", "name") in phrases_of(by_system["restaurant", "b"], "customer.last_name")
    assert ("town",) in phrases_of(by_system["restaurant", "b"], "customer.city")
    assert phrases_of(lexicon("restaurant"), "customer.last_name") > phrases_of(
        by_system["restaurant", "b"], "customer.last_name"
    )


def test_a_phrase_is_supported_by_every_system_whose_field_means_it():
    support = supporters(CASES)
    assert support["city", ("town",)] == {"a", "b"}
    assert support["nothing", ("fax",)] == {"a"}


def test_the_schemas_own_names_are_never_left_out():
    words = compile_lexicon("restaurant", {("city", ("city",)), ("city", ("town",))})
    assert ("city",) in phrases_of(words, "customer.city")
    assert ("town",) not in phrases_of(words, "customer.city")


def test_copies_of_a_case_keep_its_labels():
    [document, _] = CASES
    assert [field["samples"] for field in without_samples(document)["fields"]] == [[], [], []]
    assert with_part_of_columns(document) == with_part_of_columns(document)
    wide = case("w", "w", {f"Column {number}": None for number in range(20)})
    part = with_part_of_columns(wide)["fields"]
    assert 8 <= len(part) <= 16
    assert all(field in wide["fields"] for field in part)


@pytest.mark.parametrize(
    ("header", "short"),
    [("Quantity", "Qty"), ("customer_phone", "cust_ph"), ("TotalAmount", "TotAmt"), ("Fax", "Fax")],
)
def test_headers_are_cut_as_people_cut_them(header, short):
    [field] = abbreviated(case("c", "c", {header: None}))["fields"]
    assert field["source"] == short
