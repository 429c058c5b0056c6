"""The confidence screen: the corpus's figures from the first day, people's beside them as soon as they judge."""

from __future__ import annotations

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.actions import Decision, decide, decide_many
from core.engine.mapping.calibration.views import by_corpus
from tests.pages.conftest import Console


def _figures(app) -> dict[str, str]:
    return {element.label: element.value for element in app.metric}


def test_before_anybody_judged_it_says_so_and_shows_unseen_systems(console: Console, alice: Context) -> None:
    app = console("alice", "confidence")
    assert not app.exception
    assert any("No suggestions reviewed yet" in element.value for element in app.markdown)
    figures, green = _figures(app), by_corpus(alice).bands[0]
    assert figures["Reviewed"] == "0"
    assert figures["Correct above 90%"] == f"{green.right / green.total:.1%}"


def test_what_people_decide_is_counted_beside_it(console: Console, alice: Context, migration: str) -> None:
    sure = [
        mapping_field for mapping_field in views.mapping_fields(alice, migration) if mapping_field.target
    ][:40]
    decisions = [
        Decision(field.id, field.version, field.target, field.transform, "accepted") for field in sure[1:]
    ]
    decide_many(alice, [Decision(sure[0].id, sure[0].version, "location.phone"), *decisions], looked=True)
    app = console("alice", "confidence")
    assert _figures(app)["Reviewed"] == "40"
    by_band, by_source, _ = (table.value for table in app.dataframe)
    assert by_band.loc[by_band["Measured on"] == "Reviewer decisions", "Suggestions"].sum() == 40
    mine = by_source[by_source["Measured on"] == "Reviewer decisions"]
    assert list(mine["Source"]) == ["toast"]
    assert mine["Correct"].iloc[0] == 97.5


def test_a_handful_of_reviews_makes_no_error_figure(console: Console, alice: Context, migration: str) -> None:
    sure = [
        mapping_field for mapping_field in views.mapping_fields(alice, migration) if mapping_field.target
    ][:5]
    decide_many(
        alice,
        [Decision(field.id, field.version, field.target, field.transform, "accepted") for field in sure],
        looked=True,
    )
    app = console("alice", "confidence")
    assert _figures(app)["Error, reviewers"] == "–"
    captions = [element.value for element in app.caption]
    assert "Error, reviewers: 5 of 30 reviews needed" in captions
    assert not any("demos apart" in caption for caption in captions)


def test_everybody_may_see_it(console: Console, migration: str) -> None:
    assert not console("sam", "confidence").exception


def test_managers_see_what_was_learned_and_can_forget_it(
    console: Console, alice: Context, migration: str
) -> None:
    fields = {
        mapping_field.source_field: mapping_field
        for mapping_field in views.mapping_fields(alice, migration, views.FieldFilter("menu_items"))
    }
    row = fields["description"]
    decide(alice, row.id, version=row.version, target="menu_item.kitchen_name")
    app = console("alice", "confidence")
    table = app.dataframe[-1].value
    rows = table[table["Maps to"] == "Menu item › Kitchen name"]
    assert list(rows["Decisions"]) == [1]
    assert list(rows["Column"]) == ["description"]
    assert app.button(key="learned_forget").disabled
    app.text_input(key="learned_filter").input("no such column").run()
    assert app.dataframe[-1].value.empty


def test_who_may_not_forget_reads_what_was_learned(console: Console, bob: Context, migration: str) -> None:
    row = next(
        mapping_field
        for mapping_field in views.mapping_fields(bob, migration)
        if mapping_field.source_field == "description"
    )
    decide(bob, row.id, version=row.version, target="menu_item.kitchen_name")
    app = console("bob", "confidence")
    assert not [element for element in app.button if element.key == "learned_forget"]
    assert not app.dataframe[-1].value.empty
