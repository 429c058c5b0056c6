"""A part of a demo is broken on purpose: the rest works on and says so, and no customer notices."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from adapters import SOURCES
from core.engine.mapping.actions import suggest_mapping
from core.engine.mapping.ai_review.actions import review_with_ai
from core.engine.mapping.views import field_rows
from core.engine.sources import views as sources
from core.engine.sources.actions import add_file, create_migration
from core.errors import InvalidInputError, NotAllowedError, NotFoundError, SourceUnavailableError
from core.platform.access.demo_outages import AI, NETWORK, SOURCE, break_part, mend, outage_of, outages
from core.platform.ai import breaker, views, wire
from core.settings import settings

PART = pytest.mark.parametrize("part", [AI, SOURCE, NETWORK])


def _migration(context, sample):
    migration = create_migration(context, "Toast").id
    add_file(context, migration, sample("toast"), SOURCES)
    return migration


@PART
def test_no_part_of_a_customer_that_is_no_demo_can_be_broken(alice, part):
    with pytest.raises(NotFoundError):
        break_part(alice, part)
    with pytest.raises(NotFoundError):
        mend(alice)
    assert outages(alice.session) == {}


@pytest.mark.demo
@PART
def test_a_part_is_broken_for_everybody_in_the_demo_until_it_is_mended(alice, bob, sam, part):
    break_part(alice, part)
    break_part(alice, part)
    assert outage_of(bob, part) is not None
    assert set(outages(bob.session)) == {part}
    with pytest.raises(NotAllowedError):
        mend(bob)
    assert mend(sam) == (part,)
    assert outages(alice.session) == {}
    assert mend(alice) == ()


@pytest.mark.demo
def test_a_part_that_does_not_exist_is_refused(alice):
    with pytest.raises(InvalidInputError, match="ai, source and network"):
        break_part(alice, "printer")


@pytest.mark.demo
@PART
def test_an_emptied_demo_is_mended(alice, part):
    break_part(alice, part)
    alice.session.execute(text("select empty_demo()"))
    assert outages(alice.session) == {}
    alice.session.rollback()
    mend(alice)


@pytest.mark.demo
def test_without_ai_the_rules_suggest_and_the_person_is_told(alice, emulator, sample):
    break_part(alice, AI)
    migration = _migration(alice, sample)
    suggest_mapping(alice, migration, SOURCES)
    suggestions = [(row.source_field, row.target, row.confidence) for row in field_rows(alice, migration)]
    assert sum(target is not None for _, target, _ in suggestions) > 50
    status = views.status(alice, migration)
    assert (status.state, status.reason) == (
        views.DEGRADED,
        "AI is switched off for this demo. Rules, memory and statistics stand.",
    )
    result = review_with_ai(alice, migration)
    assert result.answer_count == 0
    assert any("could not be reached" in reason for reason in result.unanswered)
    assert emulator.requests == []
    assert suggestions == [
        (row.source_field, row.target, row.confidence) for row in field_rows(alice, migration)
    ]
    assert breaker.last_failure(settings().ai_base_url, "gpt-6-luna") is None
    assert breaker.last_failure(wire.NOWHERE, "gpt-6-luna") is not None
    mend(alice)
    assert views.status(alice, migration).state == views.READY


@pytest.mark.demo
def test_without_its_source_nothing_of_a_file_is_stored_and_the_rest_works(alice, sample):
    migration = _migration(alice, sample)
    rows = sources.row_totals(alice, migration).total
    break_part(alice, SOURCE)
    with pytest.raises(
        SourceUnavailableError, match=r"switched off for this demo.*Nothing of the file"
    ) as refusal:
        add_file(alice, migration, sample("square"), SOURCES)
    assert "still work" in refusal.value.hint
    assert len(sources.files(alice, migration)) == 1
    assert sources.row_totals(alice, migration).total == rows
    suggest_mapping(alice, migration, SOURCES)
    mend(alice)
    add_file(alice, migration, sample("square"), SOURCES)
    assert len(sources.files(alice, migration)) == 2


@pytest.mark.demo
def test_the_outage_of_one_demo_is_not_that_of_another(alice, mallory):
    break_part(alice, SOURCE)
    assert outages(mallory.session) == {}
    mend(alice)
