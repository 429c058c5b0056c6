"""The mapping screen: an edit is a decision at once, a contested one shows both versions, bulk can be taken back."""

from __future__ import annotations

from core.context import Context
from core.engine.mapping import actions, views
from tests.pages.conftest import Console


def test_the_grid_shows_every_field_with_its_confidence(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    view = app.session_state["map_view"]
    assert len(view.shown) == len(views.mapping_fields(alice, migration))
    assert all(label[0].endswith("%") or label == ["?"] for label in view.frame["Confidence"])
    assert app.title[0].value == "Map Your POS Fields to AuraConnect"


def test_next_waits_until_weak_fields_are_decided(console: Console, alice: Context, migration: str) -> None:
    app = console("alice", "mapping")
    assert app.button(key="wizard_next").disabled
    app.segmented_control(key="show").set_value("No suggestion").run()
    app.button(key="map_block").click().run()
    left = [
        field for field in views.mapping_fields(alice, migration, band="none") if field.status == "suggested"
    ]
    assert left == []
    assert not app.button(key="wizard_next").disabled


def test_a_bulk_decision_is_taken_back_with_one_click(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    app.button(key="map_done_all").click().run()
    decided = views.progress(alice, migration).decided
    assert decided > 50
    next(button for button in app.button if button.label == "Undo the last bulk").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).decided == 0


def test_a_filter_shows_its_band_only(console: Console, migration: str) -> None:
    app = console("alice", "mapping")
    app.segmented_control(key="show").set_value("No suggestion").run()
    assert {label[0] for label in app.session_state["map_view"].frame["Confidence"]} == {"?"}


def test_a_link_to_a_field_opens_its_evidence(console: Console, alice: Context, migration: str) -> None:
    price = next(
        field
        for field in views.mapping_fields(alice, migration)
        if field.target == "menu_item.price" and field.transform
    )
    app = console("alice", "mapping", field=price.id)
    assert not app.exception
    assert any("price" in str(text.value) for text in app.text)


def test_sales_may_look_but_not_decide(console: Console, migration: str) -> None:
    app = console("sam", "mapping")
    assert "map_done_all" not in [button.key for button in app.button]


def test_an_edit_is_saved_and_a_contested_one_shows_both(
    console: Console, alice: Context, bob: Context, migration: str, monkeypatch
) -> None:
    from pages.ui import mapping_grid

    app = console("alice", "mapping")
    view = app.session_state["map_view"]
    field_id = view.shown[0]
    state = {key: app.session_state[key] for key in ("person", "tenant", "map_view", "map_turn")}
    state[f"map_grid_{state['map_turn']}"] = {"edited_rows": {0: {"Target": "menu_item.tags"}}}
    monkeypatch.setattr("pages.ui.frame.st.session_state", state)
    mapping_grid.autosave()
    mapping_grid.autosave()  # an overlapping rerun may call it twice
    alice.session.rollback()
    (saved,) = [field for field in views.mapping_fields(alice, migration) if field.id == field_id]
    assert (saved.target, saved.status, saved.version) == ("menu_item.tags", "edited", 1)

    actions.decide(bob, field_id, version=1, target="menu_item.name")
    state[f"map_grid_{state['map_turn']}"] = {"edited_rows": {0: {"Target": "menu_item.sku"}}}
    mapping_grid.autosave()
    contest = state[mapping_grid.CONTEST]
    assert contest.facts["theirs"]["target"] == "menu_item.name"
    assert contest.yours.target == "menu_item.sku"
