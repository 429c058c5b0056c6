"""A draft keeps what was typed, refuses what cannot be chosen, and says what is missing before it is an order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.engagements.ordering.draft import (
    STEPS,
    Draft,
    as_document,
    changed,
    first_gap,
    from_document,
    gap,
)
from core.errors import InvalidInputError
from tests.business.engagements.ordering.test_questions import SCHOOL

WHOLE = Draft("review", "growth", SCHOOL, ("rush",), "extended", 7)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "step": st.sampled_from(list(STEPS)),
        "package": st.sampled_from(["foundation", "growth", "enterprise"]),
        "add_ons": st.lists(st.sampled_from(["rush", "weekend_work"]), unique=True),
        "payment_plan": st.sampled_from(["full", "split", "extended"]),
        "months": st.integers(3, 12),
        "assessment": st.fixed_dictionaries(
            {},
            optional={
                "pupils": st.integers(1, 5000),
                "staff": st.integers(1, 500),
                "systems": st.text(st.characters(categories=["L"]), max_size=20),
                "history_years": st.integers(0, 50),
            },
        ),
    },
)


def test_a_draft_is_read_as_it_was_stored() -> None:
    assert from_document("school", as_document(WHOLE)) == WHOLE
    assert from_document("school", {}) == Draft()


@given(st.lists(CHANGES, max_size=6))
def test_no_way_through_the_wizard_loses_what_was_typed(visits: list[dict[str, object]]) -> None:
    """Every change is stored and read back, as on Back, Continue and a reload: the last value of each field stays."""
    draft, typed, answers = Draft(), {}, {}
    for changes in visits:
        draft = from_document("school", as_document(changed("school", draft, changes)))
        answers |= dict(changes.get("assessment", {}))
        typed |= {key: value for key, value in changes.items() if key != "assessment"}
    stored = as_document(draft)
    assert stored["assessment"] == answers
    assert all(sorted(stored[key]) == sorted(value) for key, value in typed.items() if key == "add_ons")
    assert all(stored[key] == value for key, value in typed.items() if key != "add_ons")


def test_answers_are_merged_and_one_can_be_taken_back() -> None:
    draft = changed("school", WHOLE, {"assessment": {"pupils": 150, "staff": None}})
    assert draft.assessment == {key: value for key, value in SCHOOL.items() if key != "staff"} | {
        "pupils": 150
    }
    assert changed("school", WHOLE, {"package": None}).package is None


@pytest.mark.parametrize(
    "changes",
    [
        {"step": "checkout"},
        {"package": "professional"},
        {"add_ons": ["free_lunch"]},
        {"add_ons": "rush"},
        {"payment_plan": "never"},
        {"months": 2},
        {"months": 13},
        {"months": "6"},
        {"name": "Zanzibarian"},
        {"assessment": 5},
        {"total": "1.00"},
    ],
)
def test_what_cannot_be_chosen_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        changed("school", WHOLE, changes)


def test_what_is_sold_no_more_is_left_out_of_a_stored_draft_and_the_rest_stays() -> None:
    document = as_document(WHOLE) | {"package": "platinum", "add_ons": ["rush", "gone"], "colour": "red"}
    document["assessment"] = SCHOOL | {"telex": 5}
    draft = from_document("school", document)
    assert (draft.package, draft.add_ons) == (None, ())
    assert (draft.assessment, draft.payment_plan, draft.months) == (SCHOOL, "extended", 7)


def test_each_step_says_what_it_needs() -> None:
    needed = {step: gap("school", Draft(), step) for step in STEPS}
    assert {step: missing.message for step, missing in needed.items() if missing} == {
        "package": "No package is chosen.",
        "assessment": "Not answered yet: Pupils, Staff, Systems you use now, Years of history to move"
        " and Where your data is now.",
        "payment": "No payment plan is chosen.",
    }
    assert first_gap("school", WHOLE) is None


def test_a_package_that_does_not_hold_the_pupils_is_not_ordered() -> None:
    small = changed("school", WHOLE, {"package": "foundation"})
    needed = first_gap("school", small)
    assert needed is not None
    assert (needed.step, needed.message, needed.hint) == (
        "assessment",
        "Foundation holds up to 200 pupils; you have 640.",
        "Choose Growth.",
    )
    assert first_gap("school", changed("school", WHOLE, {"package": "enterprise"})) is None


def test_a_package_by_offer_leads_to_us_instead_of_an_order() -> None:
    needed = gap("restaurant", Draft(package="enterprise"), "package")
    assert needed is not None
    assert (needed.message, needed.hint) == (
        "Enterprise is priced by offer.",
        "Ask for a quote on the first step, or choose another package.",
    )


def test_a_restaurant_counts_its_locations_and_a_school_is_one() -> None:
    assert Draft(assessment={"locations": 4}).locations == 4
    assert WHOLE.locations == 1
    assert (WHOLE.plan_months, changed("school", WHOLE, {"payment_plan": "full"}).plan_months) == (7, None)
