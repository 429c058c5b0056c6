"""The layouts of the mapping screen: one by one, by pattern, values, changed suggestions; conflicts and approvals."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions, views
from core.engine.sources.actions import add_file, create_migration
from pages.mapping.deciding.choice import alternatives
from tests.pages.conftest import Console

SEGMENTS = ("All", "Review", "Conflicts", "Approval")
LAYOUTS = ("Table", "One by one", "By pattern", "Values", "Changed suggestions")


def at(console: Console, handle: str, layout: str) -> AppTest:
    """The screen in a layout, or on a segment of the toolbar."""
    return turn(console(handle, "mapping"), layout)


def turn(app: AppTest, layout: str) -> AppTest:
    if layout in SEGMENTS:
        return app.segmented_control(key="show").set_value(layout).run()
    return app.selectbox(key="layout").set_value(layout).run()


def texts(app: AppTest) -> str:
    return "\n".join(str(text.value) for text in app.text)


@pytest.mark.parametrize("handle", ["alice", "sam"])
def test_every_way_opens_for_whoever_may_read(console: Console, migration: str, handle: str) -> None:
    app = console(handle, "mapping")
    for mode in (*LAYOUTS, *SEGMENTS):
        turn(app, mode)
        assert not app.exception, mode
        assert app.title[0].value == "Mapping", mode


def test_one_by_one_begins_where_most_is_at_stake_and_goes_on_after_each_decision(
    console: Console, alice: Context, migration: str
) -> None:
    order = sorted(views.field_rows(alice, migration, views.UNDECIDED), key=lambda row: -row.loss)
    app = at(console, "alice", "One by one")
    assert f"{order[0].stream} / {order[0].source_field}" in texts(app)
    app.button(key="queue_out").click().run()
    assert f"{order[1].stream} / {order[1].source_field}" in texts(app)
    alice.session.rollback()
    assert views.mapping_field(alice, order[0].id).status == "ignored"
    app.button(key="queue_undo").click().run()
    assert f"{order[0].stream} / {order[0].source_field}" in texts(app)
    alice.session.rollback()
    assert views.mapping_field(alice, order[0].id).status == "suggested"
    app.button(key="queue_next").click().run()
    assert f"{order[1].stream} / {order[1].source_field}" in texts(app)
    app.button(key="queue_back").click().run()
    assert f"{order[0].stream} / {order[0].source_field}" in texts(app)


def test_a_contested_save_on_the_card_shows_both_and_either_can_stand(
    console: Console, alice: Context, bob: Context, migration: str
) -> None:
    app = at(console, "alice", "One by one")
    field_id = app.session_state["map_focus"]
    actions.decide(bob, field_id, version=0, target="menu_item.sku", reason="bar codes")
    app.button(key="queue_out").click().run()
    assert {"Menu item › SKU", "Excluded", "Bob", "Alice"} <= {str(text.value) for text in app.text}
    alice.session.rollback()
    assert views.mapping_field(alice, field_id).target == "menu_item.sku"
    next(button for button in app.button if button.label == "Save mine over it").click().run()
    alice.session.rollback()
    assert views.mapping_field(alice, field_id).status == "ignored"
    assert not app.exception


def test_an_alternative_is_previewed_before_it_is_saved(
    console: Console, alice: Context, migration: str
) -> None:
    app = at(console, "alice", "One by one")
    while not any("_alternative_1" in str(button.key) for button in app.button):
        app.button(key="queue_next").click().run()
    field = views.mapping_field(alice, app.session_state["map_focus"])
    key = f"card_{field.id}_{field.version}_"
    target, _ = alternatives(field)[0]
    app.button(key=f"{key}alternative_1").click().run()
    assert app.selectbox(key=f"{key}target").value == target
    alice.session.rollback()
    assert views.mapping_field(alice, field.id).target == field.target
    app.text_input(key=f"{key}reason").set_value("as the cook says").run()
    app.button(key="queue_accept").click().run()
    alice.session.rollback()
    saved = views.mapping_field(alice, field.id)
    assert (saved.target, saved.status, saved.reason) == (target, "edited", "as the cook says")
    assert not app.exception


def test_a_pattern_is_listed_decided_and_taken_back(console: Console, alice: Context, migration: str) -> None:
    app = at(console, "alice", "By pattern")
    listed = len(app.dataframe[0].value)
    assert app.button(key="pattern_do").label == f"Accept these {listed:,}…"
    app.button(key="pattern_do").click().run()
    app.button(key="map_bulk_do").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).reviewed == listed
    app.button(key="map_undo").click().run()
    app.button(key="map_undo_do").click().run()
    alice.session.rollback()
    assert views.progress(alice, migration).reviewed == 0


def test_whoever_did_not_decide_confirms(
    console: Console, alice: Context, bob: Context, migration: str
) -> None:
    field = next(
        row for row in views.field_rows(alice, migration) if row.target == "customer.marketing_opt_in"
    )
    actions.decide(alice, field.id, version=0, target=field.target, transform="equals('true')")
    app = at(console, "alice", "Approval")
    assert app.button(key="map_confirm_second").disabled
    app = at(console, "bob", "Approval")
    app.button(key="map_confirm_second").click().run()
    alice.session.rollback()
    assert views.mapping_field(alice, field.id).second_by == bob.person
    assert not app.exception


def test_a_manager_sets_from_how_much_money_it_takes_two(
    console: Console, alice: Context, migration: str
) -> None:
    app = at(console, "alice", "Approval")
    app.number_input(key="map_exposure").set_value(500).run()
    app.button(key="map_exposure_set").click().run()
    alice.session.rollback()
    assert views.exposure(alice, migration) == 500


@pytest.fixture
def till(alice: Context, tmp_path) -> str:
    """Two columns that want one target, and a column of words for the means of payment."""
    path = tmp_path / "till.csv"
    path.write_text(
        "Payment Id,Amount,Tender,Card Type\np1,10.00,Plastic,Visa\np2,5.00,Cash,\np3,7.00,Plastic,Visa\n",
        encoding="utf-8",
    )
    new_migration = create_migration(alice, "Till")
    add_file(alice, new_migration.id, path, SOURCES)
    actions.suggest_mapping(alice, new_migration.id, SOURCES)
    fields = {row.source_field: row for row in views.field_rows(alice, new_migration.id)}
    actions.decide(alice, fields["Tender"].id, version=0, target="payment.tender")
    return new_migration.id


def test_words_are_mapped_and_remembered(console: Console, alice: Context, till: str) -> None:
    field = next(row for row in views.field_rows(alice, till) if row.source_field == "Tender")
    app = at(console, "alice", "Values")
    app.selectbox(key="values_of").set_value(field.id).run()
    assert any("not read" in badge.value for badge in app.markdown)
    assert any(option.endswith("(1 not read)") for option in app.selectbox(key="values_of").options)
    state = {"edited_rows": {0: {"Imports as": "card"}}, "added_rows": [], "deleted_rows": []}
    app.session_state[f"values_{field.id}_{field.version}"] = state
    app.run()
    app.button(key="values_save").click().run()
    alice.session.rollback()
    assert views.mapping_field(alice, field.id).transform == "map_values({'plastic': 'card'})"
    assert not app.exception


@pytest.mark.parametrize(
    ("button", "targets"),
    [
        ("Keep Tender", {"Tender": None}),
        ("Join", {"Card Type": None, "Tender": "coalesce"}),
        ("Exclude both", {}),
    ],
)
def test_rivals_for_one_target_are_settled(
    console: Console, alice: Context, till: str, button: str, targets: dict[str, str | None]
) -> None:
    card = next(row for row in views.field_rows(alice, till) if row.source_field == "Card Type")
    actions.decide(alice, card.id, version=0, target="payment.tender", transform="lower")
    assert [names for _, _, names in views.contested(alice, till)] == [("Tender", "Card Type")]
    app = at(console, "alice", "Conflicts")
    next(element for element in app.button if element.label.startswith(button)).click().run()
    alice.session.rollback()
    assert views.contested(alice, till) == []
    rows = [row for row in views.field_rows(alice, till) if row.target == "payment.tender"]
    assert {row.source_field: row.transform for row in rows} == targets
    assert not app.exception


@pytest.mark.parametrize(
    ("button", "transform", "targets"),
    [
        ("Keep Tender", None, {"Tender": None}),
        ("Join: one after the other", None, {"Card Type": None, "Tender": "concat(' ')"}),
        ("Join: one after the other", "upper", {"Card Type": None, "Tender": "upper | concat(' ')"}),
        ("Join: the first", "upper", {"Card Type": None, "Tender": "coalesce | upper"}),
    ],
)
def test_two_columns_decided_for_one_text_are_settled(
    console: Console,
    alice: Context,
    till: str,
    button: str,
    transform: str | None,
    targets: dict[str, str | None],
) -> None:
    for row in views.field_rows(alice, till):
        if row.source_field in {"Tender", "Card Type"}:
            actions.decide(
                alice, row.id, version=row.version, target="payment.card_brand", transform=transform
            )
    assert [names for _, _, names in views.contested(alice, till)] == [("Tender", "Card Type")]
    app = at(console, "alice", "Conflicts")
    next(element for element in app.button if element.label.startswith(button)).click().run()
    alice.session.rollback()
    assert views.contested(alice, till) == []
    rows = [row for row in views.field_rows(alice, till) if row.target == "payment.card_brand"]
    assert {row.source_field: row.transform for row in rows} == targets | (
        {"Tender": transform} if "Keep" in button else {}
    )
    assert not app.exception


def test_overrides_are_listed_with_who_and_why(console: Console, alice: Context, till: str) -> None:
    amount = next(row for row in views.field_rows(alice, till) if row.source_field == "Amount")
    actions.decide(alice, amount.id, version=0, target=None, status="ignored", reason="twice")
    table = at(console, "alice", "Changed suggestions").dataframe[0].value
    row = table[table["Source column"] == "till / Amount"].iloc[0]
    assert (row["Chosen"], row["Changed by"], row["Reason"]) == ("Excluded", "Alice", "twice")
