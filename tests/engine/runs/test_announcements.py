"""People hear how an import ended, in the transaction that ends it: who started it, and the managers of the customer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.engine.runs import actions, rules
from core.engine.runs.announcements import KINDS_BY_STATE
from core.engine.runs.states import change_state
from core.engine.runs.worker import steps
from core.kit import clock
from core.platform.delivery.notifications import notifications
from core.platform.events.tables import OutboxEvent
from tests.importer import MENU


def events(context):
    context.session.rollback()
    query = select(OutboxEvent).where(OutboxEvent.kind.in_(KINDS_BY_STATE.values()))
    return list(context.session.scalars(query.order_by(OutboxEvent.created_at, OutboxEvent.id)))


def notices_of(context, event):
    return [notice for notice in notifications(context) if notice.text and event.kind == notice.kind]


def test_who_started_an_import_and_the_managers_hear_that_it_finished(alice, bob, sam, importer_of):
    importer = importer_of(bob)
    run = importer.run(importer.prepare(MENU))
    [event] = events(alice)
    assert (event.kind, event.facts["run_id"], event.facts["rows"]) == ("import_finished", run.id, 3)
    assert event.facts["migration"] == "menu.csv"
    for person in (alice, bob):
        assert notices_of(person, event)[0].text == "menu.csv: import finished, rows read: 3"
    assert notices_of(sam, event) == []


def test_an_import_that_waits_for_approval_is_announced_and_again_when_it_is_approved(alice, importer):
    run = importer.import_file(MENU.replace("16.00", "sixteen"))
    assert run.state == "awaiting_approval"
    assert [event.kind for event in events(alice)] == ["import_waiting_for_approval"]
    actions.approve(alice, run.id, "checked")
    assert [event.kind for event in events(alice)] == ["import_waiting_for_approval", "import_finished"]


def test_an_import_that_fails_is_announced_without_its_error(alice, importer):
    run = actions.start(alice, importer.prepare(MENU), "import")
    steps.begin(alice.tenant.id, alice.person, run.id)
    steps.fail(alice.tenant.id, alice.person, run.id, "Zanzibarian Jones stands in this error")
    [event] = events(alice)
    assert (event.kind, event.facts["run_id"]) == ("import_failed", run.id)
    assert "Zanzibarian" not in str(event.facts)


def test_a_dry_run_is_nobody_s_news(alice, importer):
    run = actions.start(alice, importer.prepare(MENU), "dry_run")
    steps.dry_run(alice.tenant.id, alice.person, run.id, lambda: False)
    assert events(alice) == []


def test_a_change_that_is_rolled_back_announces_nothing(alice, importer):
    run = actions.start(alice, importer.prepare(MENU), "import")
    change_state(alice.session, run.id, "running", now=clock.now())
    change_state(alice.session, run.id, "failed", now=clock.now())
    assert alice.session.scalar(select(OutboxEvent.kind)) == "import_failed"
    assert events(alice) == []


@pytest.mark.parametrize("state", KINDS_BY_STATE)
def test_only_states_that_there_are_are_announced(state):
    assert state in rules.STATES
