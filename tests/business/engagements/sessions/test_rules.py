from datetime import UTC, datetime, timedelta

import pytest

from core.business.engagements.sessions.agenda import AgendaItem, agenda, from_json, plain_text, to_json
from core.business.engagements.sessions.kinds import session_kind, session_rules
from core.business.engagements.sessions.rules import (
    BOOKABLE,
    both_times,
    check_begun,
    check_booked,
    check_free,
    check_not_begun,
    check_notice,
    check_order_state,
    clean_minutes,
    clean_reason,
    slot_of,
    time_text,
)
from core.business.specialists.availability.hours import read_hours
from core.business.specialists.availability.intervals import Interval
from core.business.specialists.availability.slots import Obstacle
from core.errors import ConflictError, InvalidInputError

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_the_four_sessions_last_eleven_hours_in_the_order_of_an_order() -> None:
    kinds = session_rules().kinds
    assert {key: kind.minutes for key, kind in kinds.items()} == {
        "discovery": 120,
        "mapping": 180,
        "testing": 120,
        "go_live": 240,
    }
    assert list(kinds) == ["discovery", "mapping", "testing", "go_live"]
    assert sum(kind.minutes for kind in kinds.values()) == 11 * 60


def test_the_agenda_has_the_fixed_items_of_its_kind() -> None:
    assert session_kind("discovery").items("restaurant") == (
        "Review current POS setup",
        "Identify custom requirements",
    )
    assert session_kind("mapping").items("school") == (
        "Field mapping workshop",
        "Business rule configuration",
    )
    assert session_kind("testing").items("school") == ("UAT walkthrough", "Staff training")
    assert session_kind("go_live").items("restaurant") == ("Final migration", "Post-migration validation")
    assert session_kind("discovery").items("school")[0] == "Review current school system"


def test_hours_that_are_assumed_of_a_customer_can_be_read() -> None:
    assert read_hours("Africa/Harare", session_rules().customer_hours).weekly_minutes == 40 * 60


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no session"):
        session_kind("party")


def test_questions_stand_behind_the_fixed_items_where_they_belong() -> None:
    questions = [
        AgendaItem("3 rows held", "rows"),
        AgendaItem("Decide 2 fields", "fields"),
        AgendaItem("Check failed", "checks"),
    ]
    assert [item.text for item in agenda(session_kind("discovery"), "restaurant", questions)] == [
        "Review current POS setup",
        "Identify custom requirements",
        "Decide 2 fields",
    ]
    assert [item.text for item in agenda(session_kind("testing"), "restaurant", questions)][2:] == [
        "3 rows held",
        "Check failed",
    ]


def test_many_questions_are_counted_on_the_last_line() -> None:
    questions = [AgendaItem(f"Question {number}", "fields") for number in range(10)]
    items = agenda(session_kind("discovery"), "restaurant", questions)
    assert len(items) == 2 + 6
    assert items[-1] == AgendaItem("5 more of fields", "fields")
    assert from_json(to_json(items)) == items
    assert plain_text(items[:1]) == "- Review current POS setup"


def test_a_session_has_the_length_of_its_kind() -> None:
    assert slot_of("go_live", NOW).length == timedelta(hours=4)
    for wrong in (NOW.replace(tzinfo=None), NOW.replace(second=1)):
        with pytest.raises(InvalidInputError):
            slot_of("go_live", wrong)


def test_a_session_needs_notice_and_is_not_booked_years_ahead() -> None:
    day = timedelta(days=1)
    check_notice(Interval(NOW + day, NOW + day), NOW)
    with pytest.raises(InvalidInputError, match="24 hours ahead"):
        check_notice(Interval(NOW + day - timedelta(minutes=1), NOW + day), NOW)
    with pytest.raises(InvalidInputError, match="at most"):
        check_notice(Interval(NOW + 85 * day, NOW + 86 * day), NOW)


@pytest.mark.parametrize("state", sorted(BOOKABLE))
def test_sessions_are_booked_while_an_order_is_worked_on(state: str) -> None:
    check_order_state(state)


@pytest.mark.parametrize("state", ["pending", "on_hold", "cancelled", "completed"])
def test_no_session_is_booked_for_an_order_that_is_not(state: str) -> None:
    with pytest.raises(ConflictError, match=state.replace("_", " ")):
        check_order_state(state)


def test_a_refusal_names_everything_that_stands_against_a_time() -> None:
    check_free([])
    with pytest.raises(ConflictError) as refusal:
        check_free([Obstacle("specialist", "away"), Obstacle("customer", "busy")])
    assert str(refusal.value) == (
        "This time is not free: the specialist is away, and the customer has another session."
        " Choose one of the offered slots."
    )


def test_only_a_booked_session_changes_and_only_one_that_has_begun_is_held() -> None:
    check_booked("booked")
    for state in ("held", "cancelled"):
        with pytest.raises(ConflictError, match=state):
            check_booked(state)
    check_begun(NOW, NOW)
    check_not_begun(NOW + timedelta(minutes=1), NOW)
    with pytest.raises(ConflictError, match="has not begun"):
        check_begun(NOW + timedelta(minutes=1), NOW)
    with pytest.raises(ConflictError, match="has begun"):
        check_not_begun(NOW, NOW)


def test_reasons_and_minutes_are_cleaned_and_limited() -> None:
    assert clean_reason("  The till\nis not there ") == "The till is not there"
    assert clean_minutes(" Talked. ", ["", " Keep  tips "]) == ("Talked.", ["Keep tips"])
    for reason in (" ", "x" * 501):
        with pytest.raises(InvalidInputError):
            clean_reason(reason)
    for text, decisions in ((" ", [" "]), ("x" * 20_001, []), ("x", ["y" * 501]), ("x", ["y"] * 51)):
        with pytest.raises(InvalidInputError):
            clean_minutes(text, decisions)


def test_a_time_is_written_by_the_clocks_of_both_sides() -> None:
    slot = Interval(datetime(2026, 12, 1, 14, tzinfo=UTC), datetime(2026, 12, 1, 16, tzinfo=UTC))
    assert both_times(slot, "America/New_York", "Africa/Harare") == (
        "Tue 1 Dec 2026, 09:00–11:00 EST / Tue 1 Dec 2026, 16:00–18:00 CAT"
    )
    assert both_times(slot, "Africa/Harare", "Africa/Lusaka") == "Tue 1 Dec 2026, 16:00–18:00 CAT"


def test_a_time_over_a_change_of_clocks_has_both_names() -> None:
    slot = Interval(datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 8, tzinfo=UTC))
    assert time_text(slot, "America/New_York") == "Sun 1 Nov 2026, 00:00 EDT–03:00 EST"
    assert time_text(slot, "Asia/Tokyo") == "Sun 1 Nov 2026, 13:00–17:00 JST"
    late = Interval(datetime(2026, 6, 1, 22, tzinfo=UTC), datetime(2026, 6, 2, 2, tzinfo=UTC))
    assert time_text(late, "UTC") == "Mon 1 Jun 2026, 22:00–Tue 02:00 UTC"
