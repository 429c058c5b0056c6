"""Files come in whole, once, under the name people know, and go without taking decisions with them."""

from __future__ import annotations

import io
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import polars as pl
import pyarrow as pa
import pytest
from sqlalchemy import text

from adapters import SOURCES
from core.db.keys import tenant_key
from core.engine.batch import ROW
from core.engine.sources import actions, store, tabular, views
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit import crypto
from core.platform.access.actions import enter

GUESTS = "Guest Name;E-mail;Points\nAda King;ada@example.com;12\nBen Ode;ben@example.com;7\n"


@pytest.fixture
def guests(tmp_path):
    path = tmp_path / "guests.csv"
    path.write_text(GUESTS, encoding="utf-8")
    return path


def rows_of(context, stream) -> pl.DataFrame:
    heads = store.list_chunks(context, stream.id)
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


def test_of_the_same_bytes_added_at_once_one_file_comes_in(alice, tenants, people, guests):
    migration = actions.create_migration(alice, "Spring").id
    barrier = Barrier(3, timeout=30)

    def add(name):
        with enter(people["alice"], tenants["bella"]) as context:
            barrier.wait()
            try:
                return actions.add_file(context, migration, guests, SOURCES, name=name).id
            except ConflictError as error:
                return error.facts["file_id"]

    with ThreadPoolExecutor(3) as pool:
        ids = list(pool.map(add, ["a.csv", "b.csv", "c.csv"]))
    alice.session.rollback()
    assert [file.id for file in views.files(alice, migration)] == list(set(ids))


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
    assert store.list_chunks(alice, stream.id) == []
    assert migration.source == ""


def test_who_may_not_see_personal_values_sees_them_masked(alice, sam, guests):
    migration = actions.create_migration(alice, "Spring")
    actions.add_file(alice, migration.id, guests, SOURCES)
    (stream,) = views.streams(alice, migration.id)
    assert views.sample(alice, stream.id)["E-mail"][0] == "ada@example.com"
    sample = views.sample(sam, stream.id)
    assert sample["E-mail"].to_list() == ["a***@***.com", "b***@***.com"]
    assert sample["Guest Name"].to_list() == ["A***", "B***"]
    assert sample["Points"].to_list() == ["12", "7"]


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


def test_a_row_that_cannot_be_read_late_in_a_file_leaves_nothing_behind_and_the_console_working(
    alice, guests, tmp_path, monkeypatch
):
    monkeypatch.setattr(tabular, "BLOCK", 4096)
    late = tmp_path / "late.csv"
    late.write_bytes(b"Guest Name,E-mail\n" + b"Ada,ada@example.com\n" * 100_000 + b"Ben,\0\n")
    migration = actions.create_migration(alice, "Spring")
    with pytest.raises(InvalidInputError) as refused:
        actions.add_file(alice, migration.id, late, SOURCES)
    assert refused.value.facts["row"] == 100_002
    assert views.files(alice, migration.id) == []
    assert actions.add_file(alice, migration.id, guests, SOURCES).name == "guests.csv"


def test_a_chunk_that_cannot_be_packed_leaves_nothing_behind_and_the_console_working(
    alice, guests, monkeypatch
):
    migration = actions.create_migration(alice, "Spring")
    with monkeypatch.context() as patched:
        patched.setattr(store.crypto, "encrypt", _refuse_chunks(store.crypto.encrypt))
        with pytest.raises(OSError, match="no memory"):
            actions.add_file(alice, migration.id, guests, SOURCES)
    assert views.files(alice, migration.id) == []
    assert actions.add_file(alice, migration.id, guests, SOURCES).name == "guests.csv"


def _refuse_chunks(seal):
    def refuse(key, data, associated_data):
        if "source_chunk" in associated_data:
            raise OSError("no memory")
        return seal(key, data, associated_data)

    return refuse


def test_a_chunk_gives_the_columns_asked_for_in_the_order_asked_for(alice, guests):
    migration = actions.create_migration(alice, "Spring")
    actions.add_file(alice, migration.id, guests, SOURCES)
    (stream,) = views.streams(alice, migration.id)
    picked = store.read_chunk(alice, stream.id, 0, ["Points", ROW])
    assert picked.columns == ["Points", ROW]
    assert picked.rows() == [("12", 2), ("7", 3)]


def test_what_was_kept_with_the_compression_of_before_still_opens(alice, guests):
    migration = actions.create_migration(alice, "Spring")
    file = actions.add_file(alice, migration.id, guests, SOURCES)
    (stream,) = views.streams(alice, migration.id)
    key, tenant, raw = tenant_key(alice.session), alice.tenant.id, guests.read_bytes()
    part = len(raw).to_bytes(8, "big") + pa.compress(raw, codec="lz4", asbytes=True)
    packed = io.BytesIO()
    rows = rows_of(alice, stream)
    rows.write_ipc_stream(packed, compression="lz4")
    for table, data, associated_data in (
        ("source_file_part", part, f"{tenant}|source_file_part|{file.id}|0"),
        ("source_chunk", packed.getvalue(), f"{tenant}|source_chunk|{stream.id}|0"),
    ):
        owner = "file_id" if table == "source_file_part" else "stream_id"
        alice.session.execute(
            text(f"update {table} set data = :data where {owner} = :id"),
            {
                "data": crypto.encrypt(key, data, associated_data),
                "id": file.id if owner == "file_id" else stream.id,
            },
        )
    assert b"".join(store.read_parts(alice, file.id)) == raw
    assert rows_of(alice, stream).equals(rows)


@pytest.mark.parametrize("at_once", [1, 2, 3, 9])
def test_chunks_looked_at_together_give_the_same_rows_and_no_column_that_one_has_not(alice, guests, at_once):
    migration = actions.create_migration(alice, "Spring")
    actions.add_file(alice, migration.id, guests, SOURCES)
    (stream,) = views.streams(alice, migration.id)
    frames = [
        pl.DataFrame(
            {ROW: [2 * number, 2 * number + 1], "Points": ["1", None]}, schema_overrides={ROW: pl.Int64}
        )
        for number in range(10, 16)
    ]
    frames[2] = frames[2].with_columns(pl.lit("x").alias("Note"))
    chunks = ((stream.id, number, frame) for number, frame in enumerate(frames, start=1))
    deque(store.write_chunks(alice, migration.id, chunks), maxlen=0)
    results = list(
        store.process_chunks(alice, stream.id, range(1, 7), lambda frame: frame, chunks_per_frame=at_once)
    )
    assert pl.concat(results, how="diagonal").equals(pl.concat(frames, how="diagonal"))
    assert [frame.height for frame in results if "Note" in frame.columns] == [2]
    assert len(results) <= 6 // at_once + 3


def test_columns_with_neither_a_name_nor_a_value_are_left_out_with_a_reason(alice, tmp_path):
    path = tmp_path / "menu.csv"
    path.write_text("Item ID,Item Name,,Price,,\ni1,Soup,hot,4.50,,\ni2,Tea,,2.00,,\n", encoding="utf-8")
    migration = actions.create_migration(alice, "Spring")
    actions.add_file(alice, migration.id, path, SOURCES)
    (stream,) = views.streams(alice, migration.id)
    assert stream.columns == ["Item ID", "Item Name", "Column 3", "Price"]
    assert "2 columns without name and values left out: Column 5 and Column 6" in stream.why
