"""Managers keep the roster; specialists keep their own hours and absences; partners see themselves alone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.business.engagements.lookup import today_of
from core.business.specialists.certificates.actions import grant
from core.business.specialists.roster.actions import (
    add_absence,
    add_specialist,
    cancel_absence,
    edit_specialist,
    end_specialist,
    set_photo,
)
from core.business.specialists.roster.rules import RosterFields
from core.business.specialists.roster.views import own_id, people_to_add, roster, specialist
from core.business.specialists.tables import Absence, BusyTime, Specialist
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from tests.business.specialists.conftest import FIELDS
from tests.staff import add_staff, operator

PHOTO = b"\x89PNG\r\n\x1a\nsmall"
SHORT = RosterFields("America/New_York", ["es"], ["Clover"], {"mon": [["10:00", "14:00"]]})


def test_the_roster_lists_who_was_added_with_hours_and_initials(desk):
    rows = roster(desk.manager)
    assert [row.name for row in rows] == ["Maya Ode", "Noel Ode", "Partner Ode"]
    assert {row.initials for row in rows} == {"MO", "NO", "PO"}
    assert all(row.weekly_hours == Decimal(35) and row.booked_hours == 0 for row in rows)
    assert [row.role for row in rows] == ["specialist", "specialist", "partner"]


def test_a_partner_sees_themselves_and_colleagues_see_everybody(desk):
    assert [row.is_own for row in roster(desk.partner)] == [True]
    assert len(roster(desk.maya)) == 3
    assert own_id(desk.partner) == desk.partner_id
    assert own_id(desk.manager) is None
    with pytest.raises(NotFoundError):
        specialist(desk.partner, desk.maya_id)


def test_only_the_operator_s_people_are_added_and_each_once(desk):
    with pytest.raises(ConflictError, match="in the roster already"):
        add_specialist(desk.manager, desk.maya.person, FIELDS)
    for stranger in (add_staff("sales"), new_id(), "nobody"):
        with pytest.raises(InvalidInputError):
            add_specialist(desk.manager, stranger, FIELDS)
    with pytest.raises(NotAllowedError):
        add_specialist(desk.maya, desk.noel.person, FIELDS)


def test_people_to_add_are_those_who_are_not_in_it(desk):
    def waiting() -> set[str]:
        return {candidate.person_id for candidate in people_to_add(desk.manager)}

    person = add_staff("specialist", "Olga Ode")
    assert person in waiting()
    assert waiting().isdisjoint({desk.maya.person, desk.partner.person})
    add_specialist(desk.manager, person, FIELDS)
    assert person not in waiting()


def test_a_specialist_changes_their_own_hours_and_nobody_else_s(desk):
    edit_specialist(desk.maya, desk.maya_id, SHORT, 1)
    entry = specialist(desk.noel, desk.maya_id)
    assert (entry.row.zone, entry.row.weekly_hours, entry.version) == ("America/New_York", Decimal(4), 2)
    assert entry.days[0] == ("Monday", [["10:00", "14:00"]])
    assert not entry.may_edit
    with pytest.raises(NotAllowedError, match="your own"):
        edit_specialist(desk.noel, desk.maya_id, FIELDS, 2)
    with pytest.raises(NotFoundError):
        edit_specialist(desk.partner, desk.maya_id, FIELDS, 2)
    edit_specialist(desk.manager, desk.maya_id, FIELDS, 2)
    with pytest.raises(ConflictError, match="meanwhile"):
        edit_specialist(desk.maya, desk.maya_id, SHORT, 2)


def test_a_photo_is_stored_encrypted_and_shown_to_who_sees_the_entry(desk):
    set_photo(desk.maya, desk.maya_id, PHOTO)
    assert roster(desk.noel)[0].photo == PHOTO
    stored = desk.maya.session.get(Specialist, (desk.maya.tenant.id, desk.maya_id))
    assert stored.photo != PHOTO
    assert b"small" not in stored.photo
    set_photo(desk.manager, desk.maya_id, None)
    assert roster(desk.manager)[0].photo is None
    with pytest.raises(NotAllowedError):
        set_photo(desk.noel, desk.maya_id, PHOTO)


def test_who_has_left_is_listed_on_request_only(desk):
    today = today_of(desk.manager)
    with pytest.raises(InvalidInputError):
        end_specialist(desk.manager, desk.noel_id, today - timedelta(days=1))
    end_specialist(desk.manager, desk.noel_id, today)
    assert len(roster(desk.manager)) == 3
    with pytest.raises(ConflictError):
        end_specialist(desk.manager, desk.noel_id, today)
    row = desk.manager.session.get(Specialist, (desk.manager.tenant.id, desk.noel_id))
    row.started_on = row.ended_on = today - timedelta(days=3)
    desk.manager.session.commit()
    assert [entry.name for entry in roster(desk.manager)] == ["Maya Ode", "Partner Ode"]
    assert len(roster(desk.manager, with_ended=True)) == 3


def test_nobody_leaves_before_the_last_session_that_is_booked_with_them(desk):
    today = today_of(desk.manager)
    starts = datetime.combine(today + timedelta(days=3), time(12), UTC)
    busy = BusyTime(
        tenant_id=desk.manager.tenant.id,
        id=new_id(),
        created_at=desk.manager.now,
        specialist_id=desk.noel_id,
        customer_id=new_id(),
        engagement_id=new_id(),
        session_id=new_id(),
        kind="discovery",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        updated_at=desk.manager.now,
    )
    desk.manager.session.add(busy)
    desk.manager.session.commit()
    with pytest.raises(ConflictError, match="1 session after this day is booked with this specialist"):
        end_specialist(desk.manager, desk.noel_id, today + timedelta(days=2))
    end_specialist(desk.manager, desk.noel_id, today + timedelta(days=3))
    row = desk.manager.session.get(Specialist, (desk.manager.tenant.id, desk.noel_id))
    assert row.ended_on == today + timedelta(days=3)


def test_the_roster_is_searched_by_words_and_certificate(desk):
    edit_specialist(desk.maya, desk.maya_id, SHORT, 1)
    grant(desk.manager, desk.noel_id, "clover", "associate", "Earned elsewhere")
    assert [row.name for row in roster(desk.manager, search="new_york")] == ["Maya Ode"]
    assert [row.name for row in roster(desk.manager, search=" CLOVER ")] == ["Maya Ode"]
    assert [row.name for row in roster(desk.manager, speciality="clover")] == ["Noel Ode"]
    assert roster(desk.manager, search="zzz") == []


def test_absences_are_the_person_s_and_the_managers(desk):
    now = desk.maya.now
    absence = add_absence(
        desk.maya, desk.maya_id, "illness", now - timedelta(hours=1), now + timedelta(days=2), "Flu"
    )
    entry = specialist(desk.manager, desk.maya_id)
    assert [(row.kind, row.note) for row in entry.absences] == [("illness", "Flu")]
    assert entry.row.away_until == now + timedelta(days=2)
    assert specialist(desk.noel, desk.maya_id).absences is None
    assert roster(desk.noel)[0].away_until is None
    with pytest.raises(ConflictError):
        add_absence(desk.manager, desk.maya_id, "leave", now, now + timedelta(days=1))
    with pytest.raises(NotAllowedError):
        add_absence(desk.noel, desk.maya_id, "leave", now + timedelta(days=9), now + timedelta(days=10))
    with pytest.raises(NotFoundError):
        cancel_absence(desk.noel, absence)
    cancel_absence(desk.maya, absence)
    assert specialist(desk.maya, desk.maya_id).absences == []
    with pytest.raises(ConflictError):
        cancel_absence(desk.maya, absence)
    assert add_absence(desk.manager, desk.maya_id, "leave", now, now + timedelta(days=1))


def test_the_note_of_an_absence_is_stored_encrypted(desk):
    now = desk.maya.now
    absence = add_absence(desk.maya, desk.maya_id, "illness", now, now + timedelta(days=2), "Operation")
    stored = desk.maya.session.get(Absence, (desk.maya.tenant.id, absence))
    assert "Operation" not in stored.note
    assert b"Operation" not in bytes.fromhex(stored.note)


def test_that_a_manager_sees_absences_of_somebody_else_is_recorded(desk):
    now = desk.maya.now
    add_absence(desk.maya, desk.maya_id, "leave", now, now + timedelta(days=2))
    query = select(func.count()).where(
        AuditLine.action == "personal.read", AuditLine.object_id == desk.maya_id
    )
    for context, count in ((desk.maya, 0), (desk.manager, 1)):
        specialist(context, desk.maya_id)
        lines = desk.manager.session.scalar(query.where(AuditLine.person_id == context.person))
        assert lines == count
    desk.manager.session.rollback()


def test_booked_hours_are_those_of_the_next_seven_days(desk):
    now = desk.manager.now

    def busy(days: float, *, cancelled: bool = False) -> BusyTime:
        starts_at = now + timedelta(days=days)
        return BusyTime(
            tenant_id=desk.manager.tenant.id,
            id=new_id(),
            created_at=now,
            updated_at=now,
            customer_id=new_id(),
            engagement_id=new_id(),
            session_id=new_id(),
            specialist_id=desk.maya_id,
            kind="mapping",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
            cancelled_at=now if cancelled else None,
        )

    desk.manager.session.add_all([busy(1), busy(6.9), busy(8), busy(2, cancelled=True)])
    desk.manager.session.commit()
    assert roster(desk.noel)[0].booked_hours == Decimal(6)


def test_the_roster_is_the_operator_s_alone(desk, alice):
    with pytest.raises(NotFoundError):
        roster(alice)
    with enter(add_staff("admin"), operator()) as admin:
        assert len(roster(admin)) == 3
