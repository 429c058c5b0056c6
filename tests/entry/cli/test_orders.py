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
