"""Quotes expire by the operator's zone; the list has filters and figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, text, update

from core.business.sales.quotes.actions import draft_quote, new_version
from core.business.sales.quotes.expiry import expire_quotes
from core.business.sales.quotes.listing import NOBODY, QuoteFilter, quote_figures, quote_rows
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import history, quote, quotes_of
from core.business.sales.sending import renew_link, send_quote, withdraw_quote
from core.business.sales.tables import Prospect, Quote
from core.db.base import app_engine
from core.db.session import TenantSession
from core.errors import ConflictError
from core.kit import clock
from tests.business.sales.factories import add_prospect
from tests.business.sales.quotes.desk import DEEP, midnight_after, send_new

COPIES = text("""insert into quote
    select (jsonb_populate_record(q, jsonb_build_object(
        'id', gen_random_uuid(), 'number', q.number + 1 + n, 'decline_reason', 'copied',
        'state', (array['sent', 'accepted', 'declined'])[1 + n % 3]))).*
    from quote q, generate_series(1, :count) n where q.id = :id""")
"""Write many quotes with the next numbers, a third of them each sent, accepted and declined."""

pytestmark = pytest.mark.usefixtures("database")


def test_a_quote_expires_at_the_operator_s_midnight_before_the_job_and_by_it(seller, prospect):
    with TenantSession(seller.tenant.id, "", system=True) as session:
        session.execute(
            text("update tenant set zone = 'America/New_York' where id = :tenant"),
            {"tenant": seller.tenant.id},
        )
        session.commit()
    quote_id = send_new(seller, prospect)
    end = midnight_after(quote(seller, quote_id), seller.tenant.id)
    before, after = replace(seller, now=end - timedelta(seconds=1)), replace(seller, now=end)
    with clock.frozen(before.now):
        expire_quotes()
    assert quote(before, quote_id).state == "sent"
    assert quote(after, quote_id).state == "expired"
    filters = QuoteFilter(state="expired", prospect_id=prospect)
    assert (quote_rows(before, filters).total_count, quote_rows(after, filters).total_count) == (0, 1)
    for call in (withdraw_quote, renew_link):
        with pytest.raises(ConflictError):
            call(after, quote_id)
    with clock.frozen(end):
        assert expire_quotes() >= 1
        assert expire_quotes() == 0
    seller.session.expire_all()
    assert seller.session.get(Quote, (seller.tenant.id, quote_id)).state == "expired"
    assert [entry.kind for entry in history(seller, quote_id)].count("quote_expired") == 1
    assert quote(seller, new_version(seller, quote_id)).state == "draft"


def test_an_accepted_quote_does_not_expire(seller, prospect):
    quote_id = send_new(seller, prospect)
    seller.session.execute(update(Quote).where(Quote.id == quote_id).values(state="accepted"))
    seller.session.commit()
    with clock.frozen(seller.now + timedelta(days=40)):
        expire_quotes()
    assert quote(seller, quote_id).state == "accepted"


def test_the_list_is_filtered_by_state_owner_days_and_text(staff):
    manager = staff("manager")
    mine, second = (
        add_prospect(manager, name=f"Zia {word} 100%", owner_id=owner)
        for word, owner in (("Rosa", manager.person), ("Nina", None))
    )
    soon = manager.now.date() + timedelta(days=3)
    send_new(manager, mine, terms=QuoteTerms(valid_until=soon))
    draft = draft_quote(manager, second, "professional")

    def ids(**filters):
        return [row.prospect_id for row in quote_rows(manager, QuoteFilter(**filters)).rows]

    assert set(ids(search="100%")) >= {mine, second}
    assert ids(search="zia rosa 100%", owner_id=manager.person) == [mine]
    assert mine not in ids(owner_id=NOBODY)
    assert ids(owner_id=NOBODY, search="Zia Nina", state="draft")[0] == second
    assert mine in ids(expires_within=7)
    assert mine not in ids(expires_within=2)
    assert ids(search=quote(manager, draft).number_text) == [second]
    assert ids(search="1_0%", owner_id=manager.person) == []
    page = quote_rows(manager, limit=1)
    assert (len(page.rows), page.total_count > 1) == (1, True)


def test_replaced_versions_are_listed_only_when_they_are_asked_for(seller, prospect):
    first = send_new(seller, prospect)
    second = new_version(seller, first)
    send_quote(seller, second)
    for state, quote_id in (("", second), ("replaced", first)):
        filters = QuoteFilter(state=state, prospect_id=prospect)
        assert [row.id for row in quote_rows(seller, filters).rows] == [quote_id]
    assert [row.id for row in quotes_of(seller, prospect)] == [second, first]


def test_figures_count_quotes_and_a_win_rate_needs_ten_that_are_decided(seller, manager, prospect):
    with TenantSession(seller.tenant.id, "", system=True) as session:  # those of other tests that nobody owns
        unowned = update(Prospect).where(Prospect.owner_id.is_(None))
        session.execute(unowned.values(owner_id=manager.person))
        session.commit()
    for number, state in enumerate(["accepted"] * 4 + ["declined"] * 5):
        quote_id = send_new(seller, prospect)
        seller.session.execute(update(Quote).where(Quote.id == quote_id).values(state=state))
        seller.session.commit()
        assert quote_figures(seller).decided_count == number + 1
    assert quote_figures(seller).win_rate is None
    declined = send_new(seller, prospect)
    seller.session.execute(update(Quote).where(Quote.id == declined).values(state="declined"))
    seller.session.commit()
    figures = quote_figures(seller)
    assert (figures.accepted, figures.decided_count, figures.win_rate) == (4, 10, Decimal(40))
    # The next version is accepted: the same quote is won, not lost and won.
    second = new_version(seller, declined)
    seller.session.execute(update(Quote).where(Quote.id == second).values(state="accepted"))
    seller.session.commit()
    assert (quote_figures(seller).accepted, quote_figures(seller).decided_count) == (5, 10)
    send_new(seller, prospect, terms=QuoteTerms(valid_until=seller.now.date() + timedelta(days=6)))
    draft_quote(seller, prospect, "professional", DEEP)
    figures = quote_figures(seller)
    assert (figures.open_value, figures.open_count) == ({"USD": Decimal(2000)}, 1)
    assert (figures.expiring, figures.awaiting_approval) == (1, 1)


def _statements_of_a_screen(context) -> int:
    """Count the statements that the list and its figures take."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        statements.append(statement)

    event.listen(app_engine(), "before_cursor_execute", note)
    try:
        quote_rows(context, QuoteFilter(search="zia"), limit=50)
        quote_rows(context, limit=50)
        quote_figures(context)
    finally:
        event.remove(app_engine(), "before_cursor_execute", note)
    return len(statements)


def test_five_thousand_quotes_are_listed_and_counted_by_as_many_statements_as_one(manager, prospect):
    first = draft_quote(manager, prospect, "professional")
    few = _statements_of_a_screen(manager)
    manager.session.execute(COPIES, {"id": first, "count": 5_000})
    manager.session.commit()
    assert _statements_of_a_screen(manager) == few
    page = quote_rows(manager, limit=50, offset=1_000)
    assert (len(page.rows), page.total_count >= 5_000) == (50, True)
    assert quote_figures(manager).decided_count >= 1_666
    manager.session.execute(text("update quote set state = 'replaced' where decline_reason = 'copied'"))
    manager.session.commit()
