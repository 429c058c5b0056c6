"""Who is booked on which days: a specialist who leaves until the last one, a customer in the hours that were typed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from core.business.engagements.sessions.actions import book_session
from core.business.engagements.sessions.customer_hours import customer_hours, set_customer_hours
from core.business.engagements.sessions.views import offered_slots, order_sessions
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError
from core.kit import clock
from tests.business.engagements.sessions.office import MORNING, NOW, Office
from tests.operators import operator


def set_last_day(specialist: str, day: date) -> None:
    with TenantSession(operator()[0], "", system=True) as session:
        session.execute(
            text("update specialist set ended_on = :day where id = :it"), {"day": day, "it": specialist}
        )
        session.commit()


def test_who_leaves_is_booked_until_the_last_day(manager: Context, office: Office) -> None:
    set_last_day(office.specialist, date(2026, 6, 3))
    with clock.frozen(NOW):
        offered = offered_slots(manager, office.order, "discovery", office.specialist).slots
        assert {slot.start.date() for slot in offered} == {date(2026, 6, 2), date(2026, 6, 3)}
        with pytest.raises(ConflictError, match="the specialist is away"):
            book_session(manager, office.order, "discovery", office.specialist, MORNING + timedelta(days=1))
        assert book_session(manager, office.order, "discovery", office.specialist, MORNING)
        team = order_sessions(manager, office.order).team
    assert [member.id for member in team] == [office.specialist]


def test_hours_of_a_customer_are_stored_alike_however_they_are_typed(manager: Context) -> None:
    set_customer_hours(manager, {"wed": [["13:00", "17:30"], [" 9:00", "12:00"]], "thu": []})
    assert customer_hours(manager).hours == {"wed": [["09:00", "12:00"], ["13:00", "17:30"]]}


def test_who_has_left_is_not_booked(manager: Context, office: Office) -> None:
    set_last_day(office.specialist, date(2026, 5, 31))
    with clock.frozen(NOW):
        with pytest.raises(ConflictError, match="works here no more"):
            book_session(manager, office.order, "discovery", office.specialist, MORNING)
        assert order_sessions(manager, office.order).team == []
