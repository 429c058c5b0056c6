"""Links to quotes: random, stored as a hash alone, one open at a time, withdrawn for good."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from core.business.sales.quotes.links import new_link
from core.business.sales.tables import QuoteLink
from core.business.sales.withdrawal import withdraw_links
from core.context import Context
from core.errors import InvalidInputError
from core.kit import clock
from core.platform.access.actions import enter
from tests.business.sales.acceptance.offers import add_quote
from tests.operators import add_staff

WEEK = timedelta(days=7)


@pytest.fixture
def sales(database: None) -> Context:
    staff = add_staff("sales")
    with enter(staff.person, staff.operator) as context:
        yield context


def test_a_link_is_stored_as_the_hash_of_its_token(sales: Context) -> None:
    quote = add_quote(sales)
    token = new_link(sales, quote, clock.now() + WEEK)
    assert len(token) == 43
    sales.session.commit()
    link = sales.session.scalars(select(QuoteLink).where(QuoteLink.quote_id == quote)).one()
    assert link.digest == hashlib.sha256(token.encode()).digest()
    assert link.person_id == sales.person
    row = sales.session.execute(
        text("select quote_link::text from quote_link where quote_id = :id"), {"id": quote}
    )
    assert token not in str(row.scalar_one())


def test_a_new_link_withdraws_the_last_one(sales: Context) -> None:
    quote, second = add_quote(sales), add_quote(sales)
    new_link(sales, second, clock.now() + WEEK)
    tokens = [new_link(sales, quote, clock.now() + WEEK) for _ in range(2)]
    assert len(set(tokens)) == 2
    query = select(QuoteLink.withdrawn_at).order_by(QuoteLink.created_at, QuoteLink.id)
    moments = sales.session.scalars(query.where(QuoteLink.quote_id == quote)).all()
    assert [moment is None for moment in moments] == [False, True]
    assert withdraw_links(sales, quote) == 1
    assert withdraw_links(sales, quote) == 0
    assert sales.session.scalars(query.where(QuoteLink.quote_id == second)).all() == [None]


def test_a_link_that_would_have_expired_is_refused(sales: Context) -> None:
    with pytest.raises(InvalidInputError):
        new_link(sales, add_quote(sales), sales.now)
