"""The demo's roster: for each source, for enterprise and for schools there are certified people, by exams they passed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from core.business.specialists.certificates.rules import levels_held
from core.business.specialists.certificates.stored import certificates_by_specialist
from core.business.specialists.certificates.views import covers, due_renewals
from core.business.specialists.exams.rules import draw
from core.business.specialists.program import program
from core.business.specialists.roster.views import roster, specialist
from core.business.specialists.tables import Certificate, ExamAttempt, Specialist
from core.business.specialists.training.views import training
from core.entry.demo import OPERATOR
from core.entry.demo_delivery.people import PARTNER, ROSTER
from core.entry.demo_delivery.roster import seed_roster, seed_roster_people
from core.entry.demo_sales import reset_sales
from core.errors import NotFoundError
from core.platform.access.actions import enter
from core.platform.access.views import demo_cast, person_by_handle


@pytest.fixture
def manager(people):
    """Alice at the demo's operator, with the roster as the demo has it."""
    seed_roster_people()
    with enter(people["alice"], OPERATOR) as context:
        context.session.execute(text("select empty_demo()"))
        context.session.commit()
        seed_roster(context)
        yield context
        context.session.execute(text("select empty_demo()"))
        context.session.commit()


def test_the_roster_has_eight_people_of_the_demo_and_is_written_once(manager):
    rows = roster(manager)
    assert len(rows) == len(ROSTER) == 8
    assert {row.name for row in rows} <= {name for _, name in demo_cast()}
    assert [row.name for row in rows if row.partner] == ["Lena Ortiz"]
    assert PARTNER in {row.partner for row in rows}
    assert seed_roster(manager) == 0


def test_each_source_and_enterprise_and_school_have_two_certified_specialists(manager):
    """Names are derived as the seeds ask for them: 'toast' is what 'toast_specialist' certifies (X27)."""
    counts = {cover.speciality: cover.count for cover in covers(manager)}
    assert set(counts) == {"toast", "square", "clover", "enterprise", "school"}
    assert all(count >= 2 for count in counts.values())
    names = {held.name for row in roster(manager) for held in row.certificates}
    assert names == {f"{key}_specialist" for key in program().specialities}


def test_each_certificate_stands_on_an_exam_that_was_passed(manager):
    session = manager.session
    attempts = {row.id: row for row in session.scalars(select(ExamAttempt))}
    for certificate in session.scalars(select(Certificate)):
        attempt = attempts[certificate.attempt_id]
        assert attempt.passed
        assert (attempt.speciality, attempt.level) == (certificate.speciality, certificate.level)
        drawn_again = draw(attempt.speciality, attempt.level, attempt.seed)
        assert attempt.questions == [question.as_document() for question in drawn_again]
        assert certificate.issued_on == attempt.created_at.date()


def test_whoever_holds_a_level_earned_the_ones_below(manager):
    for held in certificates_by_specialist(manager.session).values():
        for certificate in held:
            below = program().levels[certificate.level].requires
            day = certificate.issued_on
            assert below is None or below in levels_held(held, certificate.speciality, day)


def test_there_is_a_renewal_of_this_week_and_one_of_this_month(manager):
    notices = {(row.specialist_name, row.notice) for row in due_renewals(manager)}
    assert ("Chipo Ncube", 7) in notices
    assert ("Jun Tanaka", 30) in notices
    lena = next(row for row in roster(manager) if row.name == "Lena Ortiz")
    assert [held.title for held in lena.certificates] == ["Clover Associate"]


def test_training_and_leave_stand_in_the_entries(manager):
    rows = {row.name: row.id for row in roster(manager)}
    (leave,) = specialist(manager, rows["Diego Alvarez"]).absences
    assert leave.kind == "leave"
    assert leave.ends_at - leave.starts_at >= timedelta(days=3, hours=23)
    steps = [step for day in training(manager, rows["Lena Ortiz"]) for step in day.steps]
    assert sum(step.done_at is None for step in steps) == 3
    assert all(step.confirmed_by for step in steps if step.done_at)


def test_a_reset_brings_the_roster_back(manager, people):
    row = manager.session.scalars(select(Specialist).where(Specialist.initials == "ML")).one()
    row.zone = "UTC"
    manager.session.commit()
    reset_sales(people["alice"])
    manager.session.expire_all()
    assert next(row.zone for row in roster(manager) if row.name == "Mara Lindt") == "Europe/Berlin"
    assert manager.session.scalar(select(func.count()).select_from(Specialist)) == 8


def test_a_partner_of_the_demo_sees_themselves_alone(manager):
    with enter(person_by_handle("lena"), OPERATOR) as lena:
        assert [row.name for row in roster(lena)] == ["Lena Ortiz"]


def test_only_the_operator_of_a_demo_gets_the_roster(manager, alice):
    with pytest.raises(NotFoundError):
        seed_roster(alice)
