"""Report the specialists' work of a period: booked hours of those available, and sessions held. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from core.business.insights.reports.cells import day_cell
from core.business.insights.reports.rows import SessionRow
from core.business.insights.reports.shapes import NO_VALUE, ReportFigure, ReportSection, ReportTable
from core.business.specialists.utilisation.rules import DEFINITION, TeamUtilisation
from core.kit.wording import as_words, counted

_SESSION_COLUMNS = ("Order", "Customer", "Session", "Specialist", "Day", "Minutes", "State")
_TEAM_COLUMNS = (
    "Specialist",
    "Partner",
    "Booked hours",
    "Available hours",
    "Absent hours",
    "Sessions",
    "Percent",
)
_HELD = "Guided sessions of the period that were held."
_HOURS = "Planned length of the sessions held, in hours."


def utilisation_section(team: TeamUtilisation, sessions: Sequence[SessionRow]) -> ReportSection:
    """Report the utilisation of the specialists and the guided sessions of the period."""
    held = [row for row in sessions if row.was_held]
    hours = (Decimal(sum(row.minutes for row in held)) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
    count = f"n = {len(held):,}"
    figures = [
        _utilisation_figure(team),
        ReportFigure("held", "Sessions held", f"{len(held):,}", _HELD, count, "sessions"),
        ReportFigure("hours", "Hours in sessions", f"{hours.normalize():,f}", _HOURS, count, "sessions"),
    ]
    return ReportSection("utilisation", "Utilisation", figures, [_team_table(team), _session_table(sessions)])


def _utilisation_figure(team: TeamUtilisation) -> ReportFigure:
    percent = team.percent
    value = NO_VALUE if percent is None else f"{percent.normalize():f}%"
    people = counted(len(team.people), "specialist")
    sample = f"{people}, {team.booked_hours.normalize():,f} of {team.available.normalize():,f} h"
    return ReportFigure("utilisation", "Utilisation", value, DEFINITION, sample, "team")


def _team_table(team: TeamUtilisation) -> ReportTable:
    rows = [
        (
            person.name,
            person.partner or None,
            person.booked_hours,
            person.available,
            person.absent,
            person.sessions,
            person.percent,
        )
        for person in team.people
    ]
    return ReportTable("team", "Specialists", _TEAM_COLUMNS, rows)


def _session_table(sessions: Sequence[SessionRow]) -> ReportTable:
    rows = [
        (
            row.number,
            row.customer,
            as_words(row.kind),
            row.specialist,
            day_cell(row.starts_on),
            row.minutes,
            as_words(row.state),
        )
        for row in sessions
    ]
    return ReportTable("sessions", "Guided sessions", _SESSION_COLUMNS, rows)
