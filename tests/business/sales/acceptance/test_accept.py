"""Accepting and declining quotes: whole or not at all, once, and in the two tenants it concerns alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import select

from core.business.billing.tables import Instalment, PaymentPlan
from core.business.engagements.tables import Engagement, EngagementLine
from core.business.engagements.views import orders
from core.business.sales.acceptance import actions
from core.business.sales.acceptance.actions import Acceptance, accept, decline
from core.business.sales.acceptance.rules import FormError, LinkState, NotOpenError
from core.business.sales.acceptance.signers import signer_of
from core.business.sales.tables import Promise, Prospect, ProspectEvent, Quote
from core.business.sales.withdrawal import withdraw_links
from core.db.session import TenantSession
from core.errors import ConflictError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.customers.actions import archive_customer
from core.platform.access.tables import TenantRecord
from core.platform.audit.tables import AuditLine
from core.platform.audit.verifying import verify
from core.platform.events.tables import Notification, OutboxEvent
from tests.business.sales.acceptance.offers import Offer, send_offer
from tests.business.sales.acceptance.stores import count_rows
from tests.operators import add_staff

pytestmark = pytest.mark.usefixtures("database")

NAME = "Ana Ng"
LINES = (
    ("enterprise", "Enterprise package", "51", "2000.00"),
    ("location_discount", "Location discount", "1", "-5100.00"),
    ("discount", "Discount 5%", "1", "-4845.01"),
)


def stored(offer: Offer) -> Quote:
    with TenantSession(offer.tenant, "", system=True) as session:
        return session.get_one(Quote, (offer.tenant, offer.quote))


def log_of(tenant: str) -> list[AuditLine]:
    with TenantSession(tenant, "", system=True) as session:
        return list(
            session.scalars(select(AuditLine).where(AuditLine.tenant_id == tenant).order_by(AuditLine.seq))
        )


def test_an_acceptance_makes_customer_order_plan_and_promises() -> None:
    offer = send_offer(lines=LINES, payment_plan="extended", months=7, package="enterprise", locations=51)
    result = accept(offer.token, "  Ana   Ng ")
    with TenantSession(result.customer_id, "", system=True) as session:
        customer = session.get_one(TenantRecord, result.customer_id)
        assert (customer.name, customer.owner_id, customer.zone) == (
            "Harbor Grill",
            offer.staff.person,
            "America/New_York",
        )
        assert (customer.kind, customer.is_demo, customer.currency, customer.country) == (
            "customer",
            False,
            "USD",
            "US",
        )
        order = session.scalars(select(Engagement)).one()
        assert (order.id, order.state, order.total) == (result.engagement_id, "pending", Decimal("92054.99"))
        amounts = session.scalars(select(EngagementLine.amount).order_by(EngagementLine.position)).all()
        assert amounts == [Decimal("102000.00"), Decimal("-5100.00"), Decimal("-4845.01")]
        parts = session.scalars(select(Instalment.amount).order_by(Instalment.number)).all()
        assert len(parts) == 7
        assert sum(parts) == session.scalars(select(PaymentPlan.total)).one() == order.total
    quote = stored(offer)
    assert (quote.state, quote.customer_id, quote.engagement_id) == (
        "accepted",
        result.customer_id,
        result.engagement_id,
    )
    assert quote.decided_at is not None
    with TenantSession(offer.tenant, "", system=True) as session:
        prospect = session.get_one(Prospect, (offer.tenant, offer.prospect))
        assert (prospect.stage, prospect.customer_id) == ("won", result.customer_id)
        assert signer_of(session, quote.id, quote.signer) == NAME
        keys = session.scalars(select(Promise.key).where(Promise.quote_id == offer.quote)).all()
        assert {"rows_accounted", "sla", "specialist_team"} <= set(keys)
        kinds = session.scalars(
            select(ProspectEvent.kind).where(ProspectEvent.prospect_id == offer.prospect)
        ).all()
        assert sorted(kinds) == ["quote_accepted", "stage"]


def test_both_logs_tell_of_it_and_hold() -> None:
    offer = send_offer()
    result = accept(offer.token, NAME)
    [created, ordered] = log_of(result.customer_id)
    assert (created.action, created.object_id) == ("tenant.create", result.customer_id)
    assert (ordered.action, ordered.object_id, ordered.role) == (
        "order.create",
        result.engagement_id,
        "worker",
    )
    lines = [line for line in log_of(offer.tenant) if line.object_id in {offer.quote, offer.prospect}]
    assert [line.action for line in lines] == ["quote.accept", "prospect.stage"]
    assert lines[0].facts["by"] == "prospect"
    assert NAME not in str([line.facts for line in [*lines, created, ordered]])
    for tenant in (result.customer_id, offer.tenant):
        with TenantSession(tenant, offer.staff.person, system=True) as session:
            assert verify(session, ()).is_sound


def test_the_owner_and_the_managers_are_told() -> None:
    manager, sales = add_staff("manager"), add_staff("sales")
    offer = send_offer(sales)
    accept(offer.token, NAME)
    people = set()
    for person in (manager.person, sales.person, add_staff("sales").person):
        with TenantSession(offer.tenant, person, system=True) as session:
            rows = session.scalars(select(Notification).where(Notification.kind == "quote_accepted")).all()
            people |= {row.person_id for row in rows if row.facts["quote_id"] == offer.quote}
    assert people == {manager.person, sales.person}
    with TenantSession(offer.tenant, "", system=True) as session:
        event = session.scalars(
            select(OutboxEvent).where(OutboxEvent.facts["quote_id"].astext == offer.quote)
        ).one()
        assert event.person_id is None
        assert NAME not in str(event.facts)


def test_a_prospect_who_is_a_customer_gets_a_second_order() -> None:
    first = send_offer()
    result = accept(first.token, NAME)
    second = send_offer(first.staff, prospect={"id": first.prospect})
    again = accept(second.token, NAME)
    assert again.customer_id == result.customer_id
    assert again.engagement_id != result.engagement_id
    assert len([line for line in log_of(result.customer_id) if line.action == "tenant.create"]) == 1


def test_the_owner_sees_the_order_of_the_customer_and_others_of_sales_do_not() -> None:
    offer = send_offer()
    result = accept(offer.token, NAME)
    with enter(offer.staff.person, result.customer_id) as context:
        [order] = orders(context)
        assert (order.number, order.ordered_by, order.package_title) == (
            result.order_number,
            NAME,
            "Professional",
        )
    colleague = add_staff("sales")
    with pytest.raises(Exception, match="no tenant"), enter(colleague.person, result.customer_id):
        pass


def test_two_acceptances_at_one_moment_make_one_order() -> None:
    for _ in range(5):
        offer = send_offer()
        barrier = Barrier(4)

        def answer(number: int, offer: Offer = offer, barrier: Barrier = barrier) -> Acceptance | str:
            barrier.wait()
            try:
                return accept(offer.token, f"Person {number} Ng")
            except NotOpenError as error:
                return error.link_state

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(answer, range(4)))
        result = [entry for entry in answers if isinstance(entry, Acceptance)]
        assert len(result) == 1
        assert answers.count(LinkState.ACCEPTED) == 3
        with TenantSession(result[0].customer_id, "", system=True) as session:
            assert len(session.scalars(select(Engagement.id)).all()) == 1


def test_two_quotes_of_one_prospect_at_one_moment_make_one_customer() -> None:
    first = send_offer()
    second = send_offer(first.staff, prospect={"id": first.prospect})
    barrier = Barrier(2)

    def answer(offer: Offer) -> Acceptance:
        barrier.wait()
        return accept(offer.token, NAME)

    with ThreadPoolExecutor(2) as pool:
        result = list(pool.map(answer, (first, second)))
    assert len({entry.customer_id for entry in result}) == 1
    assert len({entry.order_number for entry in result}) == 2


def test_prospects_of_one_name_become_two_customers_with_slugs_of_their_own() -> None:
    name = f"Grill {new_id()[-8:]}"
    result = [accept(send_offer(prospect={"name": name}).token, NAME) for _ in range(3)]
    slugs = set()
    for entry in result:
        with TenantSession(entry.customer_id, "", system=True) as session:
            slugs.add(session.get_one(TenantRecord, entry.customer_id).slug)
    base = name.lower().replace(" ", "-")
    assert slugs == {base, f"{base}-2", f"{base}-3"}


@pytest.mark.parametrize(
    "failing", ["create_engagement", "write_promises", "_tell", "note_created", "_note_order"]
)
def test_a_failure_in_between_leaves_nothing(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = send_offer()
    before = count_rows()

    def fail(*_arguments: object) -> None:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(actions, failing, fail)
    with pytest.raises(RuntimeError):
        accept(offer.token, NAME)
    monkeypatch.undo()
    assert count_rows() == before
    assert stored(offer).state == "sent"
    assert accept(offer.token, NAME).order_number


def refused(offer: Offer, link_state: LinkState, token: str = "") -> None:
    """Neither answer is taken, and no row of any tenant comes of it."""
    before, quote = count_rows(), stored(offer)
    for answer in (
        lambda: accept(token or offer.token, NAME),
        lambda: decline(token or offer.token, NAME, "no"),
    ):
        with pytest.raises(NotOpenError) as error:
            answer()
        assert error.value.link_state is link_state
    assert count_rows() == before
    after = stored(offer)
    assert (after.state, after.signer, after.updated_at) == (quote.state, quote.signer, quote.updated_at)


def test_what_is_not_open_is_refused_and_changes_nothing() -> None:
    refused(send_offer(), LinkState.UNKNOWN, token="x" * 43)
    for state, link_state in (
        ("draft", LinkState.UNKNOWN),
        ("expired", LinkState.EXPIRED),
        ("replaced", LinkState.REPLACED),
        ("declined", LinkState.DECLINED),
        ("accepted", LinkState.ACCEPTED),
    ):
        refused(send_offer(state=state), link_state)
    over = (datetime.now(UTC) - timedelta(days=2)).date()
    refused(send_offer(valid_until=over), LinkState.EXPIRED)
    withdrawn = send_offer()
    with enter(withdrawn.staff.person, withdrawn.staff.operator) as context:
        withdraw_links(context, withdrawn.quote)
        context.session.commit()
    refused(withdrawn, LinkState.UNKNOWN)


def test_a_link_ends_at_its_moment() -> None:
    offer = send_offer(days=1)
    end = clock.now() + timedelta(days=1, minutes=1)
    with clock.frozen(end), pytest.raises(NotOpenError) as error:
        accept(offer.token, NAME)
    assert error.value.link_state is LinkState.EXPIRED


@pytest.mark.parametrize(
    "name",
    ["", "A", "   ", "x" * 121, "Ana\x00Ng", "Ana \u202egN anA", "Ana\u2066Ng", "12345", "Ana\ud800", "--"],
)
def test_what_is_no_name_is_refused_and_changes_nothing(name: str) -> None:
    offer = send_offer()
    before = count_rows()
    with pytest.raises(FormError) as error:
        accept(offer.token, name)
    assert error.value.field == "name"
    assert count_rows() == before
    assert accept(offer.token, NAME)


@pytest.mark.parametrize(
    "name", ["Łukasz Żółć", "محمد الفارسی", "क्‍षेत्र सिंह", "王小明", "O'Brien <b>x</b>", "Ng An"]
)
def test_names_of_any_script_are_kept_as_they_are(name: str) -> None:
    offer = send_offer()
    accept(offer.token, name)
    with TenantSession(offer.tenant, "", system=True) as session:
        assert signer_of(session, offer.quote, stored(offer).signer) == name


def test_a_declined_quote_keeps_its_reason_and_the_stage_of_the_prospect() -> None:
    offer = send_offer()
    decline(offer.token, NAME, " Too early\r\nfor us ")
    quote = stored(offer)
    assert (quote.state, quote.decline_reason, quote.engagement_id) == ("declined", "Too early\nfor us", None)
    with TenantSession(offer.tenant, "", system=True) as session:
        assert session.get_one(Prospect, (offer.tenant, offer.prospect)).stage == "quoted"
    refused(offer, LinkState.DECLINED)


def test_lines_that_do_not_sum_are_never_ordered() -> None:
    offer = send_offer(total=Decimal("1999.99"))
    before = count_rows()
    with pytest.raises(ConflictError):
        accept(offer.token, NAME)
    assert count_rows() == before


def test_an_archived_customer_gets_no_order() -> None:
    manager, first = add_staff("manager"), send_offer()
    result = accept(first.token, NAME)
    with enter(manager.person, manager.operator) as context:
        archive_customer(context, result.customer_id)
    second = send_offer(first.staff, prospect={"id": first.prospect})
    before = count_rows()
    with pytest.raises(ConflictError):
        accept(second.token, NAME)
    assert count_rows() == before


def test_only_operator_and_customer_are_written_to() -> None:
    offer, bystander = send_offer(), send_offer()
    bystanding = accept(bystander.token, NAME)
    before = count_rows()
    result = accept(offer.token, NAME)
    grown = {
        tenant if table != "tenant" else result.customer_id for (table, tenant) in (count_rows() - before)
    }
    assert grown == {offer.tenant, result.customer_id}
    assert bystanding.customer_id not in grown
