"""The demo's sales data begins again: nothing typed is left, customers it made are archived, no real customer is touched."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from core.business.engagements.tables import Engagement
from core.business.sales.acceptance.actions import accept
from core.business.sales.quotes.actions import draft_quote
from core.business.sales.sending import send_quote
from core.business.sales.tables import Prospect, Quote
from core.db.session import TenantSession
from core.entry import demo, demo_sales
from core.entry.demo_history import seed_history
from core.entry.tenants import create_person, create_tenant
from core.errors import InvalidInputError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.tables import TenantRecord
from tests.business.sales.factories import add_prospect

NAME = "Typed on stage"


@pytest.fixture(scope="module")
def cast(people):
    cast = demo.seed_cast()
    demo_sales.reset_sales(cast["alice"])  # of what other tests sold in the demo
    return cast


def _add_prospect(operator: str, customer: str | None) -> None:
    now = clock.now()
    with TenantSession(operator, "", system=True) as session:
        session.add(
            Prospect(
                tenant_id=operator, id=new_id(), created_at=now, domain="restaurant", name=NAME, name_key=NAME,
                stage="won", stage_since=now, currency="USD", country="US", contact_index=[], volumes={},
                customer_id=customer, updated_at=now,
            )
        )  # fmt: skip
        session.commit()


def _add_order(customer: str) -> None:
    now = clock.now()
    with TenantSession(customer, "", system=True) as session:
        session.add(
            Engagement(
                tenant_id=customer, id=new_id(), created_at=now, number="OC-1", state="pending", domain="restaurant",
                package="starter", locations=1, currency="USD", total=Decimal(500), quote_id=new_id(),
                prospect_id=new_id(), ordered_at=now, ordered_by=b"",
            )
        )  # fmt: skip
        session.commit()


def _typed(cast) -> int:
    with enter(cast["alice"], demo.OPERATOR) as context:
        return context.session.scalar(select(func.count()).where(Prospect.name == NAME))


def test_prospects_typed_on_stage_are_gone_and_their_customer_is_archived(cast):
    with enter(cast["alice"], demo.OPERATOR) as context:
        operator = context.tenant.id
    customer = create_tenant(cast["alice"], f"bought-{new_id()}", "Bought", is_demo=True)
    _add_order(customer)
    _add_prospect(operator, customer)
    _add_prospect(operator, None)
    assert demo_sales.reset_sales(cast["sam"]) == 1
    assert _typed(cast) == 0
    with TenantSession(customer, cast["alice"], system=True) as session:
        assert session.get(TenantRecord, customer).archived_at is not None
        assert session.scalar(select(func.count()).select_from(Engagement)) == 0
    assert demo_sales.reset_sales(cast["sam"]) == 0


def test_a_customer_that_is_no_demo_keeps_its_order_whatever_a_prospect_of_the_demo_names(cast, people):
    with enter(cast["alice"], demo.OPERATOR) as context:
        operator = context.tenant.id
    customer = create_tenant(people["alice"], f"real-{new_id()}", "Real")
    _add_order(customer)
    _add_prospect(operator, customer)
    assert demo_sales.reset_sales(cast["alice"]) == 0
    with TenantSession(customer, people["alice"], system=True) as session:
        assert session.get(TenantRecord, customer).archived_at is None
        assert session.scalar(select(func.count()).select_from(Engagement)) == 1


def test_who_does_not_work_for_the_demo_s_operator_resets_nothing(cast):
    stranger = create_person(f"s{new_id()[-12:]}", "Stranger", is_demo=True)
    with pytest.raises(NotFoundError):
        demo_sales.reset_sales(stranger)


def test_no_other_operator_and_no_customer_begins_again(alice):
    with pytest.raises(NotFoundError):
        demo_sales._begin_again(alice)


def test_a_reset_that_fails_leaves_all_as_it_was(cast, monkeypatch):
    with enter(cast["sam"], demo.OPERATOR) as context:
        link = send_quote(
            context, draft_quote(context, add_prospect(context), "professional"), by_email=False
        )
    acceptance = accept(link.rsplit("/", 1)[1], "Ana Ng")
    before = _sold(cast, acceptance)
    assert before == (1, "accepted", None)

    def fail(context):
        raise InvalidInputError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(demo_sales, "seed_history", fail)
        with pytest.raises(InvalidInputError):
            demo_sales.reset_sales(cast["sam"])
    assert _sold(cast, acceptance) == before
    assert demo_sales.reset_sales(cast["sam"]) == 1
    orders, state, archived_at = _sold(cast, acceptance)
    assert (orders, state) == (0, None)
    assert archived_at is not None


def _sold(cast, acceptance):
    """Orders of the customer, the state of the quote that it accepted, and since when it is archived."""
    with TenantSession(acceptance.customer_id, cast["alice"], system=True) as session:
        orders = session.scalar(select(func.count()).select_from(Engagement))
        archived_at = session.get(TenantRecord, acceptance.customer_id).archived_at
    with enter(cast["alice"], demo.OPERATOR) as context:
        query = select(Quote.state).where(Quote.engagement_id == acceptance.engagement_id)
        return orders, context.session.scalar(query), archived_at


def test_customers_of_the_stories_are_those_of_their_prospects_before_and_after_a_reset(cast):
    def named():
        with enter(cast["alice"], demo.OPERATOR) as context:
            query = select(Prospect.name).where(Prospect.customer_id.is_not(None)).order_by(Prospect.name)
            return list(context.session.scalars(query))

    demo_sales.reset_sales(cast["sam"])
    reset = named()
    with enter(cast["alice"], demo.OPERATOR) as context:
        context.session.execute(text("select empty_demo()"))
        seed_history(context)
    assert named() == reset != []
