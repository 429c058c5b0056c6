"""Feedback: asked once at each milestone, answered once by a contact, with a comment that nobody reads in the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.business.engagements.feedback.actions import answer_feedback
from core.business.engagements.feedback.asking import ask_at_milestone, ask_for_feedback
from core.business.engagements.feedback.views import feedback_of, open_questions
from core.business.engagements.lookup import today_of
from core.business.engagements.tables import Milestone
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.tables import TenantRecord
from core.platform.delivery.notifications import notifications
from tests.business.engagements.papers import as_contact, make_order, stored_bytes
from tests.staff import add_contact, add_staff, operator


@pytest.fixture
def order_id(alice: Context) -> str:
    return make_order(alice)


def ask(context: Context, order_id: str, milestone: str) -> bool:
    asked_now = ask_at_milestone(context, order_id, milestone)
    context.session.commit()
    return asked_now


def reach(context: Context, order_id: str, key: str, days_ago: int = 0) -> None:
    context.session.add(
        Milestone(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            engagement_id=order_id,
            key=key,
            position=1,
            reached_on=today_of(context) - timedelta(days=days_ago),
            updated_at=context.now,
        )
    )
    context.session.commit()


def test_a_question_reaches_the_contacts_once(alice, order_id):
    contact = add_contact(alice.tenant.id)
    assert ask(alice, order_id, "kickoff")
    assert not ask(alice, order_id, "kickoff")
    with as_contact(alice.tenant.id, contact) as context:
        [question] = open_questions(context)
        assert (question.milestone, question.kind, question.lowest, question.highest) == (
            "kickoff",
            "satisfaction",
            1,
            5,
        )
        assert [notice.kind for notice in notifications(context)] == ["feedback_wanted"]


def test_a_milestone_without_a_question_is_not_asked_about(alice, order_id):
    assert not ask(alice, order_id, "data_analysis")
    assert feedback_of(alice, order_id) == []


def test_an_answer_is_given_once_and_its_comment_is_encrypted(alice, order_id):
    ask(alice, order_id, "closure")
    with as_contact(alice.tenant.id) as contact:
        [question] = open_questions(contact)
        answer_feedback(contact, question.id, 9, " Rosa was splendid. ")
        assert open_questions(contact) == []
        with pytest.raises(ConflictError, match="answered already"):
            answer_feedback(contact, question.id, 0)
    [answer] = feedback_of(alice, order_id)
    assert (answer.score, answer.score_text, answer.comment) == (9, "9 of 10", "Rosa was splendid.")
    assert (answer.person, answer.answered_at) == ("A Contact", contact.now)
    assert b"splendid".hex() not in stored_bytes(alice.tenant.id, "feedback")


def test_of_many_answers_at_once_one_counts(alice, order_id):
    ask(alice, order_id, "go_live")
    person = add_contact(alice.tenant.id)
    with as_contact(alice.tenant.id, person) as contact:
        [question] = open_questions(contact)

    def answer(score: int) -> int:
        with enter(person, alice.tenant.id) as context:
            try:
                answer_feedback(context, question.id, score)
            except ConflictError:
                return 0
            return score

    with ThreadPoolExecutor(5) as pool:
        counted = [score for score in pool.map(answer, range(1, 6)) if score]
    assert [row.score for row in feedback_of(alice, order_id)] == counted


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_outside_of_the_scale_is_refused_and_the_question_stays_open(alice, order_id, score):
    ask(alice, order_id, "kickoff")
    with as_contact(alice.tenant.id) as contact:
        [question] = open_questions(contact)
        with pytest.raises(InvalidInputError, match="from 1 to 5"):
            answer_feedback(contact, question.id, score)
        assert open_questions(contact) == [question]


def test_staff_see_answers_and_give_none(alice, bob, sam, order_id):
    ask(alice, order_id, "kickoff")
    [row] = feedback_of(alice, order_id)
    assert (row.score_text, row.person) == ("", None)
    for context in (alice, bob, sam):
        with pytest.raises(NotAllowedError):
            answer_feedback(context, row.id, 5)
        with pytest.raises(NotAllowedError):
            open_questions(context)


def test_a_contact_of_another_customer_can_answer_nothing(alice, mallory, order_id):
    ask(alice, order_id, "kickoff")
    [row] = feedback_of(alice, order_id)
    with as_contact(mallory.tenant.id) as stranger:
        assert open_questions(stranger) == []
        with pytest.raises(NotFoundError):
            answer_feedback(stranger, row.id, 5)
    with pytest.raises(NotFoundError):
        feedback_of(mallory, order_id)


def test_a_contact_cannot_ask_themselves(alice, order_id):
    person = add_contact(alice.tenant.id)
    adding = text(
        "insert into feedback (tenant_id, id, created_at, engagement_id, kind, milestone, score)"
        " values (:t, gen_random_uuid(), now(), :e, 'nps', 'kickoff', 10)"
    )
    with (
        TenantSession(alice.tenant.id, person) as session,
        pytest.raises(ProgrammingError, match="row-level security"),
    ):
        session.execute(adding, {"t": alice.tenant.id, "e": order_id})


def test_the_job_asks_about_milestones_of_the_last_thirty_days_once(alice, order_id):
    operator()
    add_staff("manager")
    with TenantSession(alice.tenant.id, alice.person, system=True) as session:
        assert not session.get_one(TenantRecord, alice.tenant.id).is_demo
    for key, days_ago in (("kickoff", 31), ("data_migration", 30), ("go_live", 0), ("user_setup", 1)):
        reach(alice, order_id, key, days_ago)
    assert ask_for_feedback() >= 2
    assert [row.milestone for row in feedback_of(alice, order_id)] == ["data_migration", "go_live"]
    ask_for_feedback()
    assert len(feedback_of(alice, order_id)) == 2


@pytest.mark.demo
def test_contacts_of_a_demo_are_asked_and_those_of_generated_history_are_not(alice, order_id):
    add_staff("manager")
    reach(alice, order_id, "go_live", 1)
    alice.session.execute(text("update engagement set is_generated = true"))
    alice.session.commit()
    ask_for_feedback()
    assert feedback_of(alice, order_id) == []
    alice.session.execute(text("update engagement set is_generated = false"))
    alice.session.commit()
    ask_for_feedback()
    assert [row.milestone for row in feedback_of(alice, order_id)] == ["go_live"]
