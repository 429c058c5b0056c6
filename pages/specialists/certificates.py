"""Certificates of a specialist, the PDF of each, and what managers do with them; results of exams below."""

from __future__ import annotations

import streamlit as st

from core.business.specialists.certificates.actions import MAX_REASON, grant, revoke
from core.business.specialists.certificates.views import CertificateView, certificate_pdf, certificates
from core.business.specialists.exams.views import attempts
from core.business.specialists.program import program
from core.business.specialists.roster.views import SpecialistView
from core.context import Context
from core.kit.wording import day
from pages.ui import formats, widgets
from pages.ui.delivery.certificate_words import VALIDITY_COLOURS
from pages.ui.downloads import draw_download
from pages.ui.frame import act

STATE = st.session_state
_CERTIFICATE, _WHY = "certificate_use", "certificate_why"


def show_certificates(context: Context, entry: SpecialistView) -> None:
    rows = certificates(context, entry.row.id)
    if rows:
        _table(context, rows)
        _use(context, rows)
    else:
        widgets.empty(
            "No certificates yet", "A passed exam issues one; see Certification.", icon="workspace_premium"
        )
    if context.may("certificate.grant") and not entry.row.is_own:
        _grant(entry)
    if entry.absences is not None:
        _attempts(context, entry)


def _table(context: Context, rows: list[CertificateView]) -> None:
    today = context.today
    columns = {
        "Certificate": st.column_config.TextColumn(width=170),
        "State": widgets.badge_column(
            "State", {formats.words(key): colour for key, colour in VALIDITY_COLOURS.items()}, width=90
        ),
        "Issued": st.column_config.TextColumn(width=96),
        "Until": st.column_config.TextColumn(width=96),
        "Days": st.column_config.NumberColumn("Days left", format="localized", width=76),
        "Number": st.column_config.TextColumn(width=130),
        "How": st.column_config.TextColumn("Earned by", width=150),
    }
    if any(row.revoked_reason for row in rows):
        columns["Why revoked"] = st.column_config.TextColumn(width=140)
    widgets.table(
        [
            {
                "Certificate": row.held.title,
                "State": [formats.words(row.validity)],
                "Issued": day(row.held.issued_on, today),
                "Until": day(row.held.expires_on, today),
                "Days": row.days_left if row.days_left >= 0 else None,
                "Number": row.held.number,
                "How": "Exam" if row.by_exam else row.note,
                "Why revoked": row.revoked_reason or None,
            }
            for row in rows
        ],
        columns,
        alt="Certificates with state, days of issue and end, number and how they were earned",
    )


def _use(context: Context, rows: list[CertificateView]) -> None:
    """Draw the PDF of a certificate and, for managers, its revocation."""
    titles = {row.held.id: f"{row.held.title}, {row.held.number}" for row in rows}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        certificate_id = st.selectbox(
            "Certificate", list(titles), key=_CERTIFICATE, format_func=titles.__getitem__, width=340
        )
        row = next(row for row in rows if row.held.id == certificate_id)
        draw_download(
            "Download PDF",
            lambda inner: certificate_pdf(inner, certificate_id)[1],
            f"Certificate {row.held.number}.pdf",
            key=f"certificate_pdf_{certificate_id}",
        )
        if context.may("certificate.grant") and not row.revoked_reason:
            with st.popover("Revoke…", icon=":material/block:"):
                st.text_input("Reason", key=_WHY, max_chars=MAX_REASON)
                st.button(
                    "Revoke certificate",
                    key="certificate_revoke",
                    on_click=lambda: act(
                        lambda inner: revoke(inner, certificate_id, STATE[_WHY] or ""), "Certificate revoked"
                    ),
                )


def _grant(entry: SpecialistView) -> None:
    specialities, levels = program().specialities, program().levels
    with st.expander("Enter a certificate that was earned elsewhere", icon=":material/add:"):
        with st.container(horizontal=True, gap="small"):
            speciality = st.selectbox(
                "Speciality",
                list(specialities),
                key="grant_speciality",
                format_func=lambda key: specialities[key].title,
            )
            level = st.selectbox(
                "Level", list(levels), key="grant_level", format_func=lambda key: levels[key].title
            )
        st.text_input("Reason and proof", key="grant_reason", max_chars=MAX_REASON)

        def enter() -> None:
            reason = STATE["grant_reason"] or ""
            act(lambda inner: grant(inner, entry.row.id, speciality, level, reason), "Certificate entered")

        st.button("Enter certificate", key="grant_done", on_click=enter)


def _attempts(context: Context, entry: SpecialistView) -> None:
    rows = attempts(context, entry.row.id)
    if not rows:
        return
    widgets.section("Exams")
    widgets.table(
        [
            {
                "Exam": row.title,
                "Begun": formats.moment(context, row.begun_at),
                "Result": [row.result],
                "Score": None if row.score is None else f"{row.score:.0f}%",
            }
            for row in rows
        ],
        {
            "Exam": st.column_config.TextColumn(width=180),
            "Begun": st.column_config.TextColumn(width=180),
            "Result": widgets.badge_column(
                "Result",
                {"Passed": "green", "Not passed": "red", "Open": "blue", "Time is over": "orange"},
                width=110,
            ),
            "Score": st.column_config.TextColumn(width=80, alignment="right"),
        },
        alt="Exams with their results",
        most=10,
    )
