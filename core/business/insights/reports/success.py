"""Report how orders ended, went live and were judged in a period, and how escalations went. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from core.business.engagements.feedback.rules import NPS, SATISFACTION, figure
from core.business.insights.delivery.rules import DEFINITIONS, FigureKey
from core.business.insights.reports.cells import day_cell, moment_cell, order_table
from core.business.insights.reports.rows import AnswerRow, LevelRow, OrderLife
from core.business.insights.reports.shapes import (
    ReportFigure,
    ReportSection,
    ReportTable,
    sample_text,
    share_text,
)
from core.kit.wording import as_words

_QUESTIONS = {SATISFACTION: "Satisfaction", NPS: "NPS"}
_RULES = {
    SATISFACTION: "Mean of the scores from 1 to 5 at kickoff, data migration, training and go-live.",
    NPS: "Share of 9 and 10 less share of 0 to 6 among the scores at closure.",
}
_ON_TIME = "Orders that went live in the period by the day that was promised."
_IN_TIME = "Levels closed within their time limit, of those opened in the period and closed or past it."


def success_section(
    orders: Sequence[OrderLife],
    answers: Sequence[AnswerRow],
    levels: Sequence[LevelRow],
    first: date,
    last: date,
    now: datetime,
) -> ReportSection:
    """Report the days from `first` to `last`; `levels` are those of escalations that were opened in them."""
    final = [
        order
        for order in orders
        if order.approved_on is not None and order.ended_on is not None and first <= order.ended_on <= last
    ]
    live = [
        order
        for order in orders
        if order.went_live_on is not None
        and order.go_live_promised_on is not None
        and first <= order.went_live_on <= last
    ]
    figures = [_success(final), _on_time(live), *_judgements(answers), _in_time(levels, now)]
    tables = [
        order_table("ended", "Orders that ended", final),
        order_table("live", "Orders that went live", live),
        _answer_table(answers),
        _level_table(levels),
    ]
    return ReportSection("success", "Success", figures, tables)


def _success(final: Sequence[OrderLife]) -> ReportFigure:
    completed = sum(order.state == "completed" for order in final)
    value, sample = share_text(completed, len(final)), sample_text(len(final), "ended orders")
    return ReportFigure("success", "Success rate", value, DEFINITIONS[FigureKey.SUCCESS], sample, "ended")


def _on_time(live: Sequence[OrderLife]) -> ReportFigure:
    count = sum(
        order.went_live_on <= order.go_live_promised_on
        for order in live
        if order.went_live_on is not None and order.go_live_promised_on is not None
    )
    value, sample = share_text(count, len(live)), sample_text(len(live), "go-lives")
    return ReportFigure("on_time", "Live on time", value, _ON_TIME, sample, "live")


def _judgements(answers: Sequence[AnswerRow]) -> list[ReportFigure]:
    """Add up satisfaction and NPS."""
    totals = [
        (kind, figure(kind, [row.score for row in answers if row.kind == kind]))
        for kind in (SATISFACTION, NPS)
    ]
    return [
        ReportFigure(kind, _QUESTIONS[kind], total.text, _RULES[kind], total.sample_text, "answers")
        for kind, total in totals
    ]


def _in_time(levels: Sequence[LevelRow], now: datetime) -> ReportFigure:
    """Compute the share of levels that were closed by their limit, of those that are closed or past it."""
    judged = [row for row in levels if row.closed_at is not None or row.resolve_by < now]
    count = sum(row.closed_at is not None and row.closed_at <= row.resolve_by for row in judged)
    value, sample = share_text(count, len(judged)), sample_text(len(judged), "levels")
    return ReportFigure("escalations", "Escalations in time", value, _IN_TIME, sample, "escalations")


def _answer_table(answers: Sequence[AnswerRow]) -> ReportTable:
    rows = [
        (
            row.number,
            row.customer,
            as_words(row.milestone),
            _QUESTIONS[row.kind],
            row.score,
            day_cell(row.answered_on),
        )
        for row in answers
    ]
    columns = ("Order", "Customer", "Milestone", "Question", "Score", "Answered")
    return ReportTable("answers", "Answers of customers", columns, rows)


def _level_table(levels: Sequence[LevelRow]) -> ReportTable:
    rows = [
        (
            row.number,
            row.customer,
            f"L{row.level}",
            *map(moment_cell, (row.opened_at, row.resolve_by, row.closed_at)),
        )
        for row in levels
    ]
    columns = ("Order", "Customer", "Level", "Opened", "Resolve by", "Closed")
    return ReportTable("escalations", "Levels of escalations", columns, rows)
