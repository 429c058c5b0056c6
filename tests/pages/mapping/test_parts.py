"""The parts of the mapping screen by themselves: stepping, joins, sentences of bulk actions, keys, values."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import streamlit as st
from hypothesis import given, strategies

from core.engine.mapping.ai_review.actions import ReviewResult
from core.engine.mapping.bands import BANDS as BANDS_OF_RULES
from core.engine.mapping.views import Batch, BulkEffect, FieldRow, Progress, Rivals, ValueCount
from pages.mapping import ai_status, keys, options_table, toolbar
from pages.mapping.bulk.dialogs import effect_text, undo_text
from pages.mapping.deciding.deck import DECK, REVIEWED, focus_on, step, to_next_undecided
from pages.mapping.rivals import joins_for
from pages.mapping.state.keys import FOCUS
from pages.mapping.state.view import BANDS
from tests.pages.parts import context_of, draw

CONTEXT = context_of("specialist")


def field(source_field: str, target: str, transform: str | None = None) -> FieldRow:
    return FieldRow(
        f"id-{source_field}", "items", source_field, 0, 0, target, transform, target, 0.8, "suggested", 0, "rules",
        10, Decimal(0), None, None, None, None, "",
    )  # fmt: skip


def rivals(target: str, *transforms: str | None) -> Rivals:
    fields = tuple(field(f"column {number}", target, text) for number, text in enumerate(transforms))
    return Rivals("items", target, fields)


@pytest.mark.parametrize(
    ("claim", "transforms"),
    [
        (rivals("menu_item.price", None, None), ["sum", "coalesce"]),
        (
            rivals(
                "menu_item.price",
                "money(decimal_comma=True) | divide(100)",
                "money(decimal_comma=True) | divide(100)",
            ),
            [
                "money(decimal_comma=True) | sum | divide(100)",
                "coalesce | money(decimal_comma=True) | divide(100)",
            ],
        ),
        (
            rivals("menu_item.price", "divide(100)", "divide(100)"),
            ["sum | divide(100)", "coalesce | divide(100)"],
        ),
        (rivals("menu_item.price", "divide(100)", None), ["sum"]),
        (rivals("menu_item.name", None, None), ["concat(' ')", "coalesce"]),
        (rivals("menu_item.name", "strip", "strip"), ["strip | concat(' ')", "coalesce | strip"]),
        (rivals("order.opened_at", None, None), ["combine_date_time", "coalesce"]),
        (rivals("order.opened_at", None, None, None), ["coalesce"]),
    ],
)
def test_columns_of_one_target_are_joined_as_its_type_allows(claim: Rivals, transforms: list[str]) -> None:
    assert [transform for _, transform in joins_for(claim)] == transforms


ids = strategies.lists(strategies.sampled_from("abcdef"), unique=True, min_size=1)


@given(ids, strategies.data())
def test_each_undecided_field_comes_once_and_then_there_is_none(
    deck: list[str], data: strategies.DataObject
) -> None:
    undecided = data.draw(strategies.lists(strategies.sampled_from(deck), unique=True))
    st.session_state.pop(FOCUS, None)
    current = focus_on(deck, undecided)
    assert current == (undecided[0] if undecided else deck[0])
    visited = []
    while current is not None:
        visited.append(current)
        st.session_state[REVIEWED].add(current)
        to_next_undecided()
        current = st.session_state[FOCUS]
    assert sorted(visited) == sorted(undecided or deck[:1])


@given(ids, strategies.lists(strategies.sampled_from([1, -1]), max_size=12))
def test_stepping_stays_inside_the_deck(deck: list[str], steps: list[int]) -> None:
    st.session_state.update({DECK: deck, FOCUS: None})
    for number in steps:
        step(number)
        assert st.session_state[FOCUS] in deck


def test_stepping_through_no_field_changes_nothing() -> None:
    st.session_state.update({DECK: [], FOCUS: "gone"})
    step(1)
    assert st.session_state[FOCUS] == "gone"


def test_a_bulk_action_names_bands_rows_and_amounts_before_it_is_done() -> None:
    accept = BulkEffect(
        "accepted",
        30,
        0,
        {"green": 20, "amber": 10, "red": 0, "none": 0},
        0,
        12_400,
        {"order_line": Decimal("15950.00")},
    )
    assert effect_text(CONTEXT, accept, include_high=False).replace("\\", "") == (
        "**30 fields**: 20 high and 10 medium; 12,400 rows; $15,950.00 of order lines."
    )
    exclude = BulkEffect("ignored", 1, 2, {"green": 2, "amber": 0, "red": 1, "none": 0}, 0, 1)
    assert effect_text(CONTEXT, exclude, include_high=False).replace("\\", "") == (
        "**1 field**: 0 with high confidence; 1 row; no amounts."
    )
    assert "2 with high confidence" in effect_text(CONTEXT, exclude, include_high=True)


def test_an_undo_names_what_returns_and_what_stays() -> None:
    at = datetime(2026, 11, 27, tzinfo=UTC)
    batch = Batch(
        "b1", at, "Bob", "Excluded 4 fields", False, 4, {"ignored": 4}, Decimal(0), 3, 0, 1,
        to_review=2, at_stake=Decimal("15950.00"),
    )  # fmt: skip
    assert undo_text(CONTEXT, batch).replace("\\", "") == (
        "**2 fields** return to review; **1 field** returns to the decision before; 1 field decided since will stay; $15,950.00."
    )


def test_the_labels_of_bands_are_those_of_the_rules_in_their_order() -> None:
    assert list(BANDS) == list(BANDS_OF_RULES)
    assert {name: label for name, label in BANDS.items() if name != "none"} == {
        name: band.label for name, band in BANDS_OF_RULES.items() if name != "none"
    }


def test_the_view_counts_each_band_and_what_of_it_is_to_review() -> None:
    progress = Progress(
        10,
        4,
        {"green": 1, "amber": 2, "red": 3, "none": 0},
        {"green": 5, "amber": 2, "red": 3, "none": 0},
        1,
        (),
        dict.fromkeys(BANDS_OF_RULES, 0),
    )
    assert toolbar._band_line(progress) == (
        "High 5 (1 to review) · Medium 2 (2 to review) · Low 3 (3 to review) · None 0 (0 to review)"
    )


@pytest.mark.parametrize("query", ["Review", "Review 45"])
def test_a_link_with_an_old_count_opens_its_segment(query: str) -> None:
    def part() -> None:
        st.query_params["show"] = query
        toolbar._choose_by_name("show", toolbar.SEGMENTS)

    assert draw(part).session_state["show"] == "Review"


def test_a_link_with_an_unknown_segment_opens_none() -> None:
    def part() -> None:
        st.query_params["show"] = "Reviewers 3"
        toolbar._choose_by_name("show", toolbar.SEGMENTS)

    assert "show" not in draw(part).session_state


def test_keys_of_an_earlier_session_or_handled_ones_are_not_pressed_again() -> None:
    state = {"presses": [[1, "a", "s1"], [2, "x", "s0"], [3, "n", "s1"]]}
    assert keys._new_presses(state, "s1", 1) == [(3, "n")]
    assert keys._new_presses(state, "s1", 0) == [(1, "a"), (3, "n")]
    assert keys._new_presses(None, "s1", 0) == []


def test_a_value_offers_its_option_or_what_was_chosen_for_it_before() -> None:
    mapped, remembered, left_empty, unread = (
        ValueCount("cash", 3, "cash"), ValueCount("plastic", 2, None, "card", 2), ValueCount("n/a", 1, None, "", 1), ValueCount("?", 1, None),
    )  # fmt: skip
    assert [options_table._offered(count) for count in (mapped, remembered, left_empty, unread)] == [
        "cash", "card", options_table.EMPTY, None,
    ]  # fmt: skip
    assert options_table._why(remembered) == "Remembered: chosen 2 times before"
    assert options_table._why(unread) == "Choose what it means"
    assert options_table._why(mapped) == "Matched by name or set by you"


def test_the_outcome_of_ai_counts_answers_changes_and_why_fields_have_none() -> None:
    outcome = ReviewResult(4, 2, 1, 1, {"The model did not answer.": 1})
    assert ai_status._outcome_text(outcome) == (
        "2 of 4 fields answered, 1 with another target. 1 field decided meanwhile and left alone. "
        "1 field as the rules had it: The model did not answer."
    )


def test_ai_has_a_badge_for_each_of_its_states() -> None:
    assert len({label for label, _, _ in ai_status.STATES.values()}) == len(ai_status.STATES) == 4
