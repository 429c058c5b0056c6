"""The generated sales history is the same for the same anchor, complete, and plausible by property."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mock_data.sales_history
from mock_data.sales_history import DAYS, sales_history
from mock_data.sales_shapes import ProspectShape, QuoteShape

ANCHOR = date(2026, 11, 28)
ANCHORS = st.dates(date(2020, 1, 1), date(2090, 1, 1))


@pytest.fixture(scope="module")
def history():
    return sales_history(ANCHOR)


def _moved(value: object, days: int) -> object:
    """Return the history with every day moved."""
    if isinstance(value, datetime | date):
        return value + timedelta(days=days)
    if is_dataclass(value):
        return type(value)(*(_moved(getattr(value, field.name), days) for field in fields(value)))
    if isinstance(value, tuple):
        return tuple(_moved(part, days) for part in value)
    return value


def _quotes(history) -> list[tuple[ProspectShape, QuoteShape]]:
    return [(prospect, quote) for prospect in history.prospects for quote in prospect.quotes]


@settings(max_examples=10)
@given(ANCHORS)
def test_another_anchor_moves_every_day_and_changes_nothing_else(anchor):
    assert sales_history(anchor) == _moved(sales_history(ANCHOR), (anchor - ANCHOR).days)


def test_the_generator_imports_nothing_of_core():
    for path in Path(mock_data.sales_history.__file__).parent.glob("sales_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = node.module if isinstance(node, ast.ImportFrom) else ""
            assert not (module or "").startswith("core")


def test_it_has_sixty_prospects_forty_quotes_and_thirty_finished_moves(history):
    assert (len(history.prospects), len(_quotes(history)), len(history.migrations)) == (60, 40, 30)
    assert {prospect.stage for prospect in history.prospects} == {
        *("new", "discovery", "demo", "quoted", "won", "lost")
    }
    assert {quote.state for _, quote in _quotes(history)} == {
        *("draft", "sent", "accepted", "declined", "expired", "replaced")
    }
    assert {prospect.domain for prospect in history.prospects} == {"restaurant", "school"}
    assert len({prospect.source_system for prospect in history.prospects}) >= 7


def test_everything_lies_within_two_years_before_the_anchor_and_in_its_order(history):
    first, today = ANCHOR - timedelta(days=DAYS), ANCHOR
    for prospect in history.prospects:
        moments = [event.at for event in prospect.events]
        assert moments == sorted(moments)
        assert first <= prospect.created_at.date() <= prospect.stage_since.date() < today
        assert moments[0] == prospect.created_at
        assert max(moments) <= datetime.combine(today, datetime.min.time(), moments[0].tzinfo)
    for move in history.migrations:
        assert first <= move.started_at.date()
        assert move.started_at < move.finished_at
        assert move.finished_at.date() < today


def test_names_are_unique_and_people_cannot_be_reached(history):
    prospects = history.prospects
    assert (
        len({prospect.name for prospect in prospects}) == len({prospect.key for prospect in prospects}) == 60
    )
    for prospect in prospects:
        assert prospect.contact.email.endswith(("@example.com", "@example.org"))
        assert prospect.contact.phone[-7:-2] == "55501"


def test_a_finished_story_has_its_reason_and_an_open_one_its_next_step(history):
    for prospect in history.prospects:
        is_open = prospect.stage not in ("won", "lost")
        assert (prospect.lost_reason is not None) == (prospect.stage == "lost")
        assert (prospect.next_step is not None) == (prospect.next_step_on is not None) == is_open
        assert (prospect.stage == "won") == any(quote.state == "accepted" for quote in prospect.quotes)
        if prospect.stage in ("demo", "quoted", "won"):
            assert len(prospect.answers) == 9


def test_sam_has_steps_due_today_and_overdue_and_quotes_that_expire_within_the_week(history):
    due = [p.next_step_on for p in history.prospects if p.owner == "sam" and p.next_step_on]
    assert due.count(ANCHOR) >= 2
    assert sum(day < ANCHOR for day in due) >= 2
    week = ANCHOR + timedelta(days=7)
    expiring = [q for p, q in _quotes(history) if q.state == "sent" and ANCHOR < q.valid_until <= week]
    assert len(expiring) >= 3


def test_quotes_are_numbered_in_order_and_their_times_agree_with_their_state(history):
    quotes = [quote for _, quote in _quotes(history)]
    newest = {quote.number: quote for quote in quotes}
    assert sorted(newest) == list(range(1, len(newest) + 1))
    first = [quote for quote in quotes if quote.version == 1]
    assert [q.number for q in sorted(first, key=lambda q: (q.created_at, q.number))] == sorted(newest)
    for quote in quotes:
        assert (quote.sent_at is None) == (quote.state == "draft")
        assert (quote.decided_at is not None) == (quote.state in ("accepted", "declined"))
        assert (quote.decline_reason is not None) == (quote.state == "declined")
        assert (quote.months is not None) == (quote.payment_plan == "extended")
        assert (
            quote.created_at
            <= (quote.sent_at or quote.created_at)
            <= (quote.decided_at or datetime.max.replace(tzinfo=quote.created_at.tzinfo))
        )
        if quote.state == "sent":
            assert quote.valid_until > ANCHOR
        if quote.state == "expired":
            assert quote.valid_until < ANCHOR


def test_a_discount_above_ten_percent_was_approved_or_is_a_draft_that_waits(history):
    large = [quote for _, quote in _quotes(history) if quote.discount_percent > 10]
    assert len(large) >= 3
    assert any(quote.approved_at is None for quote in large)
    for quote in large:
        assert quote.discount_reason
        assert quote.person != "alice"
        assert quote.approval_asked_at is not None
        assert quote.approved_at is not None or quote.state == "draft"


def test_every_quoted_package_holds_what_the_prospect_has(history):
    for prospect, quote in _quotes(history):
        if prospect.domain == "school":
            pupils = prospect.volumes["pupils"].value
            most = {"foundation": 200, "growth": 800}.get(quote.package)
            assert most is None or pupils <= most
        elif quote.package == "starter":
            assert prospect.locations == 1
            assert prospect.volumes["items"].value <= 1_000
        elif quote.package == "professional":
            assert prospect.locations <= 10


def test_the_rows_of_every_finished_move_have_one_outcome_each(history):
    for move in history.migrations:
        numbers = {key: Decimal(text) for key, text in move.measured.items() if key != "currency"}
        outcomes = ("rows_imported", "rows_excluded", "rows_held", "rows_failed")
        assert sum(numbers[key] for key in outcomes) == numbers["rows_total"]
        assert numbers["rows_conserved_percent"] == 100
        assert set(move.reported) == {"effort_hours", "days_closed", "training_cost", "complaints"}


def test_finished_moves_are_of_customers_that_were_won_before_they_began(history):
    won = {prospect.key: prospect for prospect in history.prospects if prospect.stage == "won"}
    sold = [move for move in history.migrations if move.prospect]
    assert len(sold) == len({move.prospect for move in sold}) == 15
    for move in sold:
        prospect = won[move.prospect]
        assert move.name == prospect.name
        assert move.started_at > prospect.stage_since
    assert Counter(move.domain for move in history.migrations).keys() == {"restaurant", "school"}
