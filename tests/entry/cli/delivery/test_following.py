"""aura order feedback and migration, aura payment link: for people and machines, with refusals in words."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from core.business.engagements.feedback.actions import answer_feedback
from core.business.engagements.feedback.asking import ask_at_milestone
from core.business.engagements.feedback.views import open_questions
from core.business.engagements.tasks.migrations import order_migration
from core.context import Context
from core.entry.cli import main
from core.entry.paynow_emulator.app import PayNowEmulator
from core.entry.paynow_emulator.state import Merchant
from core.entry.web.loopback import serving
from core.settings import settings
from tests.business.engagements.desk import add_imports, add_order
from tests.business.engagements.papers import as_contact
from tests.staff import add_contact


def run(capsys: pytest.CaptureFixture[str], alice: Context, *words: str) -> dict:
    """Run a command with --json; return its document, which must not be refused."""
    assert main([*words, "--tenant", alice.tenant.slug, "--as", "alice", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys: pytest.CaptureFixture[str], alice: Context, *words: str) -> str:
    assert main([*words, "--tenant", alice.tenant.slug, "--as", "alice"]) == 1
    return capsys.readouterr().err


def test_feedback_is_listed_with_scores_and_comments(capsys, alice) -> None:
    order_id = add_order(alice, "training")
    assert run(capsys, alice, "order", "feedback", order_id)["feedback"] == []
    ask_at_milestone(alice, order_id, "kickoff")
    alice.session.commit()
    with as_contact(alice.tenant.id, add_contact(alice.tenant.id)) as contact:
        [question] = open_questions(contact)
        answer_feedback(contact, question.id, question.highest, "Went *well*")
    [row] = run(capsys, alice, "order", "feedback", order_id)["feedback"]
    assert (row["milestone"], row["score"], row["comment"]) == ("kickoff", question.highest, "Went *well*")
    assert main(["order", "feedback", order_id, "--tenant", alice.tenant.slug, "--as", "alice"]) == 0
    assert f"{question.highest} of {question.highest}" in capsys.readouterr().out
    assert "There is no order 'OC-9'" in refusal(capsys, alice, "order", "feedback", "OC-9")


def test_an_order_is_told_its_migration_by_name(capsys, alice) -> None:
    first, second = add_order(alice, "training"), add_order(alice, "training")
    menu = add_imports(alice, [], "Menu")
    document = run(capsys, alice, "order", "migration", first)
    assert (document["migration"], document["is_unclear"]) == (None, True)
    assert document["migrations"] == {menu: "Menu"}
    assert run(capsys, alice, "order", "migration", first, "--name", "Menu")["migration"] == menu
    assert "is that of OC-" in refusal(capsys, alice, "order", "migration", second, "--name", "Menu")
    assert "no migration 'Nothing'" in refusal(
        capsys, alice, "order", "migration", first, "--name", "Nothing"
    )
    assert run(capsys, alice, "order", "migration", first, "--none")["migration"] is None
    alice.session.rollback()
    assert order_migration(alice, first).migration_id is None


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with serving(PayNowEmulator(Merchant("1201", "a key", is_silent=True)).app()) as address:
        monkeypatch.setenv("PAYMENT_GATEWAY_URL", f"{address}/interface")
        monkeypatch.setenv("PAYMENT_GATEWAY_ID", "1201")
        monkeypatch.setenv("PAYMENT_GATEWAY_KEY", "a key")
        settings.cache_clear()
        yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.usefixtures("gateway")
def test_open_instalments_are_listed_as_they_are_asked_for_and_one_gets_its_link(capsys, alice) -> None:
    order_id = add_order(alice, "training")
    offers = run(capsys, alice, "payment", "link", order_id)["offers"]
    assert [offer["number"] for offer in offers] == [1, 2]
    document = run(capsys, alice, "payment", "link", order_id, "--instalment", "2")
    assert "/Payment/ConfirmPayment/" in document["url"]
    assert (document["amount"], document["currency"]) == (offers[1]["asked"], "USD")
    assert "Instalment 7 is not open" in refusal(
        capsys, alice, "payment", "link", order_id, "--instalment", "7"
    )


def test_without_a_gateway_there_is_no_link(capsys, alice) -> None:
    order_id = add_order(alice, "training")
    assert "There is no payment gateway here" in refusal(capsys, alice, "payment", "link", order_id)
