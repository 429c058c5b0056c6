"""An answer by the link shows at the sales desk: state, time, name and reason; the desk cannot change it any more."""

from __future__ import annotations

import pytest

from core.business.sales.acceptance.actions import accept, decline
from core.business.sales.acceptance.rules import NotOpenError
from core.business.sales.acceptance.views import answering_person
from core.business.sales.quotes.actions import draft_quote, new_version
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import history, quote, versions
from core.business.sales.sending import renew_link, send_quote, withdraw_quote
from core.errors import ConflictError, NotFoundError
from core.kit import clock
from tests.business.sales.quotes.desk import midnight_after

pytestmark = pytest.mark.usefixtures("database")


def send(context, quote_id):
    """Send a draft; return the token of its link."""
    return send_quote(context, quote_id, by_email=False).rpartition("/")[2]


def test_an_accepted_quote_tells_who_accepted_it_and_is_closed(seller, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    assert answering_person(seller, quote_id) is None
    accept(send(seller, quote_id), "Rosa Bianchi")
    seller.session.expire_all()
    details = quote(seller, quote_id)
    assert (details.state, details.customer_id is None, details.engagement_id is None) == (
        "accepted",
        False,
        False,
    )
    assert details.decided_at is not None
    assert answering_person(seller, quote_id) == "Rosa Bianchi"
    assert "quote_accepted" in [entry.kind for entry in history(seller, quote_id)]
    for call in (new_version, renew_link, withdraw_quote, send_quote):
        with pytest.raises(ConflictError):
            call(seller, quote_id)


def test_a_declined_quote_tells_why_and_gets_a_next_version(seller, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    decline(send(seller, quote_id), "Rosa Bianchi", "Too late for us")
    seller.session.expire_all()
    details = quote(seller, quote_id)
    assert (details.state, details.decline_reason) == ("declined", "Too late for us")
    assert answering_person(seller, quote_id) == "Rosa Bianchi"
    second = new_version(seller, quote_id)
    accept(send(seller, second), "Rosa Bianchi")
    seller.session.expire_all()
    assert [row.state for row in versions(seller, quote_id)] == ["accepted", "declined"]


def test_a_colleague_without_the_prospect_does_not_learn_who_answered(seller, staff, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    accept(send(seller, quote_id), "Rosa Bianchi")
    with pytest.raises(NotFoundError):
        answering_person(staff("sales"), quote_id)


@pytest.mark.parametrize("change", ["withdrawn", "replaced", "renewed"])
def test_the_link_before_a_change_accepts_nothing(seller, prospect, change):
    quote_id = draft_quote(seller, prospect, "professional")
    token = send(seller, quote_id)
    if change == "withdrawn":
        withdraw_quote(seller, quote_id)
    elif change == "renewed":
        renew_link(seller, quote_id)
    else:
        send(seller, new_version(seller, quote_id))
    state = quote(seller, quote_id).state
    with pytest.raises(NotOpenError):
        accept(token, "Rosa Bianchi")
    seller.session.expire_all()
    assert quote(seller, quote_id).state == state


def test_a_quote_whose_last_day_is_over_is_not_accepted_though_the_job_is_late(seller, prospect):
    quote_id = draft_quote(seller, prospect, "professional", QuoteTerms())
    token = send(seller, quote_id)
    with clock.frozen(midnight_after(quote(seller, quote_id), seller.tenant.id)), pytest.raises(NotOpenError):
        accept(token, "Rosa Bianchi")
    seller.session.expire_all()
    assert quote(seller, quote_id).state == "sent"
    assert quote(seller, quote_id).customer_id is None
