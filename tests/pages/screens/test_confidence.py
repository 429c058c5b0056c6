"""The confidence screen: the corpus's figures from the first day, people's beside them as soon as they judge."""

from __future__ import annotations

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.actions import Decision, decide, decide_many
from core.engine.mapping.calibration.views import by_corpus
from tests.pages.conftest import Console


def _figures(app) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


def test_before_anybody_judged_it_says_so_and_shows_unseen_systems(console: Console, alice: Context) -> None:
    app = console("alice", "confidence")
    assert not app.exception
    assert any("No suggestions reviewed yet" in one.value for one in app.markdown)
    figures, green = _figures(app), by_corpus(alice).bands[0]
    assert figures["Reviewed"] == "0"
    assert figures["Correct above 90%"] == f"{green.right / green.total:.1%}"


def test_what_people_decide_is_counted_beside_it(console: Console, alice: Context, migration: str) -> None:
    sure = [one for one in views.mapping_fields(alice, migration) if one.target][:40]
    kept = [Decision(one.id, one.version, one.target, one.transform, "accepted") for one in sure[1:]]
    decide_many(alice, [Decision(sure[0].id, sure[0].version, "location.phone"), *kept], looked=True)
    app = console("alice", "confidence")
    assert _figures(app)["Reviewed"] == "40"
    by_band, by_source, _ = (table.value for table in app.dataframe)
    assert by_band.loc[by_band["Measured on"] == "Reviewer decisions", "Suggestions"].sum() == 40
    mine = by_source[by_source["Measured on"] == "Reviewer decisions"]
    assert list(mine["Source"]) == ["toast"]
    assert mine["Correct"].iloc[0] == 97.5


def test_a_handful_of_reviews_makes_no_error_figure(console: Console, alice: Context, migration: str) -> None:
    sure = [one for one in views.mapping_fields(alice, migration) if one.target][:5]
    decide_many(
        alice,
        [Decision(one.id, one.version, one.target, one.transform, "accepted") for one in sure],
        looked=True,
    )
    app = console("alice", "confidence")
    assert _figures(app)["Error, reviewers"] == "–"
    captions = [one.value for one in app.caption]
    assert "Error, reviewers: 5 of 30 reviews needed" in captions
    assert not any("demos apart" in caption for caption in captions)


def test_everybody_may_see_it(console: Console, migration: str) -> None:
    assert not console("sam", "confidence").exception


def test_managers_see_what_was_learned_and_can_forget_it(
    console: Console, alice: Context, migration: str
) -> None:
    fields = {one.source_field: one for one in views.mapping_fields(alice, migration, stream="menu_items")}
    row = fields["description"]
    decide(alice, row.id, version=row.version, target="menu_item.kitchen_name")
    app = console("alice", "confidence")
    table = app.dataframe[-1].value
    kept = table[table["Maps to"] == "Menu item › Kitchen name"]
    assert list(kept["Decisions"]) == [1]
    assert list(kept["Column"]) == ["description"]
    assert app.button(key="learned_forget").disabled
    app.text_input(key="learned_filter").input("no such column").run()
    assert app.dataframe[-1].value.empty


def test_who_may_not_forget_reads_what_was_learned(console: Console, bob: Context, migration: str) -> None:
    row = next(one for one in views.mapping_fields(bob, migration) if one.source_field == "description")
    decide(bob, row.id, version=row.version, target="menu_item.kitchen_name")
    app = console("bob", "confidence")
    assert not [one for one in app.button if one.key == "learned_forget"]
    assert not app.dataframe[-1].value.empty
