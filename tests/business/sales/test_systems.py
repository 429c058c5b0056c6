"""Source systems of prospects agree with the declarations of the sources, and names lead to one of them or to none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import SOURCES
from core.business.sales.prospects.systems import resolve_system, system_label, systems

DECLARED = {name: source for name, source in SOURCES.items() if source.streams}


def test_labels_and_lines_of_business_are_those_of_the_declarations():
    described = {domain: systems(domain) for domain in ("restaurant", "school")}
    assert {key: label for labels in described.values() for key, label in labels.items()} == {
        name: source.label for name, source in DECLARED.items()
    }
    assert all(name in described[source.domain] for name, source in DECLARED.items())


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Toast POS", "toast"),
        ("TOAST", "toast"),
        (" square  for restaurants ", "square"),
        ("Vend", "lightspeed_x"),
    ],
)
def test_a_name_leads_to_its_system(text, key):
    assert resolve_system(text, "restaurant") == key


@pytest.mark.parametrize("text", ["Lightspeed", "Aloha", "Toast and Square", "Canvas"])
def test_a_name_that_is_not_certain_stays_as_it_was_written(text):
    assert resolve_system(text, "restaurant") == text


@given(st.sampled_from(sorted(DECLARED)))
def test_label_and_key_lead_to_each_other(key):
    assert resolve_system(system_label(key), DECLARED[key].domain) == key
