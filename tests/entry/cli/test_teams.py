"""aura order candidates and assign, aura partner list and earnings."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from core.business.specialists.partners.actions import add_partner
from core.business.specialists.partners.rules import PartnerDetails
from core.entry.cli import main
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.engagements.team.desk import add_order, add_specialist, pay
from tests.entry.cli.test_orders import handle_of
from tests.operators import add_staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def options(tenants) -> list[str]:
    return ["--tenant", tenants["bella"], "--as", handle_of("manager")]


def documents(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


def test_candidates_are_listed_with_reasons_and_assigned_by_name(capsys, tenants, options) -> None:
    add_order(tenants["bella"])
    names = [f"Mei {new_id()[-8:]}" for _ in range(2)]
    people = [add_specialist(name=name)[0] for name in names]
    stranger = add_specialist((), name=f"Tom {new_id()[-8:]}")[0]
    assert main(["order", "candidates", "OC-0007", *options, "--json"]) == 0
    document = documents(capsys)
    assert document["needs"] == ["Toast Professional"]
    rows = {row["person"]: row for row in document["candidates"]}
    assert rows[people[0]]["verdict"] == "best_fit"
    assert rows[people[0]]["is_assignable"]
    assert rows[stranger]["missing"][0] == "No certificate Toast Professional"
    assert main(["order", "assign", "oc-0007", "--lead", names[0].upper(), *options]) == 0
    assert names[0] in capsys.readouterr().out
    assert main(["order", "assign", "OC-0007", "--reserve", people[1], *options, "--json"]) == 0
    roles = {row["person"]: row["role"] for row in documents(capsys)["team"]}
    assert roles == {people[0]: "lead", people[1]: "reserve"}
    assert main(["order", "assign", "OC-0007", "--take-over", *options, "--json"]) == 0
    assert [row["person"] for row in documents(capsys)["team"]] == [people[1]]


def test_refusals_are_words(capsys, tenants, options) -> None:
    add_order(tenants["bella"])
    stranger = add_specialist((), name="Tom Becker")[0]
    for arguments, words in (
        (["OC-0007", "--lead", stranger], "No certificate Toast Professional"),
        (["OC-0007", "--lead", "Nobody Here"], "is no specialist"),
        (["OC-9999", "--lead", stranger], "no order 'OC-9999'"),
    ):
        assert main(["order", "assign", *arguments, *options]) != 0
        assert words in capsys.readouterr().err


def test_partners_are_listed_with_what_they_earned(capsys, tenants, options) -> None:
    name = f"DataHop {new_id()[-8:]}"
    manager = add_staff("manager")
    with enter(manager.person, manager.operator) as context:
        partner_id = add_partner(context, PartnerDetails(name, "ZW", Decimal(25), Decimal(20)))
    person, _ = add_specialist(role="partner", partner_id=partner_id)
    order = add_order(tenants["bella"])
    assert main(["order", "assign", "OC-0007", "--lead", person, *options]) == 0
    pay(tenants["bella"], order, "99.99", clock.now().date())
    capsys.readouterr()
    assert main(["partner", "list", *options[2:], "--json"]) == 0
    [row] = [row for row in documents(capsys)["partners"] if row["name"] == name]
    assert (row["share_percent"], row["referral_percent"], len(row["people"])) == (25, 20, 1)
    assert main(["partner", "earnings", name, *options[2:], "--json"]) == 0
    [row] = documents(capsys)["partners"]
    assert row["statements"][0]["earned"] == 25
    assert main(["partner", "earnings", name, *options[2:]]) == 0
    assert f"{name}: $25.00 of $99.99 paid." in capsys.readouterr().out
    assert main(["partner", "earnings", name, "--until", "2020-01-01", *options[2:]]) == 0
    assert "Nothing was earned" in capsys.readouterr().out
    assert main(["partner", "earnings", "Nobody", *options[2:]]) != 0
