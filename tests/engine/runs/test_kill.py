"""Workers are killed in the middle of a real import; what comes out must be what an unbroken run makes of it."""

from __future__ import annotations

import os
import random
import signal
import sys
import time

import psutil
import pytest
from sqlalchemy import func, select

from adapters import SOURCES
from core.db.target import target_table
from core.engine.mapping.actions import suggest_mapping
from core.engine.runs import actions
from core.engine.runs.tables import RowFate, Run, RunChunk
from core.engine.sources import actions as sources
from core.engine.validation.actions import validate
from core.schema import target_schema
from core.settings import settings
from mock_data.toast.order_lines import write_order_lines

ROWS = 100_000
CHUNK = 5_000
KILLS = 20
AT_WORK = ("queued", "running", "verifying")


@pytest.fixture(scope="module")
def order_lines(tmp_path_factory):
    path = tmp_path_factory.mktemp("kill") / "ItemSelectionDetails.csv"
    return path, write_order_lines(path, ROWS, seed=7)


@pytest.fixture
def validated(order_lines, monkeypatch):
    """validated(context) -> id of a migration of the order lines that can be started, in small chunks."""
    small = settings().model_copy(update={"migration_batch_size": CHUNK})
    monkeypatch.setattr(sources, "settings", lambda: small)

    def make(context):
        migration = sources.create_migration(context, "Order lines")
        sources.add_file(context, migration.id, order_lines[0], SOURCES)
        suggest_mapping(context, migration.id, SOURCES)
        validate(context, migration.id)
        return migration.id

    return make


def outcome(context, run_id):
    """Count records and money of every target table, and rows per fate: equal for equal imports."""
    totals = {}
    for entity in target_schema().domain("restaurant"):
        table = target_table(entity)
        money = [column for column in table.columns if column.type.python_type.__name__ == "Decimal"]
        query = select(
            func.count(), func.count(table.c.external_id.distinct()), *(func.sum(column) for column in money)
        ).select_from(table)
        totals[entity] = tuple(context.session.execute(query).one())
    fates = (
        select(RowFate.entity, RowFate.fate, func.sum(RowFate.rows))
        .where(RowFate.run_id == run_id)
        .group_by(RowFate.entity, RowFate.fate)
        .order_by(RowFate.entity, RowFate.fate)
    )
    totals["fates"] = tuple(map(tuple, context.session.execute(fates)))
    totals["chunks"] = context.session.scalar(
        select(func.count()).select_from(RunChunk).where(RunChunk.run_id == run_id)
    )
    context.session.rollback()
    return totals


def kill(process):
    os.kill(process, signal.SIGKILL)
    while psutil.pid_exists(process):
        time.sleep(0.005)


@pytest.mark.slow
def test_a_run_whose_workers_are_killed_ends_like_one_that_was_left_alone(
    fork, validated, order_lines, alice, mallory, probe
):
    worker = fork()
    unbroken = probe(mallory, actions.start(mallory, validated(mallory), "import").id)
    end(unbroken)
    expected = outcome(mallory, unbroken.id)
    assert expected["order_line"][:2] == (ROWS, ROWS)
    assert order_lines[1].net in expected["order_line"]
    kill(worker)

    chance, lives = random.Random(11), []
    migration = validated(alice)
    run = probe(alice, actions.start(alice, migration, "import").id)
    while len(lives) < KILLS:
        before, born = run.chunks, time.monotonic()
        worker = fork()
        run.has_loaded(before + chance.randint(0, 4))
        time.sleep(chance.uniform(0.0, 0.15))
        kill(worker)
        if run.state in AT_WORK:
            lives.append((round(time.monotonic() - born, 1), run.chunks - before))
        else:
            run = again(fork, alice, migration, run, expected)
    sys.stdout.write(f"lives (seconds, chunks committed): {lives}\n")
    fork()
    end(run)
    assert outcome(alice, run.id) == expected


def end(run):
    run.reaches("completed", "awaiting_approval", "failed", seconds=120)
    assert run.look(Run.error) is None


def again(fork, context, migration, run, expected):
    """Hold a run that ended to what is expected, roll it back, and begin another one."""
    assert run.look(Run.error) is None
    assert outcome(context, run.id) == expected
    worker = fork()
    actions.rollback(context, run.id)
    run.reaches("rolled_back", seconds=60)
    kill(worker)
    return type(run)(context, actions.start(context, migration, "import").id)
