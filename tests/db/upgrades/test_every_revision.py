"""Databases of every earlier revision, with an import that is completed and one that waits for a worker.

Each dump was written by the program as it stood at its revision: `aura import` of Toast's ItemSelectionDetails sample,
completed, then of Square's Customers sample, whose worker was killed before it took the run up. The master keys are
the tests' own and open nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL

from core.db import embedded
from core.db.base import OWNER
from core.db.cluster.library import programs
from core.db.migrate import newest_revision
from tests.commands import command_line
from tests.engine.runs.processes import until

pytestmark = [pytest.mark.timeout(180)]

DUMPS = sorted((Path(__file__).parent / "dumps").glob("*.dump"))
KEYS = dict(line.split() for line in (Path(__file__).parent / "master_keys.txt").read_text().splitlines())


class Installation:
    """An installation of today on a database that an earlier one left."""

    def __init__(self, database: URL, folder: Path, key: str) -> None:
        address = database.set(drivername="postgresql", username=OWNER)
        self.database = database
        self.environment = os.environ | {
            "DATABASE_URL": address.render_as_string(hide_password=False),
            "APP_MASTER_KEYS": key,
            "APP_DATA_DIR": str(folder),
        }

    def aura(self, *arguments: str) -> Any:
        command = command_line(*arguments, "--json")
        answer = subprocess.run(
            command, check=False, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    def runs(self) -> list[tuple[str, str]]:
        """(run id, state), the oldest first."""
        address = self.database.render_as_string(hide_password=False)
        with psycopg.connect(address) as connection:
            return connection.execute("select id::text, state from run order by created_at").fetchall()

    def members(self) -> list[tuple[str, str, str]]:
        """(tenant, person's handle, role) of every membership."""
        address = self.database.render_as_string(hide_password=False)
        query = """select t.slug, p.handle, m.role from membership m join tenant t on t.id = m.tenant_id
            join person p on p.id = m.person_id order by 1, 2"""
        with psycopg.connect(address) as connection:
            return connection.execute(query).fetchall()

    @contextmanager
    def worker(self) -> Iterator[None]:
        command = [sys.executable, "-m", "core.entry.worker"]
        with subprocess.Popen(command, env=self.environment) as process:
            try:
                yield
            finally:
                process.terminate()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take the oldest and the newest dump, or with --all-revisions each."""
    if "dump" in metafunc.fixturenames:
        dumps = DUMPS if metafunc.config.getoption("all_revisions") else [DUMPS[0], DUMPS[-1]]
        metafunc.parametrize("dump", dumps, ids=[path.stem for path in dumps])


@pytest.fixture
def installation(dump: Path, people: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    """Today's program, not started yet, on the database of the dump."""
    name = f"aura_{dump.stem}"
    server = embedded.server_url().set(drivername="postgresql")
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"create database {name} owner {OWNER}")
    address = server.set(database=name).render_as_string(hide_password=False)
    restore = [str(programs() / "pg_restore"), "--exit-on-error", "-d", address, str(dump)]
    subprocess.run(restore, check=True, timeout=60)
    yield Installation(server.set(database=name), tmp_path / "data", KEYS[dump.stem])
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def test_there_is_a_dump_of_every_earlier_revision():
    earlier = range(1, int(newest_revision()))
    assert [path.stem for path in DUMPS] == [f"{number:04}" for number in earlier]


def test_an_earlier_database_is_upgraded_its_waiting_run_done_and_its_old_run_rolled_back(
    installation: Installation,
) -> None:
    assert [state for _, state in installation.runs()] == ["completed", "queued"]
    (old, _), (pending_run, _) = installation.runs()
    members = installation.members()
    assert members
    with installation.worker():
        # Before 0014 a row of it is held, and the run waits for approval.
        until(lambda: dict(installation.runs())[pending_run] in {"awaiting_approval", "completed"})
        answer = installation.aura("rollback", old, "--tenant", "old")
    assert (answer["state"], answer["equal"]) == ("rolled_back", True), answer
    assert answer["undone"]["order_line"] == 4
    assert installation.members() == members
    assert installation.aura("audit", "verify", "--tenant", "old")
