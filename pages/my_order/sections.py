"""What belongs to an order that was placed, each part from a file of its own, as far as the person may see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.business.engagements.rules import FINAL, PENDING
from core.business.engagements.views import OrderView
from core.context import Context
from pages.my_order.days import draw_milestones
from pages.my_order.documents import draw_documents
from pages.my_order.feedback import draw_questions
from pages.my_order.payments import draw_payments
from pages.my_order.sessions.section import draw_sessions
from pages.my_order.tasks import draw_tasks

Part = Callable[[Context, str], None]

SECTIONS: Sequence[tuple[str, Part]] = (
    ("feedback.answer", draw_questions),
    ("order.read", draw_tasks),
    ("order.read", draw_milestones),
    ("order.read", draw_sessions),
    ("document.read", draw_documents),
    ("order.read", draw_payments),
)
"""The permission that each part asks for, and what draws it; in the order of the screen."""


def draw_sections(context: Context, order: OrderView) -> None:
    """Draw the parts of an order; one that waits for approval has its documents alone, one that is over no tasks."""
    for permission, draw in SECTIONS:
        is_early = order.state == PENDING and draw is not draw_documents
        is_over = order.state in FINAL and draw is draw_tasks
        if context.may(permission) and not is_early and not is_over:
            draw(context, order.id)
