"""A file carried chunk by chunk, in lanes, becomes what it becomes in one piece."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.plan import EntityPlan, FieldPlan
from core.engine.runs.export import export_entity
from core.engine.runs.loading.seen_records import SeenRecords
from core.engine.runs.reconciliation.views import reconciliation
from core.settings import settings
from tests.engine.imports.orders import order_lines

ENTITIES = ("location", "menu_item", "order", "order_line")


def brought(importer, text):
    """(records of each entity, what became of its rows), and the target as it was before again."""
    run = importer.import_file(text, name="lines.csv")
    records = {entity: export_entity(importer.context, entity, "csv") for entity in ENTITIES}
    proof = {one.entity: one for one in reconciliation(importer.context, run.id).entities}
    assert all(one.sum_ok and one.target_ok for one in proof.values())
    report = importer.roll_back(run.id)
    assert report.equal
    return records, proof


def assert_chunks_make_no_difference(importer, monkeypatch, rows, text):
    whole = brought(importer, text)
    small = settings().model_copy(update={"migration_batch_size": rows})
    monkeypatch.setattr("core.engine.sources.actions.settings", lambda: small)
    assert brought(importer, text) == whole


@pytest.mark.parametrize(
    ("bad", "again"),
    [((), ()), ((3, 50, 51), ()), ((), (0, 39, 40, 41, 80)), ((7,), (7, 8))],
    ids=["sound", "held rows", "rows that come again", "a held row that comes again"],
)
def test_in_chunks_a_file_becomes_what_it_becomes_whole(importer, monkeypatch, bad, again):
    text, _ = order_lines(130, bad=bad, again=again)
    assert_chunks_make_no_difference(importer, monkeypatch, 17, text)


def test_an_order_whose_lines_lie_in_several_chunks_is_one_order_however_little_is_remembered(
    importer, monkeypatch
):
    monkeypatch.setattr("core.engine.runs.loading.seen_records._MAX_SEEN", 5)
    monkeypatch.setattr("core.engine.runs.loading.seen_records._MAX_DISTINCT", 5)
    assert_chunks_make_no_difference(importer, monkeypatch, 17, order_lines(130)[0])


PLAN = EntityPlan(
    "lines", "employee", (FieldPlan("external_id", ("Id",)), FieldPlan("phone", ("Phone",))), primary=False
)
values = st.sampled_from([None, "", "a", "\x1f", "\x1f0", "\x1f1a"])
pairs = st.lists(st.tuples(values, values), max_size=6)


def rows_of(pairs, columns=("Id", "Phone")):
    frame = pl.DataFrame(pairs, schema=dict.fromkeys(("Id", "Phone"), pl.String), orient="row")
    return frame.with_row_index(ROW, offset=2).cast({ROW: pl.Int64}).select(ROW, *columns)


def records_of(rows):
    return rows.select(
        ROW, pl.col("Id").fill_null("").alias("external_id"), pl.lit(b"hash").alias("row_hash")
    )


@given(pairs, pairs)
def test_a_row_is_known_when_one_of_the_very_same_text_was_remembered(before, now):
    seen_records = SeenRecords(PLAN)
    seen_records.add(records_of(rows_of(before)), rows_of(before))
    known, others = seen_records.split(rows_of(now))
    assert [pair in before for pair in now] == rows_of(now)[ROW].is_in(known[ROW].implode()).to_list()
    assert len(known) + len(others) == len(now)


def test_a_row_with_a_column_that_was_not_there_before_is_not_known():
    seen_records = SeenRecords(PLAN)
    seen_records.add(records_of(rows_of([("a", None)])), rows_of([("a", None)], columns=["Id"]))
    known, _ = seen_records.split(rows_of([("a", "b")]))
    assert known.is_empty()


def test_what_is_a_record_of_its_own_in_every_row_is_never_known():
    by_row = EntityPlan("lines", "payment", (FieldPlan("amount", ("Paid",)),), primary=False)
    assert SeenRecords(by_row).is_unbounded()
