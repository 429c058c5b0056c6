"""What has ended counts for nothing; who passes again holds a new certificate from that day on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.business.engagements.lookup import today_of
from core.business.specialists.certificates.actions import grant
from core.business.specialists.certificates.rules import Validity
from core.business.specialists.certificates.views import certificates, covers, due_renewals
from core.business.specialists.exams.actions import begin_exam
from core.business.specialists.exams.views import exam_offers
from core.business.specialists.roster.views import roster
from core.errors import ConflictError
from tests.business.specialists.conftest import later, take, train


@pytest.fixture
def ending(desk):
    """Maya did the training; her certificate Toast Associate ends in a few days."""
    train(desk.maya, desk.maya_id)
    day = today_of(desk.manager) - timedelta(days=360)
    grant(desk.manager, desk.maya_id, "toast", "associate", "Earlier", day)
    return desk


def test_a_renewal_lasts_from_the_day_of_the_exam_and_ends_the_reminders(ending):
    assert [row.held.title for row in due_renewals(ending.maya)] == ["Toast Associate"]
    take(ending.maya, "toast", "associate")
    assert due_renewals(ending.maya) == []
    newest, oldest = certificates(ending.maya, ending.maya_id)
    assert newest.held.issued_on == today_of(ending.maya)
    assert newest.held.expires_on > oldest.held.expires_on
    assert oldest.validity is Validity.EXPIRING
    (row,) = [row for row in roster(ending.manager) if row.certificates]
    assert row.next_expiry == newest.held.expires_on


def test_what_has_ended_opens_no_level_above_and_covers_nothing(ending):
    afterwards = later(ending.maya, days=30)
    assert certificates(afterwards, ending.maya_id)[0].validity is Validity.EXPIRED
    assert all(cover.count == 0 for cover in covers(afterwards))
    with pytest.raises(ConflictError, match="valid certificate Toast Associate"):
        begin_exam(afterwards, "toast", "professional")
    offers = {(row.speciality, row.level): row for row in exam_offers(afterwards)}
    assert offers["toast", "associate"].held_until is None
    assert offers["toast", "associate"].blocked == ""
    assert offers["toast", "professional"].blocked == "Take the exam Toast Associate first."
    assert roster(later(ending.manager, days=30), speciality="toast") == []


def test_the_level_above_may_be_taken_until_the_last_day(ending):
    last = certificates(ending.maya, ending.maya_id)[0].days_left
    _, success = take(later(ending.maya, days=last), "toast", "professional")
    assert success
