"""A certificate counts from its day to its last day, and somebody is reminded of each end once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.specialists.certificates.rules import (
    HeldCertificate,
    Validity,
    best,
    check_dates,
    due_notice,
    expiry,
    levels_held,
)
from core.business.specialists.certificates.stored import number_of
from core.errors import InvalidInputError

TODAY = date(2026, 11, 28)
HELD = HeldCertificate("1", "s", "C-2026-1", "toast", "professional", date(2025, 12, 28), date(2026, 12, 28))


def ending(days: int, **changes: object) -> HeldCertificate:
    return replace(HELD, expires_on=TODAY + timedelta(days=days), **changes)


@pytest.mark.parametrize(
    ("key", "issued", "last"),
    [
        ("toast", date(2026, 11, 28), date(2027, 11, 28)),
        ("enterprise", date(2026, 11, 28), date(2027, 5, 28)),
        ("enterprise", date(2026, 8, 31), date(2027, 2, 28)),
        ("school", date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_a_certificate_holds_twelve_months_and_of_enterprise_six(key, issued, last):
    assert expiry(key, issued) == last


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_certificate_never_holds_longer_than_its_months(issued):
    assert timedelta(days=364) <= expiry("square", issued) - issued <= timedelta(days=366)
    assert timedelta(days=180) <= expiry("enterprise", issued) - issued <= timedelta(days=184)


@pytest.mark.parametrize(
    ("days", "validity"),
    [(-1, Validity.EXPIRED), (0, Validity.EXPIRING), (30, Validity.EXPIRING), (31, Validity.VALID)],
)
def test_the_last_day_counts_and_the_day_after_does_not(days, validity):
    certificate = ending(days)
    assert certificate.validity(TODAY) is validity
    assert certificate.counts(TODAY) is (days >= 0)
    assert certificate.days_left(TODAY) == days


def test_a_revoked_certificate_counts_on_no_day():
    certificate = ending(200, is_revoked=True)
    assert certificate.validity(TODAY) is Validity.REVOKED
    assert best([certificate], TODAY) == {}
    assert levels_held([certificate], "toast", TODAY) == set()


def test_the_highest_level_that_counts_stands_for_its_speciality():
    master = ending(-1, level="master")
    older, newer = ending(10, id="2"), ending(20, id="3")
    square = ending(5, speciality="square", level="associate")
    assert best([master, older, newer, square], TODAY) == {"toast": newer, "square": square}
    assert levels_held([master, older], "toast", TODAY) == {"associate", "professional"}
    assert HELD.name == "toast_specialist"
    assert HELD.title == "Toast Professional"


@pytest.mark.parametrize(
    ("days", "notice"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_the_latest_reminder_that_applies_is_due(days, notice):
    certificate = ending(days)
    assert due_notice(certificate, [certificate], TODAY) == notice


def test_what_is_renewed_is_not_reminded_of():
    old = ending(5)
    assert due_notice(old, [old, ending(300, id="2")], TODAY) is None
    assert due_notice(old, [old, ending(300, id="2", level="master")], TODAY) is None
    assert due_notice(old, [old, ending(300, id="2", level="associate")], TODAY) == 7
    assert due_notice(old, [old, ending(300, id="2", speciality="square")], TODAY) == 7
    assert due_notice(old, [old, ending(300, id="2", is_revoked=True)], TODAY) == 7


def test_no_certificate_is_issued_in_the_future():
    check_dates(TODAY, TODAY)
    with pytest.raises(InvalidInputError):
        check_dates(TODAY + timedelta(days=1), TODAY)


def test_numbers_are_of_one_form_and_differ():
    numbers = {number_of(str(key), 2026) for key in range(5_000)}
    assert len(numbers) == 5_000
    assert all(len(number) == 14 and number.startswith("C-2026-") for number in numbers)
