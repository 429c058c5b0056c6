"""The arithmetic of the grid: positions become ids, unknown things fall away, and nothing is applied twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.engine.mapping.bands import band
from pages.ui.grid import BADGES, Row, absorb, badge, wish

TARGETS = ["menu_item.name", "menu_item.price", "menu_item.sku"]
BASE = {
    "a": Row("a", 0, "menu_item.name", "", "To decide"),
    "b": Row("b", 3, "menu_item.price", "divide(100)", "Accepted"),
    "c": Row("c", 0, None, "", "To decide"),
}
SHOWN = ["c", "a", "b"]


def test_an_edit_belongs_to_the_row_at_its_position() -> None:
    changed = absorb(BASE, SHOWN, {1: {"Target": "menu_item.sku"}}, TARGETS)
    assert list(changed) == ["a"]
    assert changed["a"].target == "menu_item.sku"


def test_an_edit_that_was_taken_back_leaves_nothing() -> None:
    assert absorb(BASE, SHOWN, {}, TARGETS) == {}
    assert absorb(BASE, SHOWN, {1: {"Target": "menu_item.name"}}, TARGETS) == {}


def test_what_the_grid_does_not_know_is_dropped() -> None:
    edits = {
        "1": {"Target": "tenant.secret", "Decision": "Approved", "id": "b"},
        9: {"Target": "menu_item.sku"},
        -1: {"Target": "menu_item.sku"},
    }
    assert absorb(BASE, SHOWN, edits, TARGETS) == {}


cells = st.dictionaries(
    st.sampled_from(["Target", "Transform", "Decision", "Samples"]),
    st.sampled_from([*TARGETS, None, "", "Accepted", "Left out", "To decide", "nonsense"]),
)


@given(st.dictionaries(st.integers(-2, 5), cells))
def test_folding_twice_is_folding_once(edits: dict[int, dict[str, str | None]]) -> None:
    once = absorb(BASE, SHOWN, edits, TARGETS)
    assert absorb(BASE, SHOWN, edits, TARGETS) == once
    for field_id, row in once.items():
        assert row.target is None or row.target in TARGETS
        assert row.version == BASE[field_id].version


@given(st.floats(0, 1))
def test_the_badges_colour_is_the_bands(confidence: float) -> None:
    assert BADGES[badge(confidence)] == band(confidence).color


def test_no_suggestion_is_a_gray_question_mark() -> None:
    assert (badge(None), BADGES[badge(None)]) == ("?", "gray")


def test_a_changed_target_is_an_edit_and_an_empty_one_leaves_the_field_out() -> None:
    old = BASE["a"]
    assert wish(old, Row("a", 0, "menu_item.sku", "", "To decide")).status == "edited"
    assert wish(old, Row("a", 0, "menu_item.name", "", "Accepted")).status == "accepted"
    assert wish(old, Row("a", 0, None, "", "To decide")).status == "ignored"
    assert wish(BASE["b"], Row("b", 3, "menu_item.price", "divide(100)", "Left out")).status == "ignored"
