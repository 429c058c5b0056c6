"""The parts of an order's page: each drawn by a function of its own, which takes the customer's Context and the order's id.

SECTIONS are the tabs of the page, in this order; ASIDE are the cards at the right of the first one, in this order. A part
that is added here stands in a module or folder of its own beside this one. Inside, `act` and `live` work in the order's
customer: it is the one chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.context import Context
from pages.orders import overview, payments, team
from pages.orders.communications.section import show_communications
from pages.orders.documents.section import show_documents
from pages.orders.escalations.section import show_escalations
from pages.orders.feedback.section import show_feedback
from pages.orders.history import show_history
from pages.orders.sessions.section import show_sessions
from pages.orders.tasks import show_tasks

Part = Callable[[Context, str], None]

ASIDE: Sequence[Part] = (show_tasks, payments.show_card, team.draw_team)
"""Cards at the right of the overview: tasks, payments, team."""

SECTIONS: Mapping[str, tuple[str, Part]] = {
    "overview": ("Overview", lambda context, order_id: overview.show_overview(context, order_id, ASIDE)),
    "team": ("Team", team.show_team),
    "sessions": ("Sessions", show_sessions),
    "payments": ("Payments", payments.show_payments),
    "documents": ("Documents", show_documents),
    "communications": ("Log", show_communications),
    "feedback": ("Feedback", show_feedback),
    "escalations": ("Escalations", show_escalations),
    "history": ("History", show_history),
}
"""Section (as in the address) -> its label and what draws it."""
