"""Leads of generated orders hold the certificates that their orders need; the demo's specialist leads open ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from core.business.engagements.team.certificates import HeldCertificate, answers, needs_of
from core.business.specialists.certificates.rules import expiry
from core.business.specialists.program import program
from core.business.specialists.roster.rules import initials
from core.entry.demo_delivery.people import ROSTER
from core.entry.demo_delivery.shapes import OrderShape, customers_of, order_shapes
from core.entry.demo_delivery.teams import Team, Teams
from core.entry.demo_delivery.writing import OrderWriter

ANCHORS = [date(2026, 11, 29), date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 14)]


def certificates(today: date) -> dict[str, list[HeldCertificate]]:
    """Return what the demo's roster holds, as it is written."""
    people: dict[str, list[HeldCertificate]] = defaultdict(list)
    for shape in sorted(ROSTER, key=lambda shape: initials(shape.name)):
        for earned in shape.earned:
            issued = today - timedelta(days=earned.days_ago)
            names = list(program().levels)
            for level in names[: names.index(earned.level) + 1]:
                held = HeldCertificate(earned.speciality, level, issued, expiry(earned.speciality, issued))
                people[shape.handle].append(held)
    return people


def teams(today: date) -> list[tuple[OrderShape, Team]]:
    chooser = Teams(certificates(today), today, "bob")
    groups = customers_of(order_shapes(today))
    return [(shape, chooser.choose(shape)) for orders in groups.values() for shape in orders]


@pytest.mark.parametrize("today", ANCHORS)
def test_the_specialist_of_the_demo_leads_three_open_orders_in_three_states(today: date) -> None:
    led = [shape for shape, team in teams(today) if team.lead == "bob" and shape.ended_on is None]
    states = {OrderWriter("t", shape, "OC-1", "UTC", "m", Team("bob")).state.value for shape in led}
    assert len(led) == len(states) == 3
    assert "go_live" in states


@pytest.mark.parametrize("today", ANCHORS)
def test_whoever_leads_an_open_order_holds_what_it_needs_and_reviews_none_of_their_own(today: date) -> None:
    held = certificates(today)
    for shape, team in teams(today):
        if shape.ended_on is not None or team.lead is None:
            assert team.reviewer is None
            continue
        needs = needs_of(shape.domain, shape.package, [shape.source])
        assert all(answer.certificate for answer in answers(needs, held[team.lead], today)), shape
        assert team.reviewer != team.lead


@pytest.mark.parametrize("today", ANCHORS)
def test_everybody_of_the_roster_leads_some_orders(today: date) -> None:
    leads = Counter(team.lead for _, team in teams(today))
    assert all(leads[shape.handle] >= 2 for shape in ROSTER)


def test_an_order_that_nobody_works_on_yet_has_no_team() -> None:
    waiting = [
        (shape, team)
        for shape, team in teams(ANCHORS[0])
        if not any(reached for _, reached in shape.milestones.values())
    ]
    assert waiting
    assert all(team == Team() for _, team in waiting)
