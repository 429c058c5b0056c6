"""The mapping grid: an edit is a decision at once, with its badge and warnings; one contested shows both versions."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.context import Context
from core.engine.mapping import actions, views
from pages.mapping import grid as mapping_grid
from pages.mapping.state.saving import CONFLICT
from tests.pages.conftest import Console


def text_of(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*app.text, *app.markdown, *app.caption]).replace("\\", "")


def edit(app: AppTest, field_id: str, **cells: str | None) -> AppTest:
    """The person types into the field's row of the grid."""
    position = app.session_state["map_view"].ids.index(field_id)
    cells_by_title = {name.replace("_", " "): cell for name, cell in cells.items()}
    key = f"map_grid_{app.session_state['map_revision']}"
    app.session_state[key] = {"edited_rows": {position: cells_by_title}, "added_rows": [], "deleted_rows": []}
    mapping_state = {
        key: app.session_state[key] for key in ("person", "tenant", "map_view", "map_revision", key)
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamlit.session_state", mapping_state)
        mapping_grid.autosave()
    for name in ("map_focus", "map_note", "map_last_batch", "map_revision", CONFLICT):
        if name in mapping_state:
            app.session_state[name] = mapping_state[name]
    return app.run()


def row_of(app: AppTest, field_id: str):
    view = app.session_state["map_view"]
    return view.frame.iloc[view.ids.index(field_id)]


def field_for(context: Context, migration: str, target: str):
    return next(row for row in views.field_rows(context, migration) if row.target == target)


def test_the_grid_shows_every_field_with_its_confidence(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    view = app.session_state["map_view"]
    assert len(view.ids) == len(views.mapping_fields(alice, migration))
    assert {label[0].split()[0] for label in view.frame["Confidence"]} <= {"High", "Medium", "Low", "None"}
    assert app.title[0].value == "Mapping"


def test_another_target_takes_the_percentage_away_and_warns_at_once(
    console: Console, alice: Context, migration: str
) -> None:
    name = field_for(alice, migration, "location.name")
    app = console("alice", "mapping")
    assert row_of(app, name.id)["Confidence"] == ["High 97%"]
    edit(app, name.id, Maps_to="Location › Phone")
    for key, verb in (("card_accept", "Accept"), ("card_exclude", "Exclude")):
        assert app.button(key=key).help.replace("\\", "") == f"{verb} {name.source_field}"
    row = row_of(app, name.id)
    assert row["Confidence"] == ["Set by you"]
    assert row["Warnings"] == ["Type", "Required"]
    text = text_of(app)
    assert "Values do not look like phone numbers: 0 of " in text
    assert "A person set this target; no confidence was computed for it." in text
    assert "maps it to Location › Name" not in text
    again = console("alice", "mapping")
    assert row_of(again, name.id)["Confidence"] == ["Set by you"]
    colleague = console("bob", "mapping")
    assert row_of(colleague, name.id)["Confidence"] == ["Set by Alice"]


@pytest.mark.parametrize("target", ["location.name", None])
@pytest.mark.parametrize("cells", [{"Maps_to": "Location › Phone"}, {"Decision": "Excluded"}])
def test_a_saved_edit_stands_when_the_browser_drops_it_as_equal_to_the_data(
    console: Console,
    alice: Context,
    migration: str,
    target: str | None,
    cells: dict[str, str],
) -> None:
    field = field_for(alice, migration, target)
    app = console("alice", "mapping")
    edit(app, field.id, **cells)
    for repeated in (cells, {}, {}):  # the run after the edit, then what the browser sends
        edit(app, field.id, **repeated)
    alice.session.rollback()
    saved = views.mapping_field(alice, field.id)
    assert saved.target == (None if "Decision" in cells else "location.phone")
    assert saved.status == ("ignored" if "Decision" in cells else "edited")
    assert len(views.decisions(alice, migration, field_id=field.id)) == 1
    row = row_of(app, field.id)
    title = None if pd.isna(row["Maps to"]) else row["Maps to"]
    assert title == (None if "Decision" in cells else "Location › Phone")
    assert row["Decision"] == ("Excluded" if "Decision" in cells else "Changed")


def test_a_field_excluded_in_the_grid_takes_its_old_target_again(
    console: Console, alice: Context, migration: str
) -> None:
    field = field_for(alice, migration, "location.name")
    app = console("alice", "mapping")
    edit(app, field.id, Decision="Excluded")
    edit(app, field.id, Decision="Excluded", Maps_to="Location › Name")
    edit(app, field.id)
    alice.session.rollback()
    saved = views.mapping_field(alice, field.id)
    assert (saved.target, saved.version) == ("location.name", 2)
    assert row_of(app, field.id)["Decision"] == "Changed"


def test_a_second_column_for_a_target_counts_as_a_conflict_at_once(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    assert "Conflicts 0" in app.segmented_control(key="show").options
    first = field_for(alice, migration, "menu_item.name")
    second = field_for(alice, migration, "menu_item.description")
    edit(app, second.id, Maps_to="Menu item › Name")
    assert "Conflicts 1" in app.segmented_control(key="show").options
    assert "Duplicate" in row_of(app, first.id)["Warnings"]
    assert "Duplicate" in row_of(app, second.id)["Warnings"]


def test_required_targets_are_listed_and_an_unmapped_one_filters_its_candidates(
    console: Console, alice: Context, migration: str
) -> None:
    name = field_for(alice, migration, "location.name")
    actions.decide(alice, name.id, version=0, target=None)
    app = console("alice", "mapping")
    required = views.checklist(alice, migration)
    assert f"{len(required.mapped)} of {required.total} required fields mapped" in text_of(app)
    app.pills(key="map_candidates").set_value("location.name").run()
    ids = app.session_state["map_view"].ids
    assert ids[0] == name.id
    assert ids == views.candidate_fields(alice, migration, "location.name")


def test_a_filter_shows_its_band_only(console: Console, migration: str) -> None:
    app = console("alice", "mapping")
    app.pills(key="bands").set_value(["None"]).run()
    assert {label[0] for label in app.session_state["map_view"].frame["Confidence"]} == {"None"}


def test_search_finds_a_target_by_its_label(console: Console, alice: Context, migration: str) -> None:
    app = console("alice", "mapping")
    app.text_input(key="search").set_value("› time zone").run()
    rows = {row.id: row.target for row in views.field_rows(alice, migration)}
    assert {rows[field_id] for field_id in app.session_state["map_view"].ids} == {"location.timezone"}


def test_review_shows_what_nobody_decided(console: Console, alice: Context, migration: str) -> None:
    actions.accept_above(alice, migration, 0.9)
    app = console("alice", "mapping")
    progress = views.progress(alice, migration)
    app.segmented_control(key="show").set_value("Review").run()
    assert len(app.session_state["map_view"].ids) == progress.total - progress.reviewed


def test_a_link_to_a_field_opens_its_evidence(console: Console, alice: Context, migration: str) -> None:
    price = next(
        field
        for field in views.mapping_fields(alice, migration)
        if field.target == "menu_item.price" and field.transform
    )
    app = console("alice", "mapping", field=price.id)
    assert not app.exception
    assert "price" in text_of(app)


def test_the_grid_can_begin_with_the_largest_amount_at_risk(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    app.selectbox(key="order").set_value("Amount at risk").run()
    rows = {row.id: row for row in views.field_rows(alice, migration)}
    losses = [rows[field_id].loss for field_id in app.session_state["map_view"].ids]
    assert losses == sorted(losses, reverse=True)


def test_an_edit_is_saved_once_and_a_contested_one_shows_both(
    console: Console, alice: Context, bob: Context, migration: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = console("alice", "mapping")
    field_id = app.session_state["map_view"].ids[0]
    state = {key: app.session_state[key] for key in ("person", "tenant", "map_view", "map_revision")}
    editor = f"map_grid_{state['map_revision']}"
    state[editor] = {"edited_rows": {0: {"Maps to": "Menu item › Tags"}}}
    monkeypatch.setattr("streamlit.session_state", state)
    mapping_grid.autosave()
    mapping_grid.autosave()  # an overlapping rerun may call it twice
    alice.session.rollback()
    (saved,) = [field for field in views.mapping_fields(alice, migration) if field.id == field_id]
    assert (saved.target, saved.status, saved.version) == ("menu_item.tags", "edited", 1)

    actions.decide(bob, field_id, version=1, target="menu_item.name")
    state[editor] = {"edited_rows": {0: {"Maps to": "Menu item › SKU"}}}
    mapping_grid.autosave()
    conflict = state[CONFLICT]
    assert conflict.details["theirs"]["target"] == "menu_item.name"
    assert conflict.yours.target == "menu_item.sku"


def test_the_card_says_one_thing_about_trust_and_alternatives_add_up(
    console: Console, alice: Context, migration: str
) -> None:
    from pages.mapping.deciding.choice import odds_of

    app = console("alice", "mapping")
    assert text_of(app).count("At this confidence, ") + text_of(app).count("Not enough reviews yet") == 1
    for field in views.mapping_fields(alice, migration):
        assert sum(percent for _, percent in odds_of(field)) == 100


WIDTH_AT_1280 = 602
"""Pixels of the grid in a window of 1280, beside the card."""


def test_the_columns_that_decide_fit_beside_the_card_and_the_text_below_names_the_others(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping")
    second = field_for(alice, migration, "menu_item.description")
    edit(app, second.id, Maps_to="Menu item › Name")  # so that a warning is shown
    proto = app.get("data_editor")[0].proto
    order, columns = list(proto.column_order), json.loads(proto.columns)
    decisive = ["Source column", "Sample", "Confidence", "Maps to", "Warnings", "Decision"]
    assert order[:6] == decisive
    assert sum(columns[name]["width"] for name in decisive) <= WIDTH_AT_1280
    assert order[6:] == ["Details", "Table", "Transform", "Rows", "Amount"]
    assert "Further right: details, table, transform, rows and amount." in text_of(app)


@pytest.mark.parametrize("search", ["Review", "Review 45"])
def test_a_link_with_a_segment_works_with_and_without_the_count_it_had(
    console: Console, alice: Context, migration: str, search: str
) -> None:
    app = console("alice", "mapping", show=search)
    assert app.segmented_control(key="show").value == "Review"
    assert app.session_state["map_view"].of.fields.undecided
