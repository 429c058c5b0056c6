"""Words of prospects: when a step is due, and what an entry of the history says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.business.sales.prospects.rules import Stage
from pages.prospects.words import STAGE_COLOURS, STAGE_LABELS, describe_event, due

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, ("1 d overdue", "red")),
        (-1200, ("1,200 d overdue", "red")),
        (0, ("Today", "red")),
        (1, ("Tomorrow", "orange")),
        (3, ("1 Dec", "orange")),
        (4, ("2 Dec", "gray")),
        (40, ("7 Jan 2027", "gray")),
    ],
)
def test_a_step_is_overdue_due_soon_or_later(days, expected):
    assert due(TODAY + timedelta(days=days), TODAY) == expected


def test_a_step_of_a_closed_prospect_is_never_overdue():
    assert due(TODAY - timedelta(days=9), TODAY, is_open=False) == ("19 Nov", "gray")
    assert due(None, TODAY) == ("No date", "gray")


def test_every_stage_has_a_word_and_a_colour():
    assert list(STAGE_LABELS) == list(Stage) == list(STAGE_COLOURS)


@pytest.mark.parametrize(
    ("kind", "details", "text"),
    [
        ("created", {}, "Prospect created"),
        ("imported", {"file": "fair.csv"}, "Imported from fair.csv"),
        ("stage", {"before": "new", "after": "lost"}, "Stage New → Lost"),
        ("edited", {"fields": ["locations", "volumes.items"]}, "Changed locations and menu items"),
        ("edited", {"fields": ["volumes.items"], "source": "file"}, "Changed menu items from a file"),
        ("assigned", {"before": None, "owner": "p1"}, "Owner Sam Ortiz"),
        ("assigned", {"before": "p1", "owner": None}, "Owner removed"),
        ("discovery", {"questions": ["season"]}, "Answered 1 discovery question"),
        ("discovery", {"questions": ["season", "deadline"]}, "Answered 2 discovery questions"),
        ("roi_saved", {"version": 3}, "ROI saved: version 3"),
        (
            "quote_sent",
            {"quote": "Q-0042 v1", "total": "$2,000.00", "mailed": True},
            "Quote Q-0042 v1 sent, $2,000.00",
        ),
        ("quote_replaced", {"quote": "Q-0042 v1", "by": "Q-0042 v2"}, "Quote Q-0042 v1 replaced, Q-0042 v2"),
        ("quote_opened", {"quote": "Q-0042 v1", "quote_id": "x"}, "Quote Q-0042 v1 opened by the prospect"),
        (
            "quote_accepted",
            {"quote": "Q-0042 v1", "total": "2000", "currency": "USD"},
            "Quote Q-0042 v1 accepted",
        ),
        ("call_logged", {"minutes": 3, "is_long": True, "call_id": "x"}, "Call logged: minutes 3"),
        ("something_new", {}, "Something new"),
    ],
)
def test_an_entry_of_the_history_is_worded(kind, details, text):
    assert describe_event(kind, details, {"p1": "Sam Ortiz"}) == text
