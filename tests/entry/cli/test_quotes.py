"""aura quote: drafted, shown, listed, approved, sent and withdrawn, with money as numbers."""

from __future__ import annotations

import json

import pytest

from core.entry.cli import main
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.sales.factories import add_prospect
from tests.operators import add_staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def aura(capsys):
    """Run a command of quotes as a person; return its exit code and its document, or what it said on stderr."""

    def run(person, verb, *arguments):
        code = main(["quote", verb, *arguments, "--as", f"{person.name.split()[-1]}@example.com", "--json"])
        output = capsys.readouterr()
        return code, json.loads(output.out) if code == 0 else output.err

    return run


@pytest.fixture
def seller(database):
    return add_staff("sales")


@pytest.fixture
def prospect(seller):
    name = f"Zia {new_id()[-8:]}"
    with enter(seller.person, seller.operator) as context:
        add_prospect(context, name=name, locations=50)
    return name


def test_a_quote_is_drafted_for_a_prospect_by_name_shown_and_listed(aura, seller, prospect):
    code, document = aura(
        seller, "new", prospect, "--package", "enterprise", "--plan", "extended", "--months", "3"
    )
    assert code == 0
    assert (document["total"], document["state"], document["locations"]) == (100000, "draft", 50)
    assert [part["amount"] for part in document["instalments"]] == [33333.33, 33333.33, 33333.34]
    number = document["quote"].partition(" ")[0]
    assert aura(seller, "show", number)[1]["id"] == document["id"]
    listing = aura(seller, "list", "--state", "draft", "--search", prospect)[1]
    assert [row["quote"] for row in listing["quotes"]] == [document["quote"]]
    assert listing["quotes"][0]["total"] == 100000


def test_a_discount_is_approved_by_a_manager_then_the_quote_is_sent_and_withdrawn(aura, seller, prospect):
    manager = add_staff("manager")
    new = ("new", prospect, "--package", "enterprise", "--discount", "12.5", "--reason", "Pilot")
    number = aura(seller, *new)[1]["quote"].replace(" ", "")
    code, refusal = aura(seller, "send", number)
    assert code != 0
    assert "needs the approval of a manager" in refusal
    assert aura(seller, "approve", number)[0] != 0
    assert aura(manager, "approve", number)[1]["needs_approval"] is False
    outcome = aura(seller, "send", number, "--no-email")[1]
    assert (outcome["state"], outcome["total"]) == ("sent", 87500)
    assert "/q/" in outcome["link"]
    withdrawn = aura(seller, "withdraw", number, "--reason", "Wrong price")[1]
    assert (withdrawn["state"], withdrawn["is_withdrawn"]) == ("expired", True)


def test_a_prospect_is_named_by_its_whole_name_and_not_by_a_part_or_its_system(aura, seller, prospect):
    for text in (prospect[:-1], "toast", "Zia", "0", ""):
        code, refusal = aura(seller, "new", text, "--package", "enterprise")
        assert code != 0
        assert "no prospect" in refusal
    assert aura(seller, "new", prospect.upper(), "--package", "enterprise")[0] == 0


def test_what_is_not_there_is_named(aura, seller, prospect):
    assert "no prospect" in aura(seller, "new", "Nobody at all", "--package", "starter")[1]
    assert "no such quote" in aura(seller, "show", "Q-99999")[1]
    assert "0 to 100" in aura(seller, "new", prospect, "--package", "enterprise", "--discount", "120")[1]
