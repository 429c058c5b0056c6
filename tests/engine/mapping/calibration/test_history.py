"""History says how often suggestions this sure were right, from decisions where there are enough of them."""

import pytest
from sqlalchemy import select

from core.engine.mapping.actions import Decision, accept_above, decide_many, undo
from core.engine.mapping.calibration.rules import ENOUGH
from core.engine.mapping.calibration.views import by_corpus, by_decisions, history
from core.engine.mapping.memory.actions import learn_exclusions
from core.engine.mapping.tables import ConfidenceOutcome
from core.engine.mapping.views import mapping_fields


@pytest.fixture
def migration(suggested_toast):
    return suggested_toast


def _counts(context):
    context.session.rollback()
    rows = context.session.scalars(select(ConfidenceOutcome).execution_options(populate_existing=True))
    return {
        (row.source, row.origin, row.bin): (row.hits, row.misses) for row in rows if row.hits or row.misses
    }


def _sum(context):
    counts = _counts(context).values()
    return sum(hits for hits, _ in counts), sum(misses for _, misses in counts)


def _complete(context, migration):
    """As the completion of an import of the migration does."""
    learn_exclusions(context, migration)
    context.session.commit()


def _suggested(context, migration):
    return [field for field in mapping_fields(context, migration) if field.confidence is not None]


def _accept(context, fields):
    """As a person does who looks at each."""
    decide_many(
        context,
        [
            Decision(field.id, 0, field.target, field.transform, "accepted")
            for field in fields
            if field.target
        ],
        looked=True,
    )


def test_keeping_a_suggestion_is_a_hit_and_changing_it_a_miss(alice, migration):
    accepted, edited, excluded = _suggested(alice, migration)[:3]
    decide_many(
        alice,
        [
            Decision(accepted.id, 0, accepted.target, accepted.transform, "accepted"),
            Decision(edited.id, 0, "location.phone"),
            Decision(excluded.id, 0, None, None, "ignored"),
        ],
        looked=True,
    )
    assert _sum(alice) == (1, 1)
    _complete(alice, migration)
    assert _sum(alice) == (1, 2)
    assert {source for source, _, _ in _counts(alice)} == {"toast"}


def test_deciding_where_nothing_was_suggested_says_nothing(alice, migration):
    bare = next(field for field in mapping_fields(alice, migration) if field.confidence is None)
    decide_many(alice, [Decision(bare.id, 0, None, None, "ignored")], looked=True)
    assert _sum(alice) == (0, 0)


def test_a_changed_mind_moves_the_count_and_undo_takes_it_back(alice, migration):
    field = _suggested(alice, migration)[0]
    decide_many(alice, [Decision(field.id, 0, field.target, field.transform, "accepted")], looked=True)
    assert _sum(alice) == (1, 0)
    batch = decide_many(alice, [Decision(field.id, 1, "location.phone")], looked=True)
    assert _sum(alice) == (0, 1)
    undo(alice, batch)
    assert _sum(alice) == (1, 0)


def test_an_exclusion_is_a_miss_once_an_import_is_completed_and_undo_takes_it_back(alice, migration):
    field = _suggested(alice, migration)[0]
    batch = decide_many(alice, [Decision(field.id, 0, None, None, "ignored")], looked=True)
    assert _sum(alice) == (0, 0)
    _complete(alice, migration)
    _complete(alice, migration)
    assert _sum(alice) == (0, 1)
    undo(alice, batch)
    assert _sum(alice) == (0, 0)


def test_decisions_speak_once_there_are_enough_of_them(alice, migration):
    before = history(alice, "toast", 0.97)
    assert "held-out" in before.where
    assert before.total > 0
    _accept(alice, _suggested(alice, migration))
    ((right, total),) = {
        (hits, hits + misses) for (_, _, number), (hits, misses) in _counts(alice).items() if number == 19
    }
    assert total >= ENOUGH
    sentence = f"At this confidence, {right} of {total} suggestions were correct"
    assert history(alice, "toast", 0.97).sentence == sentence
    assert history(alice, "toast", 0.97) == (right, total, "by reviewer decisions about toast files")
    assert history(alice, "clover", 0.97) == (
        right,
        total,
        "by reviewer decisions about files of all sources",
    )


def test_both_views_add_up_over_bins_bands_and_sources(alice, migration):
    _accept(alice, _suggested(alice, migration))
    for reliability in (by_decisions(alice), by_corpus(alice)):
        assert (
            reliability.total
            == sum(band.total for band in reliability.bands)
            == sum(source.total for source in reliability.sources)
            > 0
        )
    assert by_decisions(alice).total == sum(_sum(alice))


def test_another_customer_sees_the_same_figures_and_nothing_else(alice, mallory, migration):
    _accept(alice, _suggested(alice, migration))
    mallory.session.rollback()
    assert by_decisions(mallory) == by_decisions(alice)
    assert alice.tenant.name not in repr(by_decisions(mallory))


def test_what_a_threshold_accepts_says_nothing_until_somebody_looks(alice, migration):
    accept_above(alice, migration, 0.0)
    assert _sum(alice) == (0, 0)
    field = _suggested(alice, migration)[0]
    batch = decide_many(alice, [Decision(field.id, 1, "location.phone")], looked=True)
    assert _sum(alice) == (0, 1)
    undo(alice, batch)
    assert _sum(alice) == (0, 0)
