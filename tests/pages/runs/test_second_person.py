"""A completed import is rolled back by two people on Runs: one asks with a reason, another one confirms or withdraws."""

from __future__ import annotations

from core.engine.runs import rollback_requests as requests
from core.engine.runs.states import change_state
from core.kit import clock
from tests.importer import MENU, Importer
from tests.pages.conftest import Console
from tests.pages.test_menu import texts
from tests.pages.test_runs import button


def test_a_specialist_asks_for_a_rollback_with_a_reason(console: Console, importer):
    run = importer.run(importer.prepare(MENU)).id
    app = console("bob", "runs")
    asking = button(app, f"rollback_{run}")
    assert asking.label == "Ask for rollback"
    asking.click().run()
    assert "A second person confirms it within 24 hours" in texts(app)
    assert any(element.label == "Why should it be rolled back?" for element in app.text_input)
    assert not app.exception


def test_who_asked_is_told_who_can_confirm_and_may_withdraw(console: Console, bob, importer):
    run = importer.run(importer.prepare(MENU)).id
    requests.ask_rollback(bob, run, reason="Wrong menu.")
    app = console("bob", "runs")
    assert not app.exception
    assert "Rollback needs second approval" in texts(app)
    assert "Alice (manager) can." in texts(app)
    assert button(app, f"confirm_{run}") is None
    assert button(app, f"rollback_{run}") is None
    button(app, f"withdraw_{run}").click().run()
    bob.session.rollback()
    assert requests.open_request(bob, run) is None


def test_a_manager_confirms_the_request_of_a_specialist(console: Console, alice, bob, importer):
    run = importer.run(importer.prepare(MENU)).id
    requests.ask_rollback(bob, run, reason="Wrong menu.")
    app = console("alice", "runs")
    assert "Wrong menu." in texts(app)
    button(app, f"confirm_{run}").click().run()
    assert "Confirm this rollback?" in texts(app) or "Your name is kept with it." in texts(app)
    assert not app.exception
    requests.confirm_rollback(alice, run)
    assert importer.reload(run).state == "rolling_back"
    assert button(console("alice", "runs"), f"confirm_{run}") is None


def test_a_confirmed_rollback_that_failed_is_resumed_by_its_button(console: Console, alice, bob, tmp_path):
    importer = Importer(bob, tmp_path)
    run = importer.run(importer.prepare(MENU)).id
    requests.ask_rollback(bob, run, reason="Wrong menu.")
    requests.confirm_rollback(alice, run)
    change_state(alice.session, run, "failed", now=clock.now(), error="The disk is full.")
    alice.session.commit()
    app = console("bob", "runs")
    resume = button(app, f"rollback_{run}")
    assert resume.label == "Resume rollback"
    resume.click().run()
    assert not app.exception
    assert importer.reload(run).state == "rolling_back"
