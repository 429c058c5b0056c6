"""The playbook as shipped keeps the facts of its source, every claim has a measure or a source, and faults are named."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.sales.figures.measures import MEASURES
from core.business.sales.playbook.content import (
    EntryError,
    as_document,
    check_entry,
    described,
    differences,
    matches,
    standard,
    standard_entry,
)
from core.business.sales.playbook.models import SECTIONS, claims_of
from core.business.sales.prospects.questions import questions
from core.errors import NotFoundError

ENTRIES = [(section, key) for section, entries in standard().items() for key in entries]


@pytest.mark.parametrize(("section", "key"), ENTRIES)
def test_every_claim_has_a_source_and_a_measure_that_exists(section, key):
    for claim in claims_of(standard_entry(section, key)):
        assert claim.source
        assert claim.measure is None or claim.measure in MEASURES
        assert (claim.measure is None) == (claim.target is None) == (claim.comparison is None)


@pytest.mark.parametrize(("section", "key"), ENTRIES)
def test_an_entry_survives_being_stored(section, key):
    entry = standard_entry(section, key)
    assert check_entry(section, as_document(entry)) == entry
    assert differences(entry, check_entry(section, as_document(entry))) == []


def test_the_sections_have_what_the_source_has():
    counts = {section: len(entries) for section, entries in standard().items()}
    assert counts.keys() == SECTIONS.keys()
    assert (counts["differentiators"], counts["objections"], counts["stories"]) == (3, 4, 3)
    assert (counts["demo"], counts["deep_dive"], counts["enablement"], counts["kpis"]) == (5, 5, 4, 12)
    assert sum(step.seconds for step in standard()["demo"].values()) == 300


def test_the_questions_of_the_playbook_are_those_of_discovery():
    asked = [question for entry in standard()["process"].values() for question in entry.points]
    assert asked == [question.text for question in questions("restaurant")]


def test_the_saving_of_85_percent_stands_beside_its_example_only():
    lines = [text for section, key in ENTRIES for _, text in described(standard_entry(section, key))]
    naming = [line for text in lines for line in text.splitlines() if "85%" in line and "accura" not in line]
    assert [line for line in naming if "example" not in line and "80 to 85%" not in line] == []


def test_a_fault_names_section_entry_and_field():
    content = as_document(standard_entry("objections", "price"))
    content["answer"] = " "
    content["claims"][1]["source"] = ""
    content["claims"][2]["target"] = None
    with pytest.raises(EntryError) as refused:
        check_entry("objections", content)
    assert "Objections" in refused.value.message
    assert "It's too expensive" in refused.value.message
    assert refused.value.faults["answer"] == "Answer: is missing"
    assert refused.value.faults["claims.1.source"] == "Claim 2, Source: is missing"
    assert (
        refused.value.faults["claims.2"] == "Claim 3: a measured claim needs measure, comparison and number"
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unknown": "x"}, "unknown"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "bell \x07"}, "title"),
        ({"answer": "x" * 2_001}, "answer"),
        (
            {
                "claims": [
                    {
                        "claim": "x",
                        "source": "y",
                        "measure": "wishes",
                        "comparison": "at_least",
                        "target": "1",
                    }
                ]
            },
            "claims.0.measure",
        ),
        (
            {
                "claims": [
                    {
                        "claim": "x",
                        "source": "y",
                        "measure": "items",
                        "comparison": "at_least",
                        "target": "NaN",
                    }
                ]
            },
            "claims.0.target",
        ),
    ],
)
def test_what_does_not_hold_the_shape_is_refused(change, field):
    content = as_document(standard_entry("objections", "time")) | change
    with pytest.raises(EntryError) as refused:
        check_entry("objections", content)
    assert field in refused.value.faults


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=60))
def test_any_printable_title_is_stored_as_it_is(title):
    content = as_document(standard_entry("deep_dive", "tokens")) | {"title": title}
    entry = check_entry("deep_dive", content)
    assert entry.title == title
    assert as_document(entry)["title"] == title


def test_a_difference_names_the_field_with_both_texts():
    before = standard_entry("objections", "price")
    document = as_document(before)
    document["claims"][2]["target"] = "90"
    after = check_entry("objections", document)
    [(label, old, new)] = differences(before, after)
    assert label == "Claims"
    assert "at most 100;" in old
    assert "at most 90;" in new
    assert after.claims[2].target == Decimal(90)


def test_a_search_finds_all_words_whatever_their_case():
    entry = standard_entry("objections", "data_risk")
    assert matches(entry, "ROLLBACK 90 days")
    assert matches(entry, "")
    assert not matches(entry, "rollback pizza")


def test_an_unknown_section_or_entry_is_refused():
    with pytest.raises(NotFoundError):
        standard_entry("recipes", "price")
    with pytest.raises(NotFoundError):
        standard_entry("objections", "weather")
