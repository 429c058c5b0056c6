"""The people of the demo's roster are such as the roster takes: hours, zones, languages, levels in their order."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from core.business.specialists.program import program, rank
from core.business.specialists.roster.rules import RosterFields, checked, initials, weekly_hours
from core.business.specialists.training.rules import open_steps, steps
from core.entry.demo import PEOPLE, STAFF
from core.entry.demo_delivery.people import FOUR_DAYS, FULL_WEEK, LATE_WEEK, LATER_WEEK, ROSTER, Earned

EVERYBODY = pytest.mark.parametrize("shape", ROSTER, ids=[shape.handle for shape in ROSTER])


@EVERYBODY
def test_an_entry_is_one_that_the_roster_takes(shape):
    fields = RosterFields(shape.zone, shape.languages, shape.skills, shape.hours)
    stored = checked(fields)
    assert stored.hours == shape.hours
    assert list(stored.skills) == list(shape.skills)
    assert stored.languages == sorted(shape.languages)
    assert "en" in shape.languages


@EVERYBODY
def test_levels_and_specialities_are_those_of_the_program(shape):
    for earned in shape.earned:
        assert earned.speciality in program().specialities
        assert rank(earned.level) in {0, 1, 2}
        assert earned.days_ago > 0


@EVERYBODY
def test_steps_that_are_open_are_steps_of_the_training(shape):
    keys = {step.key for step in steps()}
    assert shape.open_steps <= keys


@EVERYBODY
def test_whoever_holds_a_certificate_did_the_module_of_its_source(shape):
    valid = [earned for earned in shape.earned if earned.days_ago < 180]
    for earned in valid:
        own_module = f"{earned.speciality}_module"
        assert own_module not in shape.open_steps


def test_handles_names_and_initials_tell_people_apart():
    assert len({shape.handle for shape in ROSTER}) == len(ROSTER)
    assert len({shape.name for shape in ROSTER}) == len(ROSTER)
    assert len({initials(shape.name) for shape in ROSTER}) == len(ROSTER)


def test_bob_of_the_stories_is_the_bob_of_the_roster():
    (bob,) = [shape for shape in ROSTER if shape.handle == "bob"]
    assert bob.name == PEOPLE["bob"]
    assert STAFF["bob"] == "specialist"
    assert [shape.handle for shape in ROSTER if shape.handle in STAFF] == ["bob"]


def test_the_weeks_are_of_usual_length():
    assert weekly_hours(FULL_WEEK) == Decimal("37.50")
    assert weekly_hours(LATER_WEEK) == Decimal("37.50")
    assert weekly_hours(FOUR_DAYS) == Decimal("30.00")
    assert weekly_hours(LATE_WEEK) == Decimal("40.00")


def test_the_roster_works_in_several_zones_and_speaks_several_languages():
    zones = Counter(shape.zone for shape in ROSTER)
    assert len(zones) >= 5
    assert zones["Africa/Harare"] == 2
    assert len({code for shape in ROSTER for code in shape.languages}) >= 6


def test_somebody_is_away_soon_somebody_is_a_partner_and_somebody_s_certificate_is_over():
    assert [shape.handle for shape in ROSTER if shape.leave_in] == ["diego"]
    assert [shape.handle for shape in ROSTER if shape.is_partner] == ["lena"]
    assert Earned("toast", "associate", 400) in next(
        shape.earned for shape in ROSTER if shape.handle == "lena"
    )


@pytest.mark.parametrize("speciality", list(program().specialities))
def test_for_each_speciality_two_people_hold_what_has_not_ended(speciality):
    months = program().specialities[speciality].months
    holders = {
        shape.handle
        for shape in ROSTER
        for earned in shape.earned
        if earned.speciality == speciality and earned.days_ago < months * 30
    }
    assert len(holders) >= 2
    for shape in ROSTER:
        if shape.handle in holders:
            done = {step.key for step in steps()} - shape.open_steps
            assert len(open_steps(speciality, done)) <= 1
