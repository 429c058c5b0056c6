"""aura order: what a customer ordered, and its approval."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from core.business.sales.acceptance.actions import Acceptance, accept
from core.db.session import TenantSession
from core.entry.cli import main
from core.platform.access.tables import Person
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import add_staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def ordered() -> Acceptance:
    return accept(send_offer(payment_plan="extended", months=3).token, "Ana Ng")


def handle_of(role: str) -> str:
    person = add_staff(role).person
    with TenantSession("", person, system=True) as session:
        return session.scalars(select(Person.handle).where(Person.id == person)).one()


def test_a_manager_shows_and_approves_an_order(capsys, ordered) -> None:
    options = ("--tenant", ordered.customer_id, "--as", handle_of("manager"))
    assert main(["order", "show", *options, "--json"]) == 0
    [document] = json.loads(capsys.readouterr().out)["orders"]
    assert (document["number"], document["state"], document["total"]) == (
        ordered.order_number,
        "pending",
        2000,
    )
    assert [part["amount"] for part in document["instalments"]] == [666.66, 666.66, 666.68]
    assert document["ordered_by"] == "Ana Ng"
    assert main(["order", "approve", ordered.order_number, *options, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "approved"
    assert main(["order", "show", ordered.order_number, *options]) == 0
    assert "approved, $2,000.00" in capsys.readouterr().out
    assert main(["order", "approve", ordered.order_number, *options]) != 0
    assert "approved already" in capsys.readouterr().err


def test_who_sells_elsewhere_finds_no_such_customer(capsys, ordered) -> None:
    assert main(["order", "show", "--tenant", ordered.customer_id, "--as", handle_of("sales")]) != 0
    assert ordered.order_number not in capsys.readouterr().out


@pytest.fixture
def manager(ordered: Acceptance) -> tuple[str, ...]:
    """The options of a manager at the customer."""
    return (ordered.order_number, "--tenant", ordered.customer_id, "--as", handle_of("manager"))


def answer_of(capsys, *arguments: str) -> dict:
    assert main(["order", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_document_is_uploaded_downloaded_and_removed(capsys, manager, tmp_path) -> None:
    path = tmp_path / "pupils.csv"
    path.write_bytes(b"Name,Form\nTariro,4B\n")
    upload = ("documents", *manager, "--upload", str(path), "--kind", "data_export")
    [document] = answer_of(capsys, *upload)["documents"]
    assert (document["name"], document["kind"], document["is_shared"]) == ("pupils.csv", "data_export", True)
    out = tmp_path / "back.csv"
    answer_of(capsys, "documents", *manager, "--download", document["id"], "--out", str(out))
    assert out.read_bytes() == path.read_bytes()
    assert main(["order", "documents", *manager, "--download", document["id"], "--out", str(out)]) != 0
    assert "exists" in capsys.readouterr().err
    remove = ("documents", *manager, "--remove", document["id"], "--reason", "A mistake")
    [document] = answer_of(capsys, *remove)["documents"]
    assert document["removal_reason"] == "A mistake"
    assert main(["order", "documents", *manager]) == 0
    assert "removed: A mistake" in capsys.readouterr().out
    assert main(["order", "documents", *manager, "--upload", str(tmp_path / "none.csv")]) != 0
    assert "cannot be read" in capsys.readouterr().err


def test_the_log_is_written_corrected_and_searched(capsys, manager) -> None:
    add = ("--add", "Asked for a day", "--via", "phone", "--direction", "in", "--with", "Rosa Moyo")
    [entry] = answer_of(capsys, "log", *manager, *add)["entries"]
    assert (entry["partner"], entry["channel"]) == ("Rosa Moyo", "phone")
    right = ("--correct", entry["id"], "--add", "Asked for a week", "--via", "phone", "--with", "Rosa Moyo")
    assert len(answer_of(capsys, "log", *manager, *right)["entries"]) == 2
    assert answer_of(capsys, "log", *manager, "--channel", "sms")["entries"] == []
    assert answer_of(capsys, "log", *manager, "--until", "2020-01-01")["entries"] == []
    assert main(["order", "log", *manager]) == 0
    assert "corrected later" in capsys.readouterr().out
    assert main(["order", "log", *manager, "--correct", entry["id"]]) != 0
    assert "--add TEXT" in capsys.readouterr().err


def test_a_problem_is_escalated_handed_over_and_resolved(capsys, manager) -> None:
    [case] = answer_of(capsys, "escalate", *manager, "--reason", "Rows are missing")["escalations"]
    first = case["levels"][0]["id"]
    answer_of(capsys, "escalate", *manager, "--take", first)
    [case] = answer_of(capsys, "escalate", *manager, "--hand-over", first, "--reason", "A defect")[
        "escalations"
    ]
    assert [level["level"] for level in case["levels"]] == [1, 2]
    assert case["timer"].startswith("Response due in")
    resolve = ("--resolve", case["levels"][1]["id"], "--reason", "Mended")
    [case] = answer_of(capsys, "escalate", *manager, *resolve)["escalations"]
    assert not case["is_open"]
    assert main(["order", "escalate", *manager]) == 0
    assert "Resolved: Mended" in capsys.readouterr().out


def test_papers_of_an_order_that_is_not_there_are_not_found(capsys, manager) -> None:
    for verb in ("documents", "log", "escalate"):
        assert main(["order", verb, "OC-9999", *manager[1:]]) != 0
        assert "no order" in capsys.readouterr().err
