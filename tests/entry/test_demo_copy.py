"""A demo is put back from its copy: every row as it was, in one transaction, and in no tenant that is no demo."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from adapters import SOURCES
from core.db.demo_schema import NEVER_COPIED, STAYS_IN_DEMO
from core.db.migrate import all_metadata
from core.db.session import TenantSession
from core.engine.mapping.actions import Decision, decide_many, suggest_mapping
from core.engine.mapping.views import field_rows
from core.engine.sources import views as sources
from core.engine.sources.actions import add_file, create_migration, remove_file
from core.engine.validation.actions import validate
from core.entry import demo_copy
from core.entry.tenants import create_tenant
from core.kit.ids import new_id
from core.platform.access.actions import enter

TABLES = [
    table.name
    for table in all_metadata().sorted_tables
    if "tenant_id" in table.c and table.name not in STAYS_IN_DEMO | NEVER_COPIED
]


@pytest.fixture
def play(people, tenants):
    """A demo tenant, as alice leads it."""
    slug = f"copied-{new_id()}"
    create_tenant(people["alice"], slug, "Playground", is_demo=True)
    with enter(people["alice"], slug) as context:
        yield context


@pytest.fixture
def story(play, sample):
    """The id of a migration of the Toast sample in it, validated and copied."""
    migration = create_migration(play, "Toast").id
    add_file(play, migration, sample("toast"), SOURCES)
    suggest_mapping(play, migration, SOURCES)
    validate(play, migration)
    demo_copy.keep(play)
    play.session.commit()
    return migration


def _rows(context):
    """Table -> a hash of the tenant's rows in it, and how many they are."""
    hashes = {}
    for name in TABLES:
        query = f"select count(*), md5(string_agg(t::text, '|' order by t::text)) from {name} t"
        hashes[name] = tuple(context.session.execute(text(query)).one())
    context.session.rollback()
    return hashes


def test_every_row_is_put_back_and_nothing_else_is_left(play, story):
    before = _rows(play)
    assert {name for name, (count, _) in before.items() if count} >= {
        "migration",
        "source_chunk",
        "mapping_field",
    }
    rows = field_rows(play, story)
    decide_many(
        play, [Decision(row.id, row.version, None, None, "ignored") for row in rows], include_high=True
    )
    remove_file(play, sources.files(play, story)[0].id)
    create_migration(play, "Something else")
    assert _rows(play) != before
    assert demo_copy.put_back(play)
    play.session.commit()
    assert _rows(play) == before
    stream = sources.streams(play, story)[0]
    assert sources.sample(play, stream.id).height


def test_what_is_put_back_is_seen_whole_or_not_at_all(play, story, people):
    create_migration(play, "Something else")
    assert demo_copy.put_back(play)
    with enter(people["alice"], play.tenant.slug) as visitor:
        assert len(sources.migrations(visitor)) == 2
    play.session.rollback()
    assert len(sources.migrations(play)) == 2


def test_a_copy_of_another_version_is_not_put_back(play, story, monkeypatch):
    create_migration(play, "Something else")
    monkeypatch.setattr(demo_copy, "stamp", lambda: "a later version")
    assert not demo_copy.put_back(play)
    play.session.rollback()
    assert len(sources.migrations(play)) == 2
    assert not demo_copy.find_copy(play).is_current


def test_a_copy_is_of_one_demo_alone(play, story, people):
    slug = f"copied-{new_id()}"
    create_tenant(people["alice"], slug, "Other", is_demo=True)
    with enter(people["alice"], slug) as neighbour:
        assert demo_copy.find_copy(neighbour) is None
        assert not demo_copy.put_back(neighbour)
    assert demo_copy.find_copy(play).is_current


@pytest.mark.parametrize("call", ["keep_demo('x')", "put_back_demo('x')", "break_demo('ai')", "mend_demo()"])
def test_the_database_refuses_all_of_it_in_a_customer(alice, call):
    with (
        TenantSession(alice.tenant.id, alice.person) as session,
        pytest.raises(DBAPIError, match="only a demo"),
    ):
        session.execute(text(f"select {call}"))


@pytest.mark.parametrize("table", ["migration", "_stamp", "_broken"])
def test_the_program_reads_and_writes_no_copy_directly(alice, table):
    with (
        TenantSession(alice.tenant.id, alice.person) as session,
        pytest.raises(DBAPIError, match="permission"),
    ):
        session.execute(text(f"select * from demo.{table}"))
