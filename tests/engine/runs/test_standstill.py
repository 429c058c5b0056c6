"""Why a run does not go on is said by whoever looks at it, and not by a worker, which may be what is missing."""

from __future__ import annotations

from datetime import timedelta

import psutil
import pytest
from sqlalchemy import insert, text, update

from core.db.base import app_engine
from core.engine.progress.views import journey
from core.engine.runs import views
from core.engine.runs.states import add_event
from core.engine.runs.tables import Run, WorkerBeat
from core.engine.runs.worker import heartbeat
from core.engine.validation import views as validations
from core.entry.cli import main
from core.kit import clock
from core.kit.ids import new_id
from tests.engine.runs.conftest import add_run


@pytest.fixture(autouse=True)
def no_worker(database):
    """No worker, before and after."""
    with app_engine().begin() as connection:
        connection.execute(text("delete from worker_beat"))
    yield
    with app_engine().begin() as connection:
        connection.execute(text("delete from worker_beat"))


def beat(**columns_changed):
    """Add a worker's heartbeat of this moment; the worker is this process."""
    process = psutil.Process()
    columns = {
        "executor_id": new_id(),
        "host": heartbeat.host(),
        "process": process.pid,
        "process_started": process.create_time(),
        "started_at": text("clock_timestamp()"),
        "beat_at": text("clock_timestamp()"),
    }
    with app_engine().begin() as connection:
        connection.execute(insert(WorkerBeat).values(columns | columns_changed))


def standstill(context, state):
    run = add_run(context, state=state)
    context.session.commit()
    return views.run(context, run).standstill


@pytest.mark.parametrize("state", ["queued", "running", "verifying", "rolling_back"])
def test_a_run_under_way_says_that_no_worker_is_online_and_what_to_do(alice, state):
    message = standstill(alice, state)
    assert message.startswith("No worker is online")
    assert "aura worker" in message


@pytest.mark.parametrize("state", ["paused", "completed", "failed", "awaiting_approval", "rolled_back"])
def test_a_run_that_nobody_needs_to_carry_out_misses_no_worker(alice, state):
    assert standstill(alice, state) == ""


def test_a_worker_that_was_killed_or_has_gone_silent_is_not_online(alice):
    beat(process_started=1.0)  # the process that had this number then has ended
    beat(host="elsewhere", beat_at=text("clock_timestamp() - interval '1 minute'"))
    assert standstill(alice, "running").startswith("No worker is online")


def test_with_a_worker_on_another_machine_a_run_stands_still_after_the_time_out_only(alice):
    beat(host="elsewhere")
    run = add_run(alice, state="running")
    alice.session.commit()
    assert views.run(alice, run).standstill == ""
    with clock.frozen(clock.now() + timedelta(minutes=121)):
        assert "no progress for 121 minutes" in views.run(alice, run).standstill


def test_progress_puts_the_warning_off(alice):
    beat()
    run = add_run(alice, state="running")
    add_event(alice.session, run, "progress", clock.now() + timedelta(minutes=60))
    alice.session.commit()
    with clock.frozen(clock.now() + timedelta(minutes=121)):
        assert views.run(alice, run).standstill == ""


@pytest.mark.parametrize("state", ["queued", "running", "verifying", "rolling_back"])
def test_the_journey_of_a_migration_leads_to_the_workers_while_none_is_online(alice, validated_toast, state):
    run = add_run(alice, state=state)
    validation = validations.latest(alice, validated_toast).id
    columns = {"migration_id": validated_toast, "validation_id": validation}
    alice.session.execute(update(Run).where(Run.id == run).values(columns))
    alice.session.commit()
    unattended = journey(alice, validated_toast)
    assert "No worker is online" in unattended.step("live").reason
    assert unattended.action.screen == "operations"
    beat()
    assert "No worker is online" not in journey(alice, validated_toast).step("live").reason


def test_aura_runs_says_that_no_worker_is_online(alice, capsys):
    run = add_run(alice, state="running")
    alice.session.commit()
    assert main(["runs", "--tenant", alice.tenant.id]) == 0
    assert f"Run {run}: No worker is online" in capsys.readouterr().out
