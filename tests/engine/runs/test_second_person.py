"""What takes two people: approving an import that one started, and rolling back one that is completed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.context import Context
from core.engine.runs import actions as run_actions
from core.engine.runs import rollback_requests as requests
from core.engine.runs import views
from core.engine.runs.actions import approve, rollback
from core.engine.runs.states import change_state
from core.engine.runs.tables import RollbackRequest, Run
from core.engine.sources.actions import create_migration
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from core.platform.events.tables import Notification
from tests.staff import add_staff, assign, deactivate


@pytest.fixture
def run(alice: Context) -> Callable[..., str]:
    """Adds an import in a state, started by a person; its id."""

    def add(state: str = "completed", starter: str = "") -> str:
        row = Run(
            tenant_id=alice.tenant.id,
            id=new_id(),
            created_at=alice.now,
            migration_id=create_migration(alice, "Move").id,
            validation_id=new_id(),
            kind="import",
            state=state,
            phase="completion",
            step="Done",
            plan={"domain": "restaurant", "source": "toast", "entities": []},
            plan_hash="",
            rows_total=0,
            rows_done=0,
            totals={},
            checksums={},
            worked_seconds=0.0,
            created_by=starter or alice.person,
            updated_at=alice.now,
        )
        alice.session.add(row)
        alice.session.commit()
        return row.id

    return add


@pytest.fixture
def staff(alice: Context) -> Iterator[Callable[..., Context]]:
    """Enters Alice's customer as a new person of the staff; nobody of them is left at the end."""
    people: list[str] = []
    with ExitStack() as stack:

        def join(role: str, name: str = "") -> Context:
            person = add_staff(role, name)
            people.append(person)
            if role in {"specialist", "partner"}:
                assign(alice.tenant.id, person)
            return stack.enter_context(enter(person, alice.tenant.id))

        yield join
    for person in people:
        deactivate(person)


def _lines(context: Context, action: str) -> list[AuditLine]:
    context.session.rollback()
    query = select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.seq)
    return list(context.session.scalars(query))


def test_a_completed_import_is_rolled_back_by_two_people(alice, staff, run):
    bob, grace = staff("specialist"), staff("manager", "Grace Hall")
    completed = run(starter=bob.person)
    assert {"rollback", "ask_rollback"} & views.run(bob, completed).can == {"ask_rollback"}
    with pytest.raises(ConflictError, match="two people") as refusal:
        rollback(bob, completed)
    assert "Grace Hall (manager)" in refusal.value.hint
    requests.ask_rollback(bob, completed, reason="Prices were in cents.")
    assert views.run(alice, completed).state == "completed"
    request = requests.open_request(grace, completed)
    assert request is not None
    assert (request.asked_by, request.reason, request.can_confirm) == (
        bob.person,
        "Prices were in cents.",
        True,
    )
    assert requests.confirm_rollback(grace, completed).state == "rolling_back"
    assert requests.open_request(grace, completed) is None
    assert len(_lines(alice, "run.rollback_ask")) == 1
    [line] = _lines(alice, "run.rollback")
    assert (line.person_id, line.facts["asked_by"]) == (grace.person, bob.person)


def test_those_who_could_confirm_are_told_in_the_transaction_of_the_request(alice, staff, run):
    bob, grace = staff("specialist"), staff("manager")
    requests.ask_rollback(bob, run(), reason="Wrong menu.")
    query = select(Notification.person_id).where(Notification.kind == "rollback_wanted")
    grace.session.rollback()
    assert grace.person in set(grace.session.scalars(query))
    bob.session.rollback()
    assert bob.person not in set(bob.session.scalars(query))


def test_who_asked_does_not_confirm(staff, run):
    grace, henry = staff("manager"), staff("manager", "Henry Ito")
    completed = run()
    requests.ask_rollback(grace, completed, reason="Wrong menu.")
    with pytest.raises(NotAllowedError, match="another person") as refusal:
        requests.confirm_rollback(grace, completed)
    assert "Henry Ito (manager)" in refusal.value.hint
    assert requests.confirm_rollback(henry, completed).state == "rolling_back"


def test_a_specialist_confirms_nothing(staff, run):
    bob, eve = staff("specialist"), staff("specialist")
    completed = run()
    requests.ask_rollback(bob, completed, reason="Wrong menu.")
    with pytest.raises(NotAllowedError, match="specialist"):
        requests.confirm_rollback(eve, completed)
    assert not requests.open_request(eve, completed).can_withdraw
    with pytest.raises(NotAllowedError):
        requests.withdraw_rollback(eve, completed)


def test_a_request_ends_after_a_day_and_can_be_made_again(staff, run, monkeypatch):
    bob, grace = staff("specialist"), staff("manager")
    completed = run()
    requests.ask_rollback(bob, completed, reason="Wrong menu.")
    with pytest.raises(ConflictError, match="asked for already"):
        requests.ask_rollback(grace, completed, reason="Me too.")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=24, seconds=1))
    assert requests.open_request(grace, completed) is None
    with pytest.raises(ConflictError, match="expired"):
        requests.confirm_rollback(grace, completed)
    requests.ask_rollback(bob, completed, reason="Still wrong.")
    grace.session.rollback()
    outcomes = grace.session.scalars(
        select(RollbackRequest.outcome).order_by(RollbackRequest.created_at)
    ).all()
    assert outcomes == ["expired", None]


def test_a_withdrawn_request_starts_nothing(staff, run):
    bob, grace = staff("specialist"), staff("manager")
    completed = run()
    requests.ask_rollback(bob, completed, reason="Wrong menu.")
    requests.withdraw_rollback(bob, completed)
    with pytest.raises(ConflictError, match="Nobody has asked"):
        requests.confirm_rollback(grace, completed)
    assert views.run(grace, completed).state == "completed"
    assert len(_lines(grace, "run.rollback_withdraw")) == 1


def test_a_request_of_somebody_who_has_left_is_not_confirmed(staff, run):
    bob, grace = staff("specialist"), staff("manager")
    completed = run()
    requests.ask_rollback(bob, completed, reason="Wrong menu.")
    deactivate(bob.person)
    with pytest.raises(ConflictError, match="no access"):
        requests.confirm_rollback(grace, completed)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_rollback_needs_a_reason(staff, run, reason):
    with pytest.raises(InvalidInputError, match="reason"):
        requests.ask_rollback(staff("specialist"), run(), reason=reason)


def test_an_import_that_awaits_approval_needs_no_second_person(staff, run):
    bob = staff("specialist")
    staff("manager")
    awaiting = run("awaiting_approval", bob.person)
    with pytest.raises(ConflictError, match="no second person"):
        requests.ask_rollback(bob, awaiting, reason="Wrong menu.")
    assert rollback(bob, awaiting).state == "rolling_back"


def _fail(context: Context, run_id: str) -> None:
    """Let the rollback at work end as it does when the worker cannot carry it out."""
    context.session.rollback()
    change_state(context.session, run_id, "failed", now=clock.now(), error="The disk is full.")
    context.session.commit()


def _confirmed_and_failed(bob: Context, grace: Context, run_id: str) -> None:
    requests.ask_rollback(bob, run_id, reason="Wrong menu.", entities=["item"])
    requests.confirm_rollback(grace, run_id)
    _fail(grace, run_id)


@pytest.fixture
def of_items(monkeypatch) -> None:
    """Takes every entity for one that the run loaded."""
    for module in (requests, run_actions):
        monkeypatch.setattr(module, "check_rollback", lambda *_: None)


@pytest.mark.usefixtures("of_items")
def test_after_a_confirmed_rollback_failed_nobody_rolls_back_more_alone(staff, run):
    bob, grace = staff("specialist"), staff("manager", "Grace Hall")
    completed = run(starter=bob.person)
    _confirmed_and_failed(bob, grace, completed)
    assert {"rollback", "ask_rollback"} & views.run(bob, completed).can == {"ask_rollback"}
    for wish in ({}, {"entities": ["order"]}, {"entities": ["item"], "discard_edits_of": [new_id()]}):
        for person in (bob, grace):
            with pytest.raises(ConflictError, match="two people"):
                rollback(person, completed, **wish)
    requests.ask_rollback(bob, completed, reason="All of it, then.")
    assert requests.confirm_rollback(grace, completed).state == "rolling_back"


@pytest.mark.usefixtures("of_items")
def test_a_confirmed_rollback_that_failed_is_resumed_as_it_was_confirmed(alice, staff, run):
    bob, grace, eve = staff("specialist"), staff("manager"), staff("specialist")
    completed = run(starter=bob.person)
    _confirmed_and_failed(bob, grace, completed)
    with pytest.raises(NotAllowedError):
        rollback(eve, completed, entities=["item"])
    assert requests.resumable_rollback(eve, completed) is None
    confirmed = requests.resumable_rollback(grace, completed)
    assert (confirmed.entities, confirmed.discard_edits_of) == (("item",), ())
    assert rollback(bob, completed, entities=["item"]).state == "rolling_back"
    line = _lines(alice, "run.rollback")[-1]
    assert (line.facts["asked_by"], line.facts["confirmed_by"]) == (bob.person, grace.person)


@pytest.mark.usefixtures("of_items")
def test_what_was_confirmed_is_resumed_for_a_day_and_not_after_it_was_done(staff, run, monkeypatch):
    bob, grace = staff("specialist"), staff("manager")
    done, old = run(starter=bob.person), run(starter=bob.person)
    requests.ask_rollback(bob, done, reason="Wrong menu.", entities=["item"])
    requests.confirm_rollback(grace, done)
    change_state(grace.session, done, "rolled_back", now=clock.now())
    change_state(grace.session, done, "rolling_back", now=clock.now())
    grace.session.commit()
    _fail(grace, done)
    with pytest.raises(ConflictError, match="two people"):
        rollback(bob, done, entities=["item"])
    _confirmed_and_failed(bob, grace, old)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=24, seconds=1))
    with pytest.raises(ConflictError, match="two people"):
        rollback(bob, old, entities=["item"])


@pytest.mark.parametrize("then", [["failed"], ["failed", "queued", "cancelled"]])
def test_an_import_that_was_completed_once_takes_two_people_in_every_state(staff, run, then):
    bob = staff("specialist")
    staff("manager")
    completed = run("verifying", bob.person)
    for state in ["completed", "rolling_back", *then]:
        change_state(bob.session, completed, state, now=clock.now())
    bob.session.commit()
    with pytest.raises(ConflictError, match="two people"):
        rollback(bob, completed)


def test_an_import_that_failed_before_it_was_completed_needs_no_second_person(staff, run):
    bob = staff("specialist")
    staff("manager")
    failed = run("running", bob.person)
    change_state(bob.session, failed, "failed", now=clock.now())
    bob.session.commit()
    assert rollback(bob, failed).state == "rolling_back"


def test_the_only_manager_rolls_back_alone_and_the_log_says_so(alice, run):
    completed = run()
    assert "rollback" in views.run(alice, completed).can
    rollback(alice, completed)
    [line] = _lines(alice, "run.rollback")
    assert line.facts["one_person"] == "alone"


@pytest.mark.demo
def test_a_demo_needs_no_second_person_and_the_log_says_so(alice, sam, run):
    completed = run(starter=sam.person)
    assert "rollback" in views.run(sam, completed).can
    assert rollback(sam, completed).state == "rolling_back"
    [line] = _lines(alice, "run.rollback")
    assert line.facts["one_person"] == "demo"


def test_who_started_an_import_does_not_approve_it(alice, staff, run):
    grace = staff("manager", "Grace Hall")
    awaiting = run("awaiting_approval")
    assert "approve" not in views.run(alice, awaiting).can
    with pytest.raises(ConflictError, match="another person approves") as refusal:
        approve(alice, awaiting, "Known.")
    assert "Grace Hall (manager)" in refusal.value.hint
    alice.session.rollback()
    approve(grace, awaiting, "Known.")
    [line] = _lines(alice, "run.approve")
    assert (line.person_id, line.facts.get("one_person")) == (grace.person, None)


def test_the_only_manager_approves_alone_and_the_log_says_so(alice, run):
    awaiting = run("awaiting_approval")
    assert views.run(alice, awaiting).one_person == "alone"
    approve(alice, awaiting, "Known.")
    [line] = _lines(alice, "run.approve")
    assert line.facts["one_person"] == "alone"


def test_nobody_of_another_customer_asks_or_confirms(alice, mallory, staff, run):
    bob = staff("specialist")
    completed = run()
    requests.ask_rollback(bob, completed, reason="Wrong menu.")
    for act in (requests.confirm_rollback, requests.withdraw_rollback):
        with pytest.raises(NotFoundError):
            act(mallory, completed)
    with pytest.raises(NotFoundError):
        requests.ask_rollback(mallory, completed, reason="Mine.")
