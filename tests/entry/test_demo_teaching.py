"""What visitors do in a demo neither spoils the next one nor reaches a customer."""

from __future__ import annotations

import pytest

from adapters import SOURCES
from core.engine.mapping.actions import Decision, decide, decide_many, suggest_mapping
from core.engine.mapping.calibration.views import by_decisions
from core.engine.mapping.memory.actions import learn_exclusions
from core.engine.mapping.memory.forget import forget_ground, learned_mappings
from core.engine.mapping.views import field_rows
from core.engine.sources.actions import add_file, create_migration
from core.entry.tenants import create_tenant
from core.errors import NotAllowedError
from core.kit.ids import new_id
from core.platform.access.actions import enter


def _toast(context, sample):
    """A migration of the Toast sample with its mapping suggested."""
    migration = create_migration(context, "Toast").id
    add_file(context, migration, sample("toast"), SOURCES)
    suggest_mapping(context, migration, SOURCES)
    return migration


def _suggestions(context, migration):
    return {
        (field_row.stream, field_row.source_field, field_row.slot): (field_row.target, field_row.confidence)
        for field_row in field_rows(context, migration)
    }


@pytest.fixture
def playground(people, tenants):
    """A demo customer of its own, and people who show it."""
    slug = f"play-{new_id()}"
    create_tenant(people["alice"], slug, "Playground", is_demo=True)
    with enter(people["alice"], slug) as context:
        yield context


def test_excluding_everything_in_bulk_leaves_the_next_suggestions_as_they_were(playground, sample):
    """Once one such click made 31 suggestions of 67, for every customer."""
    first = _toast(playground, sample)
    untaught = _suggestions(playground, first)
    assert len({lesson[:2] for lesson in untaught}) == 79
    assert sum((confidence or 0) > 0.90 for _, confidence in untaught.values()) == 70
    rows = field_rows(playground, first)
    decide_many(
        playground, [Decision(row.id, row.version, None, None, "ignored") for row in rows], include_high=True
    )
    learn_exclusions(playground, first)
    playground.session.commit()
    assert _suggestions(playground, _toast(playground, sample)) == untaught
    assert by_decisions(playground).total == 0
    assert learned_mappings(playground) == []


def test_what_a_demo_teaches_reaches_no_customer(playground, mallory, sample):
    first = _toast(playground, sample)
    row = next(
        field_row for field_row in field_rows(playground, first) if field_row.source_field == "description"
    )
    decide(playground, row.id, version=0, target="menu_item.kitchen_name")
    assert learned_mappings(playground)
    assert not mallory.tenant.is_demo
    assert learned_mappings(mallory) == []
    assert by_decisions(mallory).total == 0


def test_the_ground_of_customers_is_not_forgotten_like_a_demo_s(alice):
    with pytest.raises(NotAllowedError):
        forget_ground(alice)
