"""Show what a customer was asked about an order and what they answered, in a Context of the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.business.engagements.feedback.actions import COMMENT
from core.business.engagements.feedback.rules import SCALES, feedback_rules
from core.business.engagements.papers.encryption import decrypt_text
from core.business.engagements.papers.orders import find_order
from core.business.engagements.papers.tables import Feedback
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.tables import Person
from core.platform.audit.actions import note_reading


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that waits for its answer; `lowest` and `highest` are the ends of its scale."""

    id: str
    engagement_id: str
    milestone: str
    kind: str
    text: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class FeedbackDetails:
    """A question and its answer; `score` is None until there is one. `person` answered."""

    id: str
    kind: str
    milestone: str
    asked_at: datetime
    score: int | None
    comment: str
    answered_at: datetime | None
    person: str | None

    @property
    def score_text(self) -> str:
        """The score with the end of its scale: '4 of 5', '' without one."""
        return "" if self.score is None else f"{self.score} of {SCALES[self.kind][1]}"


@view("feedback.answer")
def open_questions(context: Context) -> list[OpenQuestion]:
    """List what the customer was asked about their orders and has not answered, the oldest question first."""
    query = (
        select(Feedback)
        .where(Feedback.tenant_id == context.tenant.id, Feedback.score.is_(None))
        .order_by(Feedback.created_at, Feedback.id)
    )
    questions = feedback_rules().questions
    return [
        OpenQuestion(
            row.id,
            row.engagement_id,
            row.milestone,
            row.kind,
            questions[row.milestone].text,
            *SCALES[row.kind],
        )
        for row in context.session.scalars(query)
        if row.milestone in questions
    ]


@view("feedback.read")
def feedback_of(context: Context, engagement_id: str) -> list[FeedbackDetails]:
    """List what was asked about an order, in this order, with the answers. NotFoundError for one of another customer."""
    find_order(context, engagement_id)
    query = (
        select(Feedback, Person.name)
        .outerjoin(Person, Person.id == Feedback.answered_by)
        .where(Feedback.tenant_id == context.tenant.id, Feedback.engagement_id == engagement_id)
        .order_by(Feedback.created_at, Feedback.id)
    )
    rows = context.session.execute(query).all()
    if any(row.comment for row, _ in rows):
        note_reading(context, "engagement", engagement_id, data="feedback", purpose="feedback on an order")
    return [
        FeedbackDetails(
            row.id,
            row.kind,
            row.milestone,
            row.created_at,
            row.score,
            decrypt_text(context.session, COMMENT, row.id, row.comment),
            row.answered_at,
            person,
        )
        for row, person in rows
    ]
