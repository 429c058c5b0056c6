"""Import, dry run, rollback and export on the command line, with a worker that works."""

import json
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from core.engine.runs.worker import heartbeat
from core.entry import tenants
from core.entry.cli import main
from core.kit.ids import new_id

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

MOCK = Path(__file__).resolve().parents[3] / "mock_data"
TOAST = str(MOCK / "toast" / "toast_sample.json")
EXPECTED_FINDINGS = {
    "square/square_sample.json": ["order_lines_differ"],
    "toast/ItemSelectionDetails.csv": [],  # one of its lines is void
    "square/ItemLibrary_sample.xlsx": [],
}
"""File -> what its own arithmetic does not explain."""


@pytest.fixture(scope="module", autouse=True)
def no_worker_stays(people):
    before = {worker.process for worker in heartbeat.workers()}
    yield
    for worker in heartbeat.workers():
        if worker.process not in before:
            with suppress(ProcessLookupError):
                os.kill(worker.process, signal.SIGTERM)


@pytest.fixture
def tenant(people):
    slug = f"road-{new_id()}"
    tenants.create_tenant(people["alice"], slug, "The road")
    return slug


@pytest.fixture
def run_json(capsys):
    def run(*arguments):
        code = main([*arguments, "--json"])
        output = capsys.readouterr()
        assert code == 0, output.err
        return json.loads(output.out)

    return run


def test_what_was_imported_once_changes_nothing_again_and_can_be_taken_back(run_json, tenant):
    would = run_json("dry-run", TOAST, "--tenant", tenant)["would"]
    assert would["menu_item"] == {"new": 4, "changed": 0, "same": 0, "held": 0}
    assert run_json("export", "--tenant", tenant, "--entity", "menu_item", "--format", "json") == []

    first = run_json("import", TOAST, "--tenant", tenant)
    assert first["state"] == "completed"
    assert first["settled"]
    assert first["totals"]["read"] == first["totals"]["migrated"] + first["totals"]["merged"]
    assert first["rows_per_second"] > 0
    assert any(finding["code"] == "payment_differs" for finding in first["findings"])

    again = run_json("import", TOAST, "--tenant", tenant)
    assert again["totals"]["changed"] == 0
    assert again["totals"]["merged"] == again["totals"]["read"]

    items = run_json("export", "--tenant", tenant, "--entity", "menu_item", "--format", "json")
    assert len(items) == 4
    assert all(item["price"] is None or isinstance(item["price"], str) for item in items)

    back = run_json("rollback", first["run"])
    assert back["equal"]
    assert back["kept"] == []
    assert run_json("export", "--tenant", tenant, "--entity", "menu_item", "--format", "json") == []
    assert {run["state"] for run in run_json("runs", "--tenant", tenant)} == {"completed", "rolled_back"}


OPEN = {"square/ItemLibrary_sample.xlsx": ["1 row not mapped: nobody decided"]}
"""What is open in an export of which the sure suggestions were accepted: a sheet that nobody decided about."""


@pytest.mark.parametrize("file", EXPECTED_FINDINGS)
def test_every_kind_of_export_balances_and_changes_nothing_when_it_comes_again(run_json, tenant, file):
    first = run_json("import", str(MOCK / file), "--tenant", tenant)
    open_points = OPEN.get(file, [])
    state = "awaiting_approval" if open_points else "completed"
    assert (first["state"], first["settled"], first["differences"]) == (state, not open_points, [])
    assert set(open_points) <= set(first["open"])
    assert [finding["code"] for finding in first["reconciliation"]["findings"]] == EXPECTED_FINDINGS[file]
    again = run_json("import", str(MOCK / file), "--tenant", tenant)
    assert (again["state"], again["totals"]["changed"]) == (state, 0)
    assert run_json("rollback", first["run"])["equal"]


def test_a_run_that_fits_several_or_none_is_refused(tenant, capsys):
    assert main(["pause", "ffffffff"]) == 1
    assert "aura runs" in capsys.readouterr().err


def test_an_export_goes_to_the_file_it_is_given(run_json, tenant, tmp_path):
    out = tmp_path / "items.xlsx"
    answer = run_json(
        "export", "--tenant", tenant, "--entity", "menu_item", "--format", "xlsx", "--out", str(out)
    )
    assert answer["bytes"] == out.stat().st_size > 0
