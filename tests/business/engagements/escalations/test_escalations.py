"""Escalations: from level to level with a pack that stays as it was, raised to the managers when they are overdue."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.business.engagements.communications.actions import correct_communication, log_communication
from core.business.engagements.communications.rules import Entry
from core.business.engagements.escalations.actions import (
    open_escalation,
    raise_escalation,
    resolve_escalation,
    take_escalation,
)
from core.business.engagements.escalations.overdue import raise_overdue_escalations
from core.business.engagements.escalations.rules import Stand
from core.business.engagements.escalations.views import escalations, hand_over_pack
from core.business.engagements.tables import Task
from core.context import Context
from core.db.session import TenantSession
from core.engine.runs.held import held_causes
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.delivery.notifications import notifications
from tests.business.engagements.papers import actions_of, as_contact, audit_lines, make_order, stored_bytes
from tests.staff import add_contact, add_staff, operator

HOUR = timedelta(hours=1)


@pytest.fixture
def order_id(alice: Context) -> str:
    return make_order(alice)


def add_task(context: Context, order_id: str, title: str, state: str = "open") -> None:
    context.session.add(
        Task(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            engagement_id=order_id,
            title=title,
            kind="manual",
            side="operator",
            state=state,
            details={},
            updated_at=context.now,
        )
    )
    context.session.commit()


def test_an_escalation_goes_up_to_the_fourth_level_and_is_resolved(alice, bob, order_id):
    row_id = open_escalation(bob, order_id, "Rows are missing since Monday.")
    take_escalation(bob, row_id)
    for reason in ("Needs a specialist.", "Needs a fix.", "Needs the model."):
        row_id = raise_escalation(bob, row_id, reason)
    with pytest.raises(ConflictError, match="last level"):
        raise_escalation(bob, row_id, "Higher.")
    resolve_escalation(alice, row_id, "The model was retrained.")
    [case] = escalations(alice, order_id)
    assert [level.title for level in case.levels] == [
        "L1 Customer Success",
        "L2 Migration Specialists",
        "L3 Engineering",
        "L4 AI/ML",
    ]
    assert [level.stand for level in case.levels] == [*[Stand.HANDED_OVER] * 3, Stand.RESOLVED]
    assert (case.current.resolution, case.current.closer) == ("The model was retrained.", "Alice")
    assert (case.levels[0].taker, case.levels[0].opener, case.is_open) == ("Bob", "Bob", False)
    assert [name for name in actions_of(alice.tenant.id) if name.startswith("escalation")] == [
        *("escalation.open", "escalation.take"),
        *["escalation.raise"] * 3,
        "escalation.resolve",
    ]


def test_each_level_has_limits_of_its_own(alice, order_id):
    first = open_escalation(alice, order_id, "Slow.")
    raise_escalation(alice, first, "Still slow.")
    [case] = escalations(alice, order_id)
    assert [(level.timer.respond_by - level.opened_at) // HOUR for level in case.levels] == [4, 2]
    assert [(level.timer.resolve_by - level.opened_at) // HOUR for level in case.levels] == [24, 16]
    assert case.current.timer.text(alice.now) == "Response due in 2 hours"


def test_a_problem_may_begin_at_any_level(alice, order_id):
    open_escalation(alice, order_id, "A defect.", level=3)
    [case] = escalations(alice, order_id)
    assert (case.current.level, case.can_rise) == (3, True)
    with pytest.raises(InvalidInputError, match="no level"):
        open_escalation(alice, order_id, "A defect.", level=5)


def test_the_pack_says_how_the_order_stood_and_does_not_change_afterwards(alice, bob, order_id):
    entry = Entry("phone", "in", alice.now - HOUR, "Rosa Moyo", "First.")
    wrong = log_communication(alice, order_id, entry)
    correct_communication(alice, wrong, replace(entry, text="Put right."))
    add_task(alice, order_id, "Send the menu")
    add_task(alice, order_id, "Long done", "done")
    first = open_escalation(bob, order_id, "Rows are missing.")
    second = raise_escalation(bob, first, "Needs a specialist.")
    pack = hand_over_pack(alice, second)
    assert (pack["order"], pack["state"], pack["held_rows"]) == ("OC-0007", "pending", None)
    assert [task["title"] for task in pack["tasks"]] == ["Send the menu"]
    assert [(line["with"], line["text"]) for line in pack["log"]] == [("Rosa Moyo", "Put right.")]
    assert [(level["level"], level["reason"]) for level in pack["levels"]] == [(1, "Rows are missing.")]
    assert hand_over_pack(alice, first)["levels"] == []
    add_task(alice, order_id, "A later task")
    assert hand_over_pack(alice, second) == pack


def test_the_pack_counts_the_rows_that_the_newest_import_holds(importer, alice, order_id):
    migration = importer.prepare("Guest Id,Name,Email\n1,Ann,ann@example.com\n1,Ben,ben@example.com\n")
    with TenantSession(alice.tenant.id, alice.person, system=True) as session:
        session.execute(text("update engagement set migration_id = :m"), {"m": migration})
        session.commit()
    assert hand_over_pack(alice, open_escalation(alice, order_id, "Before."))["held_rows"] is None
    run = importer.run(migration)
    held = hand_over_pack(alice, open_escalation(alice, order_id, "Afterwards."))["held_rows"]
    assert held == sum(cause.rows for cause in held_causes(alice, run.id)) > 0


def test_reasons_resolutions_and_packs_are_encrypted_and_not_in_the_audit_log(alice, order_id):
    row_id = open_escalation(alice, order_id, "Rosa Moyo complains.")
    resolve_escalation(alice, row_id, "Rosa Moyo is content.")
    stored = stored_bytes(alice.tenant.id, "escalation")
    assert b"Moyo".hex() not in stored
    assert b"OC-0007".hex() not in stored
    assert "Moyo" not in str(audit_lines(alice.tenant.id))


def test_a_closed_level_is_neither_taken_nor_raised_nor_resolved_again(alice, order_id):
    row_id = open_escalation(alice, order_id, "Slow.")
    take_escalation(alice, row_id)
    with pytest.raises(ConflictError, match="taken"):
        take_escalation(alice, row_id)
    resolve_escalation(alice, row_id, "Faster.")
    for act in (
        lambda: take_escalation(alice, row_id),
        lambda: raise_escalation(alice, row_id, "Again."),
        lambda: resolve_escalation(alice, row_id, "Again."),
    ):
        with pytest.raises(ConflictError, match="closed"):
            act()


def test_of_many_who_raise_at_once_one_does(alice, people, order_id):
    row_id = open_escalation(alice, order_id, "Slow.")

    def go_up(number: int) -> bool:
        with enter(people["alice"], alice.tenant.id) as context:
            try:
                raise_escalation(context, row_id, f"Reason {number}")
            except ConflictError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(go_up, range(8))) == 1
    [case] = escalations(alice, order_id)
    assert len(case.levels) == 2


def test_open_cases_come_before_closed_ones(alice, order_id):
    first = open_escalation(alice, order_id, "First.")
    resolve_escalation(alice, first, "Done.")
    with clock.frozen(alice.now - HOUR), enter(alice.person, alice.tenant.id) as earlier:
        open_escalation(earlier, order_id, "Still open.")
    assert [case.is_open for case in escalations(alice, order_id)] == [True, False]


def test_contacts_see_nothing_of_escalations_and_sellers_only_look(alice, sam, order_id):
    row_id = open_escalation(alice, order_id, "Slow.")
    person = add_contact(alice.tenant.id)
    with as_contact(alice.tenant.id, person) as contact, pytest.raises(NotAllowedError):
        escalations(contact, order_id)
    with TenantSession(alice.tenant.id, person) as session:
        assert session.scalar(text("select count(*) from escalation")) == 0
    assert len(escalations(sam, order_id)) == 1
    with pytest.raises(NotAllowedError):
        take_escalation(sam, row_id)


def test_another_customer_finds_no_escalation(alice, mallory, order_id):
    row_id = open_escalation(alice, order_id, "Slow.")
    for call in (
        lambda: escalations(mallory, order_id),
        lambda: open_escalation(mallory, order_id, "Mine."),
        lambda: take_escalation(mallory, row_id),
        lambda: raise_escalation(mallory, row_id, "Mine."),
        lambda: resolve_escalation(mallory, row_id, "Mine."),
        lambda: hand_over_pack(mallory, row_id),
    ):
        with pytest.raises(NotFoundError):
            call()


def test_managers_are_told_when_it_begins_and_of_each_limit_that_passes_once(alice, bob, order_id):
    operator()
    manager = add_staff("manager")
    open_escalation(bob, order_id, "Slow.")

    def texts() -> list[str]:
        with enter(manager, alice.tenant.id) as context:
            return [notice.text for notice in notifications(context) if notice.slug == alice.tenant.slug]

    assert texts() == [f"{alice.tenant.name}, order OC-0007: escalated to L1 Customer Success"]
    for hours, expected in ((3, 0), (5, 1), (5, 1), (25, 2), (90, 2)):
        with clock.frozen(alice.now + hours * HOUR):
            raise_overdue_escalations()
        assert len(texts()) == expected + 1
    assert "OC-0007: resolution overdue at L1 Customer Success" in texts()[0]


@pytest.mark.demo
def test_a_demo_s_managers_are_told_of_its_overdue_escalations(alice, bob):
    add_staff("manager")
    open_escalation(bob, make_order(alice), "Slow.")
    with clock.frozen(alice.now + 5 * HOUR):
        raise_overdue_escalations()
    assert "escalation.overdue" in actions_of(alice.tenant.id)


def test_a_level_that_was_taken_in_time_is_not_late_with_its_response(alice, order_id):
    operator()
    add_staff("manager")
    take_escalation(alice, open_escalation(alice, order_id, "Slow."))
    with clock.frozen(alice.now + 5 * HOUR):
        raise_overdue_escalations()
    assert "escalation.overdue" not in actions_of(alice.tenant.id)
