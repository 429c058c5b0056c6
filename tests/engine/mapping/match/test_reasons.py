"""Reasons stand on the right side: what speaks for a target never says that it is unlike it, and the reverse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.cases import documents
from core.engine.mapping.match import suggest
from core.engine.mapping.match.features import FEATURES
from core.engine.mapping.match.readings import FieldName
from core.engine.mapping.match.reasons import FAMILY_SHARES, Evidence, hint_reasons, reasons
from core.engine.sources.profile import profile_samples
from core.schema import target_schema

AGAINST = (
    "is unlike",
    "fits better",
    "do not look",
    "does not suit",
    "do not have",
    "shares no",
    "another kind of record",
    "no kind of record",
    "like things the schema has no place for",
    "counts against",
    "cannot be read",
    "Only ",
)
FOR = (
    "usual name",
    "close to the",
    "look like",
    "which suits",
    "have the form",
    "It shares words",
    'mentions "',
    "counts for",
    "No other column",
    "closer to this target",
    "should be",
)  # fmt: skip
NEGATED = ("do not look like", "do not have the form", "unlike the usual names")
TARGETS = target_schema().fields("restaurant") + target_schema().fields("school")


def assert_on_its_side(reason: Evidence) -> None:
    text = reason.text
    if reason.weight > 0:
        assert not [phrase for phrase in AGAINST if phrase in text], reason
    else:
        for phrase in NEGATED:
            text = text.replace(phrase, "")
        assert not [phrase for phrase in FOR if phrase in text], reason


@given(st.integers(0, 2**32 - 1), st.sampled_from(TARGETS))
def test_a_reason_agrees_with_the_sign_of_its_weight_whatever_the_features(seed, target) -> None:
    random = np.random.default_rng(seed)
    weights = random.uniform(-3, 3, FAMILY_SHARES.shape[1])
    values = random.choice([-1, 0, 0.2, 0.6, 1], len(FEATURES)).astype(np.float32)
    field = profile_samples("Pre Discount Price", ["5.50", "7.00"])
    field_name = FieldName(
        (), ("pre", "discount", "price"), frozenset(), "", frozenset(), dynamic=False, ends_in_list=False
    )
    for reason in reasons(weights, values, target, field, field_name):
        assert_on_its_side(reason)


@pytest.mark.parametrize("document", documents("mapping"), ids=lambda document: document["id"])
def test_a_reason_agrees_with_its_side_in_every_case_of_the_corpus(document) -> None:
    fields = [
        profile_samples(field["source"], field["samples"], position=position, stream=document["id"])
        for position, field in enumerate(document["fields"])
    ]
    for suggestion in suggest(fields, document["domain"]):
        for candidate in suggestion.alternatives:
            for reason in candidate.evidence:
                assert_on_its_side(reason)
        if suggestion.target:
            for reason in suggestion.evidence:
                assert_on_its_side(reason)


def test_documentation_that_the_values_contradict_speaks_for_and_the_values_against() -> None:
    field = profile_samples("total", ["Tea", "Pie soup"])
    documented, values = hint_reasons(target_schema().field("order.opened_at"), field, doubtful=True)
    assert documented.weight > 0 > values.weight
    assert documented.text == "The source's documentation maps it to Order › Opened at."
    assert values.text == "The values are text, which cannot be read as dates with times."


@pytest.mark.parametrize(
    ("target", "expected"),
    [("menu_item.name", []), ("discount.kind", ["None of the values is a known option of Discount › Kind."])],
)
def test_only_a_target_with_a_list_has_a_reason_about_options(target, expected) -> None:
    field = profile_samples("name", ["Tea", "Pie soup"])
    field_name = FieldName((), ("name",), frozenset(), "", frozenset(), dynamic=False, ends_in_list=False)
    features = np.zeros(len(FEATURES), np.float32)
    sentences = [
        reason.text
        for weights in -np.eye(FAMILY_SHARES.shape[1])
        for reason in reasons(weights, features, target_schema().field(target), field, field_name)
    ]
    assert [text for text in sentences if "option" in text] == expected
