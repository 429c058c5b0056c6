"""aura order: list, move, hold, resume, cancel, milestone and task, as people and programs call them."""

from __future__ import annotations

import json

import pytest

from core.context import Context
from core.entry.cli import main
from tests.business.engagements.desk import add_order, reach_all


@pytest.fixture
def order_id(alice: Context) -> str:
    return add_order(alice, "training")


def run(capsys, alice: Context, verb: str, *arguments: str, person: str = "alice") -> dict:
    """Run a command of an order with --json; return its document, or the error's."""
    options = () if verb == "list" else ("--tenant", alice.tenant.slug)
    code = main(["order", verb, *arguments, *options, "--as", person, "--json"])
    output = capsys.readouterr()
    return (
        json.loads(output.out or output.err) | {"code": code}
        if code == 0
        else {"code": code, "text": output.err}
    )


def test_an_order_is_held_resumed_and_moved_on(capsys, alice, order_id) -> None:
    held = run(capsys, alice, "hold", order_id, "--reason", "The owner is away")
    assert (held["state"], held["resumes_to"], held["reason"]) == ("on_hold", "training", "The owner is away")
    assert run(capsys, alice, "resume", order_id)["state"] == "training"
    refused = run(capsys, alice, "move", order_id)
    assert refused["code"] != 0
    assert "Milestone Training delivery must be reached first" in refused["text"]
    reached = run(capsys, alice, "milestone", order_id, "training_delivery")
    assert {row["key"]: row["status"] for row in reached["milestones"]}["training_delivery"] == "Reached"
    assert run(capsys, alice, "move", order_id)["state"] == "testing"
    reach_all(alice, order_id, ["system_testing"])
    live = run(capsys, alice, "move", order_id, "--statement", "The old system is gone")
    assert live["state"] == "go_live"
    assert live["next"] == {
        "event": "complete",
        "missing": ["Milestone Project closure must be reached first"],
    }


def test_a_cancellation_wants_a_reason(capsys, alice, order_id) -> None:
    assert "A reason is missing" in run(capsys, alice, "cancel", order_id)["text"]
    assert run(capsys, alice, "cancel", order_id, "--reason", "They closed")["state"] == "cancelled"


def test_tasks_are_added_finished_and_cancelled(capsys, alice, order_id) -> None:
    [added] = run(capsys, alice, "task", order_id, "--add", "Order a printer", "--blocks", "user_setup")[
        "tasks"
    ]
    assert (added["title"], added["blocks"], added["state"]) == ("Order a printer", "user_setup", "open")
    [done] = run(capsys, alice, "task", order_id, "--done", added["id"])["tasks"]
    assert done["status"] == "Done"
    run(capsys, alice, "task", order_id, "--add", "Call")
    call = next(row for row in run(capsys, alice, "task", order_id)["tasks"] if row["title"] == "Call")
    rows = run(capsys, alice, "task", order_id, "--cancel", call["id"], "--reason", "Done by mail")["tasks"]
    assert {row["title"]: row["status"] for row in rows} == {"Order a printer": "Done", "Call": "Cancelled"}


def test_the_list_shows_what_the_person_reaches_and_no_more(capsys, alice, order_id) -> None:
    mine = run(capsys, alice, "list", "--state", "training")["orders"]
    assert order_id in {row["id"] for row in mine}
    assert order_id not in {row["id"] for row in run(capsys, alice, "list", person="mallory")["orders"]}
    assert run(capsys, alice, "list", "--search", "no such order")["orders"] == []
    assert main(["order", "list", "--as", "alice"]) == 0
    assert "Training" in capsys.readouterr().out


def test_a_promise_is_changed_with_its_reason(capsys, alice, order_id) -> None:
    day = alice.now.date().replace(year=alice.now.year + 1)
    assert "reason" in run(capsys, alice, "milestone", order_id, "go_live", "--promise", str(day))["text"]
    rows = run(capsys, alice, "milestone", order_id, "go_live", "--promise", str(day), "--reason", "Agreed")
    assert {row["key"]: row["promised_on"] for row in rows["milestones"]}["go_live"] == str(day)
