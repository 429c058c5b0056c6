"""The confidence screen: the corpus's figures from the first day, people's beside them as soon as they judge."""

from __future__ import annotations

from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.actions import Decision, decide_many
from core.engine.mapping.calibration.views import by_corpus
from tests.pages.conftest import Console


def _figures(app) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


def test_before_anybody_judged_it_says_so_and_shows_unseen_systems(console: Console, alice: Context) -> None:
    app = console("alice", "confidence")
    assert not app.exception
    assert any("Nobody has judged a suggestion yet" in one.value for one in app.markdown)
    figures, green = _figures(app), by_corpus(alice).bands[0]
    assert figures["Judged by people"] == "0"
    assert figures["Right when above 90%"] == f"{green.right / green.total:.1%}"


def test_what_people_decide_is_counted_beside_it(console: Console, alice: Context, migration: str) -> None:
    sure = [one for one in views.mapping_fields(alice, migration) if one.target][:40]
    kept = [Decision(one.id, one.version, one.target, one.transform, "accepted") for one in sure[1:]]
    decide_many(alice, [Decision(sure[0].id, sure[0].version, None, None, "ignored"), *kept], looked=True)
    app = console("alice", "confidence")
    assert _figures(app)["Judged by people"] == "40"
    by_band, by_source = (table.value for table in app.dataframe)
    assert by_band.loc[by_band["On"] == "People's decisions", "Of"].sum() == 40
    mine = by_source[by_source["On"] == "People's decisions"]
    assert list(mine["Source"]) == ["toast"]
    assert mine["Right"].iloc[0] == 97.5


def test_everybody_may_see_it(console: Console, migration: str) -> None:
    assert not console("sam", "confidence").exception
