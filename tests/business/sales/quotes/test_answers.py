"""An answer by the link shows at the sales desk: state, time, name and reason; the desk cannot change it any more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.business.engagements.views import orders
from core.business.sales.acceptance.actions import accept, decline
from core.business.sales.acceptance.rules import NotOpenError
from core.business.sales.acceptance.views import answering_person
from core.business.sales.prospects.actions import assign_prospect, take_prospect
from core.business.sales.prospects.views import history as prospect_history
from core.business.sales.prospects.views import prospect as prospect_of
from core.business.sales.quotes.actions import draft_quote, new_version
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import history, quote, versions
from core.business.sales.sending import renew_link, send_quote, withdraw_quote
from core.db.session import TenantSession
from core.errors import ConflictError, NotFoundError
from core.kit import clock
from core.platform.access.actions import enter
from core.platform.access.customers.actions import archive_customer
from core.platform.audit.tables import AuditLine
from tests.business.sales.factories import add_prospect
from tests.business.sales.quotes.desk import midnight_after

pytestmark = pytest.mark.usefixtures("database")


def logged(tenant):
    with TenantSession(tenant, "", system=True) as session:
        query = select(AuditLine.action, AuditLine.object_id).where(AuditLine.tenant_id == tenant)
        return [tuple(row) for row in session.execute(query)]


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


def test_who_sent_the_quote_of_a_prospect_without_an_owner_owns_prospect_and_customer(seller, manager):
    unowned = add_prospect(manager, owner_id=None)
    manager.session.commit()
    result = accept(send(seller, draft_quote(seller, unowned, "professional")), "Rosa Bianchi")
    seller.session.expire_all()
    assert prospect_of(seller, unowned).owner_id == seller.person
    [assigned] = [entry for entry in prospect_history(seller, unowned) if entry.kind == "assigned"]
    assert (assigned.person, assigned.details) == (None, {"before": None, "owner": seller.person})
    with enter(seller.person, result.customer_id) as context:
        assert [order.number for order in orders(context)] == [result.order_number]
    assert ("prospect.assign", unowned) in logged(seller.tenant.id)


def test_a_customer_goes_along_with_the_prospect_to_another_owner(seller, manager, staff, prospect):
    colleague = staff("sales")
    result = accept(send(seller, draft_quote(seller, prospect, "professional")), "Rosa Bianchi")
    seller.session.commit()
    assign_prospect(manager, prospect, colleague.person)
    manager.session.commit()
    with enter(colleague.person, result.customer_id) as context:
        assert [order.number for order in orders(context)] == [result.order_number]
    with pytest.raises(NotFoundError), enter(seller.person, result.customer_id):
        pass
    assert ("tenant.edit", result.customer_id) in logged(result.customer_id)
    assert ("prospect.assign", prospect) in logged(manager.tenant.id)


def test_who_takes_over_a_won_prospect_without_an_owner_owns_its_customer(seller, manager, staff, prospect):
    colleague = staff("sales")
    result = accept(send(seller, draft_quote(seller, prospect, "professional")), "Rosa Bianchi")
    seller.session.commit()
    assign_prospect(manager, prospect, None)
    manager.session.commit()
    take_prospect(colleague, prospect)
    with enter(colleague.person, result.customer_id) as context:
        assert [order.number for order in orders(context)] == [result.order_number]


def test_the_prospect_of_an_archived_customer_keeps_its_owner(seller, manager, staff, prospect):
    result = accept(send(seller, draft_quote(seller, prospect, "professional")), "Rosa Bianchi")
    seller.session.commit()
    archive_customer(manager, result.customer_id)
    with pytest.raises(ConflictError, match="archived"):
        assign_prospect(manager, prospect, staff("sales").person)
    manager.session.rollback()
    assert prospect_of(manager, prospect).owner_id == seller.person


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
