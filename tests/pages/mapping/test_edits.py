"""The arithmetic of the grid: positions become ids, unknown things fall away, and nothing is applied twice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.engine.mapping.bands import band
from pages.mapping.state.edits import (
    BADGES,
    Row,
    apply_edits,
    badge,
    badge_colours,
    intent_of,
    standing_badge,
)

TARGETS = {
    "Menu item › Name": "menu_item.name",
    "Menu item › Price": "menu_item.price",
    "Menu item › SKU": "menu_item.sku",
}
BASE = {
    "a": Row("a", 0, "menu_item.name", "", "Needs review"),
    "b": Row("b", 3, "menu_item.price", "divide(100)", "Accepted"),
    "c": Row("c", 0, None, "", "Needs review"),
}
IDS = ["c", "a", "b"]


def test_an_edit_belongs_to_the_row_at_its_position() -> None:
    changes = apply_edits(BASE, IDS, {1: {"Maps to": "Menu item › SKU"}}, TARGETS)
    assert list(changes) == ["a"]
    assert changes["a"].target == "menu_item.sku"


def test_an_edit_that_was_undone_in_the_cell_leaves_nothing() -> None:
    assert apply_edits(BASE, IDS, {}, TARGETS) == {}
    assert apply_edits(BASE, IDS, {1: {"Maps to": "Menu item › Name"}}, TARGETS) == {}


def test_what_the_grid_does_not_know_is_dropped() -> None:
    edits = {
        "1": {"Maps to": "Tenant › Secret", "Decision": "Approved", "id": "b"},
        9: {"Maps to": "Menu item › SKU"},
        -1: {"Maps to": "Menu item › SKU"},
    }
    assert apply_edits(BASE, IDS, edits, TARGETS) == {}


cells = st.dictionaries(
    st.sampled_from(["Maps to", "Transform", "Decision", "Sample"]),
    st.sampled_from([*TARGETS, None, "", "Accepted", "Excluded", "Needs review", "nonsense"]),
)


@given(st.dictionaries(st.integers(-2, 5), cells))
def test_folding_twice_is_folding_once(edits: dict[int, dict[str, str | None]]) -> None:
    once = apply_edits(BASE, IDS, edits, TARGETS)
    assert apply_edits(BASE, IDS, edits, TARGETS) == once
    for field_id, row in once.items():
        assert row.target is None or row.target in TARGETS.values()
        assert row.version == BASE[field_id].version


@given(st.floats(0, 1))
def test_the_badges_colour_and_word_are_the_bands(confidence: float) -> None:
    label = badge(confidence)
    assert BADGES[label] == band(confidence).color
    assert label.split()[0] == {"green": "High", "amber": "Medium", "red": "Low"}[band(confidence).name]


def test_no_suggestion_is_a_gray_none() -> None:
    assert (badge(None), BADGES[badge(None)]) == ("None", "gray")


@dataclass(frozen=True)
class Judged:
    target: str | None
    suggested_target: str | None
    confidence: float | None = 0.97
    status: str = "edited"
    rows: int = 3
    money: Decimal = Decimal(0)
    second_by: str | None = None


def test_a_target_set_by_a_person_names_them_and_no_percentage() -> None:
    judged = Judged("location.phone", "location.name")
    names = {"p2": "Bob Lindgren"}
    assert standing_badge(judged, "p1", "p1", names) == "Set by you"
    assert standing_badge(judged, "p2", "p1", names) == "Set by Bob Lindgren"
    assert badge_colours(["Set by Bob Lindgren"])["Set by Bob Lindgren"] == "blue"
    assert standing_badge(Judged("location.name", "location.name"), "p1", "p1", {}) == "High 97%"


def test_a_changed_target_is_an_edit_and_an_empty_one_excludes_the_field() -> None:
    old = BASE["a"]
    assert intent_of(old, Row("a", 0, "menu_item.sku", "", "Needs review")).status == "edited"
    assert intent_of(old, Row("a", 0, "menu_item.name", "", "Accepted")).status == "accepted"
    assert intent_of(old, Row("a", 0, None, "", "Needs review")).status == "ignored"
    assert intent_of(BASE["b"], Row("b", 3, "menu_item.price", "divide(100)", "Excluded")).status == "ignored"
