"""Training is ticked and confirmed; certificates are granted, revoked, printed, and their ends are told in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.business.engagements.lookup import today_of
from core.business.specialists.certificates import reminders
from core.business.specialists.certificates.actions import grant, revoke
from core.business.specialists.certificates.document import content_of
from core.business.specialists.certificates.reminders import remind_of_renewals
from core.business.specialists.certificates.rules import Validity
from core.business.specialists.certificates.views import (
    certificate_pdf,
    certificates,
    covers,
    due_renewals,
)
from core.business.specialists.exams.views import question_counts
from core.business.specialists.roster.actions import end_specialist
from core.business.specialists.training.actions import confirm_step, tick_step
from core.business.specialists.training.rules import open_steps, steps
from core.business.specialists.training.views import training
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit import clock
from core.platform.delivery.notifications import notifications
from core.platform.printing.pdf import Printed
from tests.business.specialists.conftest import later


def test_the_training_has_three_days_and_each_speciality_its_module():
    assert len(steps()) == 15
    assert len(steps("toast")) == 11
    assert len({step.key for step in steps()}) == 15
    assert open_steps("toast", {step.key for step in steps("toast")}) == []
    assert open_steps("square", {step.key for step in steps("toast")}) == [
        "Square: catalog, variations, customers and loyalty"
    ]


def test_a_step_is_ticked_and_confirmed_with_who_and_when(desk):
    tick_step(desk.maya, desk.maya_id, "product_tour")
    with pytest.raises(ConflictError, match="not done"):
        confirm_step(desk.manager, desk.maya_id, "handover")
    confirm_step(desk.manager, desk.maya_id, "product_tour")
    step = training(desk.maya, desk.maya_id)[0].steps[0]
    assert (step.done_by, step.confirmed_by) == ("Maya Ode", "Manager Ode")
    assert step.done_at == desk.maya.now
    with pytest.raises(ConflictError, match="confirmed"):
        tick_step(desk.maya, desk.maya_id, "product_tour", done=False)
    with pytest.raises(ConflictError, match="already"):
        confirm_step(desk.manager, desk.maya_id, "product_tour")


def test_a_tick_may_be_taken_back_until_it_is_confirmed(desk):
    tick_step(desk.maya, desk.maya_id, "handover", done=False)
    for done in (True, True, False):
        tick_step(desk.maya, desk.maya_id, "handover", done=done)
    assert training(desk.maya, desk.maya_id)[2].steps[-1].done_at is None
    with pytest.raises(NotFoundError):
        tick_step(desk.maya, desk.maya_id, "juggling")


def test_training_is_between_the_person_and_the_managers(desk):
    with pytest.raises(NotAllowedError):
        training(desk.noel, desk.maya_id)
    with pytest.raises(NotAllowedError):
        tick_step(desk.noel, desk.maya_id, "handover")
    with pytest.raises(NotAllowedError):
        confirm_step(desk.noel, desk.maya_id, "handover")
    tick_step(desk.manager, desk.maya_id, "handover")
    assert training(desk.maya, desk.maya_id)[2].steps[-1].done_by == "Manager Ode"


def test_a_manager_grants_with_a_reason_and_the_day_it_was_earned(desk):
    day = today_of(desk.manager) - timedelta(days=100)
    grant(desk.manager, desk.maya_id, "enterprise", "professional", " Security audit led ", day)
    (row,) = certificates(desk.noel, desk.maya_id)
    assert (row.held.issued_on, row.note, row.by_exam) == (day, "Security audit led", False)
    assert 78 <= row.days_left <= 85
    for reason, on in (("", day), ("x" * 301, day), ("Fine", today_of(desk.manager) + timedelta(days=1))):
        with pytest.raises(InvalidInputError):
            grant(desk.manager, desk.maya_id, "toast", "associate", reason, on)
    with pytest.raises(NotFoundError):
        grant(desk.manager, desk.maya_id, "pizza", "associate", "Fine")
    with pytest.raises(NotAllowedError):
        grant(desk.maya, desk.noel_id, "toast", "associate", "A friend")


def test_nobody_grants_their_own_certificate(desk):
    from core.business.specialists.roster.actions import add_specialist
    from tests.business.specialists.conftest import FIELDS

    own = add_specialist(desk.manager, desk.manager.person, FIELDS)
    with pytest.raises(NotAllowedError, match="themselves"):
        grant(desk.manager, own, "toast", "master", "I know it")
    with pytest.raises(NotAllowedError, match="their own"):
        confirm_step(desk.manager, own, "handover")


def test_what_is_revoked_or_expired_covers_nothing(desk):
    today = today_of(desk.manager)
    valid = grant(desk.manager, desk.maya_id, "toast", "professional", "Earned elsewhere")
    grant(desk.manager, desk.noel_id, "toast", "master", "Long ago", today - timedelta(days=400))
    cover = {row.speciality: row for row in covers(desk.maya)}
    assert cover["toast"].holders == {"master": [], "professional": ["Maya Ode"], "associate": []}
    assert cover["square"].count == 0
    assert certificates(desk.manager, desk.noel_id)[0].validity is Validity.EXPIRED
    revoke(desk.manager, valid, "Shared the questions")
    (row,) = certificates(desk.maya, desk.maya_id)
    assert (row.validity, row.revoked_reason) == (Validity.REVOKED, "Shared the questions")
    assert all(row.count == 0 for row in covers(desk.maya))
    with pytest.raises(ConflictError):
        revoke(desk.manager, valid, "Again")


def test_a_certificate_is_printed_with_its_mark(desk):
    certificate = grant(desk.manager, desk.maya_id, "clover", "associate", "Earned elsewhere")
    name, data = certificate_pdf(desk.maya, certificate)
    (row,) = certificates(desk.maya, desk.maya_id)
    assert name == f"Certificate {row.held.number}.pdf"
    assert data.startswith(b"%PDF")
    content = content_of(desk.maya, row.held, "Maya Ode")
    assert (content["title"], content["mark"]) == ("Clover Associate", "")
    assert content["modules"] == ["Clover apps", "Payment integration", "Inventory sync"]
    expired = replace(row.held, expires_on=today_of(desk.maya) - timedelta(days=1))
    assert content_of(desk.maya, expired, "Maya Ode")["mark"] == "Expired"
    assert Printed("certificate", content_of(desk.maya, expired, "Maya Ode")).pages() == 1
    with pytest.raises(NotFoundError):
        certificate_pdf(desk.partner, certificate)
    revoke(desk.manager, certificate, "Mistake")
    assert certificate_pdf(desk.maya, certificate)[1] != data


def test_renewals_are_listed_until_they_are_renewed(desk):
    today = today_of(desk.manager)
    grant(desk.manager, desk.maya_id, "enterprise", "associate", "Earlier", today - timedelta(days=170))
    grant(desk.manager, desk.noel_id, "toast", "associate", "Fresh")
    (row,) = due_renewals(desk.noel)
    assert (row.specialist_name, row.held.title) == ("Maya Ode", "Enterprise Associate")
    assert row.notice in {30, 7}
    assert due_renewals(desk.partner) == []
    grant(desk.manager, desk.maya_id, "enterprise", "professional", "Renewed")
    assert due_renewals(desk.noel) == []


def test_the_bank_counts_its_questions(desk):
    counts = question_counts(desk.maya)
    assert sum(sum(level.values()) for levels in counts.values() for level in levels.values()) == 225


def _told(context):
    """The days before the end that the person was told of, by the notices under the bell."""
    notices = [notice for notice in notifications(context) if notice.kind == reminders.KIND]
    assert all(notice.path == "certification" and " of MO ends in " in notice.text for notice in notices)
    return sorted(int(notice.text.split(" days,")[0].rsplit(" ", 1)[1]) for notice in notices)


def test_each_reminder_goes_out_once_to_the_specialist_and_the_managers(desk, monkeypatch):
    start = datetime.now(UTC).replace(hour=9)
    grant(desk.manager, desk.maya_id, "toast", "associate", "Earned elsewhere")
    last = certificates(desk.maya, desk.maya_id)[0].held.expires_on
    count = {}
    for days in (61, 60, 59, 30, 8, 7, 0, -1):
        moment = datetime.combine(last - timedelta(days=days), start.timetz())
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        count[days] = [remind_of_renewals(), remind_of_renewals()]
    assert count == {
        **{days: [0, 0] for days in (61, 59, 8, 0, -1)},
        **{days: [1, 0] for days in (60, 30, 7)},
    }
    monkeypatch.undo()
    assert _told(desk.maya) == _told(desk.manager) == [7, 30, 60]
    assert _told(desk.noel) == []


def test_who_has_left_or_renewed_is_not_reminded(desk, monkeypatch):
    today = today_of(desk.manager)
    grant(desk.manager, desk.maya_id, "toast", "associate", "Earlier", today - timedelta(days=345))
    grant(desk.manager, desk.maya_id, "toast", "associate", "Renewed")
    grant(desk.manager, desk.noel_id, "toast", "associate", "Earlier", today - timedelta(days=345))
    end_specialist(desk.manager, desk.noel_id, today)
    tomorrow = later(desk.manager, days=1).now
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert remind_of_renewals() == 0
