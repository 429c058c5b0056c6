"""While the database is brought to a newer version: old workers leave, and what they were to do is done by new ones."""

import pytest
from sqlalchemy import NullPool, create_engine, text

from core.db.base import app_engine, owner_url
from core.db.migrate import newest_revision
from core.engine.runs.worker import queue
from core.engine.runs.worker.queue import VERSION
from tests.engine.runs.processes import worker_log


@pytest.fixture
def raise_revision(database):
    """Bring the database to a revision that nobody knows yet."""
    engine = create_engine(owner_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    change = text("update alembic_version set version_num = :version")
    with engine.connect() as connection:
        yield lambda: connection.execute(change, {"version": "9999"})
        connection.execute(change, {"version": newest_revision()})


def _mark_as_of(run, version):
    with app_engine().begin() as connection:
        connection.execute(
            text(
                "update dbos.workflow_status set application_version = :version where workflow_uuid like :run"
            ),
            {"version": version, "run": f"{run.id}:%"},
        )


def test_the_version_of_work_names_the_newest_revision():
    assert VERSION.endswith(f".{newest_revision()}")


@pytest.mark.parametrize("version", ["1", "1.0009", "2.0003", "nonsense"])
def test_work_that_an_earlier_version_enqueued_is_done(spawn, alice, begin, version):
    run = begin(alice, chunks=3)
    _mark_as_of(run, version)
    spawn()
    assert run.reaches("completed", "failed") == "completed"


def test_work_of_a_later_version_is_left_to_it(database, alice, begin):
    run = begin(alice, chunks=3)
    _mark_as_of(run, "2.9999")
    queue.adopt()
    versions = {
        workflow.app_version for workflow in queue.client().list_workflows(workflow_id_prefix=f"{run.id}:")
    }
    assert versions == {"2.9999"}
    queue.withdraw(run.id)


def test_an_old_worker_leaves_a_newer_database_and_a_new_one_goes_on(spawn, alice, begin, raise_revision):
    old = spawn()
    run = begin(alice, chunks=60, seconds=0.1)
    run.has_loaded(3)
    raise_revision()
    old.process.wait(timeout=30)
    assert run.state == "running"
    assert "newer than this worker" in worker_log().read_text()
    _mark_as_of(run, "1")


def test_work_under_way_of_an_old_worker_is_taken_over_by_a_new_one(spawn, alice, begin):
    old = spawn()
    run = begin(alice, chunks=30, seconds=0.1)
    run.has_loaded(3)
    _mark_as_of(run, "1")
    old.kill()
    spawn()
    assert run.reaches("completed", "failed") == "completed"
    assert run.chunks == 30
