"""An exam is begun by who may, answered in time, scored here, and what is passed is certified at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from core.business.engagements.lookup import today_of
from core.business.specialists.certificates.actions import grant, revoke
from core.business.specialists.certificates.views import certificates
from core.business.specialists.exams.actions import answer_question, begin_exam, finish_exam
from core.business.specialists.exams.expiring import end_expired_exams
from core.business.specialists.exams.stored import drawn_of, find_attempt
from core.business.specialists.exams.views import attempts, exam, exam_offers
from core.business.specialists.roster.actions import end_specialist
from core.business.specialists.training.actions import tick_step
from core.errors import (
    AppError,
    ConflictError,
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    NotFoundError,
)
from core.kit import clock
from core.platform.access.actions import enter
from core.platform.delivery.notifications import notifications
from tests.business.specialists.conftest import later, take, train
from tests.staff import operator


@pytest.fixture
def trained(desk):
    train(desk.maya, desk.maya_id)
    return desk


def offer(context, speciality, level):
    return next(row for row in exam_offers(context) if (row.speciality, row.level) == (speciality, level))


def test_a_passed_exam_issues_the_certificate_that_day(trained):
    attempt, success = take(trained.maya, "toast", "associate", wrong=3)
    assert success
    (certificate,) = certificates(trained.noel, trained.maya_id)
    assert (certificate.held.title, certificate.by_exam) == ("Toast Associate", True)
    assert certificate.held.issued_on == today_of(trained.maya)
    result = exam(trained.maya, attempt)
    assert (result.score, result.is_passed, result.is_open) == (Decimal(70), True, False)
    assert finish_exam(trained.maya, attempt)
    assert len(certificates(trained.maya, trained.maya_id)) == 1


def test_a_failed_exam_is_kept_and_certifies_nothing(trained):
    attempt, success = take(trained.maya, "toast", "associate", wrong=4)
    assert not success
    assert certificates(trained.maya, trained.maya_id) == []
    (row,) = attempts(trained.manager, trained.maya_id)
    assert (row.id, row.score, row.is_passed) == (attempt, Decimal(60), False)


def test_the_right_answers_are_shown_when_the_exam_is_over_and_not_before(trained):
    attempt = begin_exam(trained.maya, "clover", "associate")
    view = exam(trained.maya, attempt)
    assert len(view.questions) == 10
    assert all(question.right is None and question.why == "" for question in view.questions)
    assert all(len(set(question.options)) == 4 for question in view.questions)
    answer_question(trained.maya, attempt, view.questions[0].id, 2)
    answer_question(trained.maya, attempt, view.questions[0].id, 1)
    assert exam(trained.maya, attempt).questions[0].answer == 1
    assert exam(trained.maya, attempt).answer_count == 1
    finish_exam(trained.maya, attempt)
    assert all(
        question.right is not None and question.why for question in exam(trained.maya, attempt).questions
    )


def test_the_open_exam_goes_on_and_another_one_waits(trained):
    attempt = begin_exam(trained.maya, "toast", "associate")
    assert begin_exam(trained.maya, "toast", "associate") == attempt
    assert offer(trained.maya, "toast", "associate").open_attempt == attempt
    with pytest.raises(ConflictError, match="Toast Associate is open"):
        begin_exam(trained.maya, "square", "associate")


def test_three_attempts_are_possible_in_thirty_days(trained):
    for left in (2, 1, 0):
        take(trained.maya, "toast", "associate", wrong=10)
        assert offer(trained.maya, "toast", "associate").attempts_left == left
    with pytest.raises(LimitReachedError):
        begin_exam(trained.maya, "toast", "associate")
    assert begin_exam(trained.maya, "square", "associate")
    assert begin_exam(later(trained.maya, days=31), "toast", "associate")


def test_an_exam_that_is_out_of_time_is_scored_with_the_answers_so_far(trained):
    attempt = begin_exam(trained.maya, "toast", "associate")
    question = exam(trained.maya, attempt).questions[0].id
    answer_question(trained.maya, attempt, question, 0)
    late = later(trained.maya, minutes=31)
    with pytest.raises(ConflictError, match="over"):
        answer_question(late, attempt, question, 1)
    assert not exam(late, attempt).is_open
    assert begin_exam(late, "toast", "associate") != attempt
    result = exam(late, attempt)
    assert result.is_passed is False
    assert result.finished_at == trained.maya.now + timedelta(minutes=30)


def test_the_training_comes_before_the_exam(desk):
    with pytest.raises(ConflictError, match="training is not complete"):
        begin_exam(desk.maya, "toast", "associate")
    train(desk.maya, desk.maya_id)
    tick_step(desk.maya, desk.maya_id, "square_module", done=False)
    assert begin_exam(desk.maya, "toast", "associate")
    assert offer(desk.maya, "square", "associate").blocked


def test_a_level_needs_the_one_below_and_a_former_level_is_renewed(trained):
    with pytest.raises(ConflictError, match="needs a valid certificate Toast Associate"):
        begin_exam(trained.maya, "toast", "professional")
    take(trained.maya, "toast", "associate")
    take(trained.maya, "toast", "professional")
    _, success = take(trained.maya, "toast", "master", wrong=2)
    assert success
    much_later = later(trained.maya, days=800)
    assert begin_exam(much_later, "toast", "master")


def test_a_revoked_level_is_not_renewed_but_earned_again(trained):
    certificate = grant(
        trained.manager, trained.maya_id, "school", "professional", "Examined by the ministry"
    )
    assert offer(trained.maya, "school", "master").blocked == ""
    revoke(trained.manager, certificate, "The proof was of somebody else")
    assert offer(trained.maya, "school", "master").blocked
    with pytest.raises(ConflictError):
        begin_exam(trained.maya, "school", "professional")


def test_each_person_takes_their_own_exam(trained):
    attempt = begin_exam(trained.maya, "toast", "associate")
    for call in (
        lambda: exam(trained.noel, attempt),
        lambda: answer_question(trained.noel, attempt, "toast-a-01", 0),
        lambda: finish_exam(trained.manager, attempt),
        lambda: exam_offers(trained.manager),
    ):
        with pytest.raises(NotFoundError):
            call()
    with pytest.raises(NotAllowedError):
        attempts(trained.noel, trained.maya_id)
    with pytest.raises(InvalidInputError):
        answer_question(trained.maya, attempt, "square-a-01", 0)


def test_who_has_left_takes_no_exam(trained):
    end_specialist(trained.manager, trained.maya_id, today_of(trained.manager))
    with pytest.raises(ConflictError, match="ended"):
        begin_exam(later(trained.maya, days=1), "toast", "associate")


def test_the_person_and_the_managers_hear_of_a_certificate(trained):
    take(trained.maya, "toast", "associate")
    for context in (trained.maya, trained.manager):
        assert "certificate_issued" in [notice.kind for notice in notifications(context)]


def test_a_partner_takes_exams_as_everybody_does(desk):
    train(desk.partner, desk.partner_id)
    _, success = take(desk.partner, "clover", "associate", wrong=1)
    assert success
    assert [row.held.title for row in certificates(desk.partner, desk.partner_id)] == ["Clover Associate"]
    assert "certificate_issued" in [notice.kind for notice in notifications(desk.manager)]


def test_of_parallel_attempts_no_more_than_three_begin(trained):
    """Twelve clicks at once begin one exam; each further one finishes what is open first."""

    def begin_and_fail(_: int) -> str | None:
        try:
            with enter(trained.maya.person, operator()) as context:
                attempt = begin_exam(context, "clover", "associate")
                finish_exam(context, attempt)
                return attempt
        except AppError:
            return None

    trained.maya.session.rollback()
    with ThreadPoolExecutor(6) as pool:
        starts = set(pool.map(begin_and_fail, range(12))) - {None}
    for number in range(3):  # those that met on one open exam began none
        starts |= {begin_and_fail(number)} - {None}
    assert len(starts) <= 3
    assert len(attempts(trained.maya, trained.maya_id)) == 3


def test_an_exam_that_nobody_finished_shows_its_state_and_is_scored_by_the_program(trained, monkeypatch):
    attempt = begin_exam(trained.maya, "toast", "associate")
    row = find_attempt(trained.maya, trained.maya_id, attempt)
    for question in drawn_of(row):
        answer_question(trained.maya, attempt, question.id, question.right)
    trained.maya.session.commit()
    assert [entry.result for entry in attempts(trained.manager, trained.maya_id)] == ["Open"]
    assert end_expired_exams() == 0
    late = later(trained.manager, minutes=31)
    assert [entry.result for entry in attempts(late, trained.maya_id)] == ["Time is over"]
    monkeypatch.setattr(clock, "now", lambda: late.now)
    assert end_expired_exams() == 1
    assert end_expired_exams() == 0
    for desk_of in (trained.manager, trained.maya):
        desk_of.session.rollback()
    (entry,) = attempts(late, trained.maya_id)
    assert (entry.result, entry.score) == ("Passed", Decimal(100))
    assert entry.finished_at == row.created_at + timedelta(minutes=30)
    assert [held.held.title for held in certificates(late, trained.maya_id)] == ["Toast Associate"]
