"""Answer a question about an order, once, as a contact of the customer."""

from __future__ import annotations

from sqlalchemy import select

from core.business.engagements.feedback.rules import check_comment, check_open, check_score
from core.business.engagements.papers.encryption import encrypt_text
from core.business.engagements.papers.tables import Feedback
from core.context import Context
from core.errors import NotFoundError
from core.platform.access.actions import action
from core.platform.audit.actions import record

COMMENT = "feedback.comment"


@action("feedback.answer")
def answer_feedback(context: Context, feedback_id: str, score: int, comment: str = "") -> None:
    """Answer a question with a score of its scale and a comment. ConflictError where it has its answer.

    InvalidInputError for a score outside of the scale, NotFoundError for a question to another customer.
    """
    query = select(Feedback).where(Feedback.tenant_id == context.tenant.id, Feedback.id == feedback_id)
    feedback = context.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if feedback is None:
        raise NotFoundError("There is no such question.", hint="Open your order.")
    check_open(feedback.score)
    check_score(feedback.kind, score)
    text = check_comment(comment)
    feedback.score, feedback.answered_at, feedback.answered_by = score, context.now, context.person
    if text:
        feedback.comment = encrypt_text(context.session, COMMENT, feedback.id, text)
    record(context, "feedback.answer", "feedback", feedback.id, milestone=feedback.milestone)
