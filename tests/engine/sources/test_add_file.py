"""Files come in whole, once, under the name people know, and go without taking decisions with them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from adapters import SOURCES
from core.engine.batch import ROW
from core.engine.sources import actions, store, views
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError

GUESTS = "Guest Name;E-mail;Points\nAda King;ada@example.com;12\nBen Ode;ben@example.com;7\n"


@pytest.fixture
def guests(tmp_path):
    path = tmp_path / "guests.csv"
    path.write_text(GUESTS, encoding="utf-8")
    return path


def rows_of(context, stream) -> pl.DataFrame:
    heads = store.chunk_heads(context, stream.id)
    return pl.concat(store.read_chunk(context, stream.id, head.chunk_no) for head in heads)


def test_a_file_is_kept_untouched_beside_its_rows(alice, guests):
    migration = actions.create_migration(alice, "Spring")
    file = actions.add_file(alice, migration.id, guests, SOURCES)
    (stream,) = views.streams(alice, migration.id)
    assert b"".join(store.read_parts(alice, file.id)) == guests.read_bytes()
    assert stream.rows == 2
    assert rows_of(alice, stream)[ROW].to_list() == [2, 3]
    assert rows_of(alice, stream)["E-mail"].to_list() == ["ada@example.com", "ben@example.com"]


def test_the_first_file_begins_the_analysis_and_names_the_source(alice, sample):
    migration = actions.create_migration(alice, "Bella")
    assert (migration.phase, migration.source) == ("setup", "")
    actions.add_file(alice, migration.id, sample("toast"), SOURCES)
    assert (migration.phase, migration.source) == ("analysis", "toast")


def test_the_same_bytes_are_refused_in_one_migration_and_taken_in_another(alice, guests):
    first, second = (actions.create_migration(alice, name) for name in ("One", "Two"))
    added = actions.add_file(alice, first.id, guests, SOURCES)
    with pytest.raises(ConflictError) as refused:
        actions.add_file(alice, first.id, guests, SOURCES, name="again.csv")
    assert refused.value.facts["file_id"] == added.id
    assert actions.add_file(alice, second.id, guests, SOURCES).sha256 == added.sha256


def test_a_file_that_cannot_be_read_leaves_nothing_behind(alice, tmp_path):
    broken = tmp_path / "export.csv"
    broken.write_bytes(b"\x00\x01\x02\x03" * 100)
    migration = actions.create_migration(alice, "Spring")
    with pytest.raises(InvalidInputError):
        actions.add_file(alice, migration.id, broken, SOURCES)
    assert views.files(alice, migration.id) == []


def test_a_file_read_again_with_other_options_has_other_columns(alice, guests):
    migration = actions.create_migration(alice, "Spring")
    file = actions.add_file(alice, migration.id, guests, SOURCES)
    options = replace(actions.reader_options(file), delimiter="|")
    actions.reread_file(alice, file.id, options, SOURCES)
    (stream,) = views.streams(alice, migration.id)
    assert stream.columns == ["Guest Name;E-mail;Points"]


def test_a_removed_file_takes_its_streams_and_rows_with_it(alice, guests):
    migration = actions.create_migration(alice, "Spring")
    file = actions.add_file(alice, migration.id, guests, SOURCES)
    (stream,) = views.streams(alice, migration.id)
    actions.remove_file(alice, file.id)
    assert views.streams(alice, migration.id) == []
    assert store.chunk_heads(alice, stream.id) == []
    assert migration.source == ""


def test_who_may_not_see_personal_values_sees_them_masked(alice, sam, guests):
    migration = actions.create_migration(alice, "Spring")
    actions.add_file(alice, migration.id, guests, SOURCES)
    (stream,) = views.streams(alice, migration.id)
    assert views.sample(alice, stream.id)["E-mail"][0] == "ada@example.com"
    shown = views.sample(sam, stream.id)
    assert shown["E-mail"].to_list() == ["a***@***.com", "b***@***.com"]
    assert shown["Guest Name"].to_list() == ["A***", "B***"]
    assert shown["Points"].to_list() == ["12", "7"]


def test_another_tenant_finds_nothing(alice, mallory, guests):
    migration = actions.create_migration(alice, "Spring")
    file = actions.add_file(alice, migration.id, guests, SOURCES)
    assert views.migrations(mallory) == []
    for look in (
        lambda: views.migration(mallory, migration.id),
        lambda: actions.remove_file(mallory, file.id),
    ):
        with pytest.raises(NotFoundError):
            look()


def test_a_migration_needs_a_name_and_the_permission(alice, join):
    with pytest.raises(InvalidInputError):
        actions.create_migration(alice, "  ")
    reader = replace(alice, permissions=frozenset({"migration.read"}))
    with pytest.raises(NotAllowedError):
        actions.create_migration(reader, "Spring")
