"""Certification: one's own exams, renewals that are due, and who is certified for what; or the exam that is taken."""

from __future__ import annotations

import streamlit as st

from core.business.specialists.exams.views import exam
from core.business.specialists.roster.views import own_id
from core.context import Context
from core.errors import NotFoundError
from pages.certification.coverage import show_coverage
from pages.certification.exam import show_exam
from pages.certification.offers import show_offers
from pages.certification.renewals import show_renewals
from pages.certification.words import EXAM, PATH
from pages.ui import widgets
from pages.ui.address import BadLinkError


def show(context: Context) -> None:
    attempt_id = st.query_params.get(EXAM)
    if attempt_id:
        try:
            attempt = exam(context, attempt_id)
        except NotFoundError:
            raise BadLinkError("exam", remedy="Open Certification", path=PATH) from None
        show_exam(context, attempt)
        return
    widgets.heading(context, "Certification", "Exams, renewals, and who is certified for what.")
    show_renewals(context)
    if own_id(context) is not None:
        show_offers(context)
    show_coverage(context)
