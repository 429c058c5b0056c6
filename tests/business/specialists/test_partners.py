"""Partners are kept, and what they earn follows from what was paid for orders that they led or brought."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.business.engagements.team.actions import assign_lead, assign_reserve, credit_referral, end_member
from core.business.engagements.team.views import candidates
from core.business.specialists.partners.actions import (
    add_partner,
    edit_partner,
    set_partner_active,
    set_partner_of,
)
from core.business.specialists.partners.rules import DELIVERY, REFERRAL, PartnerDetails, Statement
from core.business.specialists.partners.views import (
    partner,
    partner_assignments,
    partner_earnings,
    partners,
)
from core.business.specialists.tables import Partner
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.audit.actions import forget_looks
from core.platform.audit.tables import AuditLine
from tests.business.engagements.team.desk import add_order, add_specialist, pay
from tests.staff import add_staff, operator


@pytest.fixture
def desk(tenants: dict[str, str]):
    """A manager in the customer and at the operator."""
    with ExitStack() as stack:
        person = add_staff("manager")
        yield [stack.enter_context(enter(person, tenant)) for tenant in (tenants["bella"], operator())]


def company(share: str = "25", referral: str = "20") -> PartnerDetails:
    return PartnerDetails(
        f"DataHop {new_id()[-8:]}", "ZW", Decimal(share), Decimal(referral), "ana@example.com"
    )


def statement_of(context: Context, partner_id: str, **period: object) -> list[Statement]:
    [earned] = [row for row in partner_earnings(context, **period) if row.partner_id == partner_id]
    return list(earned.statements)


def test_a_partner_is_added_edited_and_its_contact_is_encrypted_and_noted_when_seen(desk) -> None:
    _, head = desk
    details = company()
    partner_id = add_partner(head, details)
    with pytest.raises(ConflictError, match="has this name"):
        add_partner(head, details)
    with pytest.raises(InvalidInputError, match="between 20 and 30"):
        edit_partner(head, partner_id, replace(details, share_percent=Decimal(31)))
    edit_partner(head, partner_id, replace(details, share_percent=Decimal("27.5")))
    [row] = [row for row in partners(head) if row.id == partner_id]
    assert (row.name, row.share_percent, row.contact) == (details.name, Decimal("27.5"), "")
    stored = head.session.get_one(Partner, (head.tenant.id, partner_id))
    assert b"ana@example.com" not in stored.contact
    forget_looks()
    assert partner(head, partner_id).contact == "ana@example.com"
    lines = select(AuditLine.action).where(AuditLine.object_id == partner_id).order_by(AuditLine.seq)
    assert head.session.scalars(lines).all() == ["partner.add", "partner.edit", "personal.read"]


def test_a_partner_whose_work_ended_is_chosen_no_more(desk) -> None:
    customer, head = desk
    partner_id = add_partner(head, company())
    person, specialist = add_specialist(role="partner")
    set_partner_of(head, specialist, partner_id)
    order = add_order(customer.tenant.id)
    assert person in {row.profile.person_id for row in candidates(customer, order).candidates}
    set_partner_active(head, partner_id, is_active=False)
    assert person not in {row.profile.person_id for row in candidates(customer, order).candidates}
    for verb in (
        lambda: set_partner_of(head, specialist, partner_id),
        lambda: credit_referral(customer, order, partner_id),
    ):
        with pytest.raises(NotFoundError, match="no such partner"):
            verb()
    with pytest.raises(ConflictError, match="inactive already"):
        set_partner_active(head, partner_id, is_active=False)


def test_a_partner_earns_its_share_of_what_was_paid_and_not_refunded(desk) -> None:
    customer, head = desk
    partner_id = add_partner(head, company("25"))
    person, _ = add_specialist(role="partner", partner_id=partner_id)
    order, today = add_order(customer.tenant.id), clock.now().date()
    before = pay(customer.tenant.id, order, "1000", today - timedelta(days=5))
    assert statement_of(head, partner_id) == []
    assign_lead(customer, order, person)
    pay(customer.tenant.id, order, "333.33", today)
    pay(customer.tenant.id, order, "100", today, refund_of=before)
    [earned] = statement_of(head, partner_id)
    assert (earned.currency, earned.paid, earned.total) == ("USD", Decimal("1233.33"), Decimal("308.33"))
    assert [line.order.kind for line in earned.lines] == [DELIVERY]
    [recent] = statement_of(head, partner_id, since=today)
    assert recent.total == Decimal("58.33")
    with pytest.raises(InvalidInputError):
        partner_earnings(head, today, today - timedelta(days=1))


def test_the_share_is_that_of_the_day_of_the_assignment_and_goes_to_the_lead_of_the_payments_day(
    desk,
) -> None:
    customer, head = desk
    first, second = company("20"), company("30")
    ids = [add_partner(head, details) for details in (first, second)]
    people = [add_specialist(role="partner", partner_id=partner_id)[0] for partner_id in ids]
    order, today = add_order(customer.tenant.id), clock.now().date()
    member = assign_lead(customer, order, people[0])
    edit_partner(head, ids[0], replace(first, share_percent=Decimal(30)))
    pay(customer.tenant.id, order, "500", today)
    end_member(customer, member)
    assert statement_of(head, ids[0])[0].total == 100
    assert statement_of(head, ids[1]) == []


def test_who_brought_an_order_earns_the_referral_and_not_twice_where_it_leads_too(desk) -> None:
    customer, head = desk
    referrer, leader = add_partner(head, company("25", "20")), add_partner(head, company("25", "30"))
    person, _ = add_specialist(role="partner", partner_id=leader)
    order, today = add_order(customer.tenant.id), clock.now().date()
    credit_referral(customer, order, referrer)
    assign_lead(customer, order, person)
    pay(customer.tenant.id, order, "1000", today)
    [earned] = statement_of(head, referrer)
    assert (earned.total, earned.lines[0].order.kind) == (200, REFERRAL)
    assert statement_of(head, leader)[0].total == 250
    credit_referral(customer, order, leader)
    assert statement_of(head, referrer) == []
    [earned] = statement_of(head, leader)
    assert (earned.total, earned.lines[0].order.kind) == (300, REFERRAL)
    credit_referral(customer, order, None)
    assert statement_of(head, leader)[0].total == 250


def test_a_partner_sees_its_own_earnings_and_work_even_after_the_assignment_and_nobody_elses(desk) -> None:
    customer, head = desk
    partner_id, foreign = add_partner(head, company()), add_partner(head, company())
    (person, _), (stranger, _) = (
        add_specialist(role="partner", partner_id=company_id) for company_id in (partner_id, foreign)
    )
    orders = [add_order(customer.tenant.id) for _ in range(2)]
    member = assign_lead(customer, orders[0], person)
    assign_lead(customer, orders[1], stranger)
    for order in orders:
        pay(customer.tenant.id, order, "400", clock.now().date())
    end_member(customer, member)
    with enter(person, operator()) as context:
        assert [row.id for row in partners(context)] == [partner_id]
        [earned] = partner_earnings(context)
        assert (earned.partner_id, earned.statements[0].total) == (partner_id, 100)
        [work] = partner_assignments(context)
        assert (work.order_number, work.role, work.partner_id) == ("OC-0007", "lead", partner_id)
        assert work.ends_at is not None
        with pytest.raises(NotAllowedError):
            partner(context, foreign)
    with enter(add_staff("specialist"), operator()) as context, pytest.raises(NotAllowedError):
        partner_earnings(context)
    assert {row.partner_id for row in partner_assignments(head)} >= {partner_id, foreign}


def test_a_reserve_of_a_partner_earns_nothing(desk) -> None:
    customer, head = desk
    partner_id = add_partner(head, company())
    person, _ = add_specialist(role="partner", partner_id=partner_id)
    order = add_order(customer.tenant.id)
    assign_reserve(customer, order, person)
    pay(customer.tenant.id, order, "400", clock.now().date())
    assert statement_of(head, partner_id) == []
