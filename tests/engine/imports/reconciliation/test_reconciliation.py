from __future__ import annotations

from random import Random

import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import func, select

from core.engine.runs.loading.run_plan import run_plan_for
from core.engine.runs.reconciliation import actions, source_totals
from core.engine.runs.reconciliation.source_totals import read_source
from core.engine.runs.reconciliation.target_totals import read_target, target_columns
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.runs.tables import RunChunk
from core.settings import settings
from tests.engine.imports.orders import order_lines

HELD = "held for correction"


def days(importer, run):
    return {
        (day.location, day.business_date, day.measure): (day.source, day.target, day.name)
        for day in reconciliation(importer.context, run.id).days
    }


def assert_both_ways_are_equal(importer, run):
    """Summed on the way, and record by record."""
    run_plan = run_plan_for(importer.context, run.id)
    tenant, person = importer.context.tenant.id, importer.context.person
    figures = []
    for is_whole in (False, True):
        files = read_source(importer.context, run_plan, identified=is_whole, fold=not is_whole)
        target = target_columns(read_target(tenant, person, run.id, every_record=is_whole), files)
        figures.append([actions._figures(side, run_plan.plan) for side in (files.all, files.loaded, target)])
    for summed, apart in zip(*figures, strict=True):
        assert_frame_equal(summed, apart)


@pytest.fixture
def chunk_by_chunk(monkeypatch):
    monkeypatch.setattr(source_totals, "_CHUNKS_PER_READ", 1)
    small = settings().model_copy(update={"migration_batch_size": 40})
    monkeypatch.setattr("core.engine.sources.actions.settings", lambda: small)


@pytest.mark.usefixtures("chunk_by_chunk")
def test_every_shop_and_day_of_a_list_of_lines_adds_up_whatever_part_a_line_stands_in(importer):
    text, sums = order_lines(300)
    run = importer.import_file(text, name="lines.csv")
    assert run.state == "completed"
    assert importer.context.session.scalar(select(func.max(RunChunk.chunk_no))) == 7
    assert {key: value for key, value in sums.items() if value} == {
        key: source for key, (source, _, _) in days(importer, run).items() if source
    }
    assert all(source == target for source, target, _ in days(importer, run).values())
    assert_both_ways_are_equal(importer, run)


@pytest.mark.usefixtures("chunk_by_chunk")
def test_a_line_that_comes_again_counts_once(importer):
    text, sums = order_lines(120, again=[0, 1, 60])
    day_sums = days(importer, importer.import_file(text, name="lines.csv"))
    assert all(day_sums[key][:2] == (value, value) for key, value in sums.items())


@pytest.mark.usefixtures("chunk_by_chunk")
def test_what_is_missing_at_a_shop_is_named_by_the_rows_held_back(importer):
    text, _ = order_lines(120, bad=[3, 50, 110])
    run = importer.import_file(text, name="lines.csv")
    assert run.state == "awaiting_approval"
    apart = {key: day for key, day in days(importer, run).items() if day[0] != day[1]}
    assert apart
    assert {name for _, _, name in apart.values()} == {HELD}
    assert {location for location, _, _ in days(importer, run)} == {"North", "South"}
    assert_both_ways_are_equal(importer, run)


def test_the_same_lines_again_stand_against_the_records_that_are_there(importer):
    text, sums = order_lines(60)
    first, again = (importer.import_file(text, name=name) for name in ("lines.csv", "again.csv"))
    assert days(importer, first) == days(importer, again)
    assert all(days(importer, again)[key][:2] == (value, value) for key, value in sums.items())


def test_an_export_that_lacks_a_column_of_the_others_adds_up_with_them(importer):
    text, sums = order_lines(60)
    later, more = order_lines(40, seed=6, mark="b")
    without_tax = "\n".join(",".join(line.split(",")[:-1]) for line in later.splitlines())
    for key, value in more.items():
        sums[key] += value if key[2] != "tax" else 0
    run = importer.import_file(text, name="lines.csv", more=[("later.csv", without_tax)])
    day_sums = days(importer, run)
    assert all(day_sums[key][:2] == (value, value) for key, value in sums.items())


@pytest.mark.usefixtures("chunk_by_chunk")
def test_lines_without_an_id_of_their_own_are_counted_one_by_one(importer):
    text, sums = order_lines(90)
    nameless = text.replace(",l7,", ",,").replace(",l55,", ",,")
    run = importer.import_file(nameless, name="lines.csv")
    day_sums = days(importer, run)
    assert all(day_sums[key][:2] == (value, value) for key, value in sums.items())
    assert_both_ways_are_equal(importer, run)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.usefixtures("chunk_by_chunk")
def test_lines_that_lack_amounts_add_up_alike_summed_and_one_by_one(importer, seed):
    header, *rows = order_lines(100, bad=[9], seed=seed)[0].splitlines()
    lacking = Random(seed)
    cells = [row.split(",") for row in rows]
    for row in cells:
        for columns in lacking.choice([(), (), (7,), (8,), (9,), (7, 9), (11, 12)]):
            row[columns] = ""
    run = importer.import_file("\n".join([header, *map(",".join, cells)]), name="lines.csv")
    assert {name for source, target, name in days(importer, run).values() if source != target} <= {HELD}
    assert_both_ways_are_equal(importer, run)


def test_a_run_whose_target_cannot_be_read_is_not_proved(importer, monkeypatch):
    def unreadable(*_, **__):
        raise ConnectionError("gone")

    monkeypatch.setattr(actions, "read_target", unreadable)
    with pytest.raises(ConnectionError, match="gone"):
        importer.import_file(order_lines(30)[0], name="lines.csv")
