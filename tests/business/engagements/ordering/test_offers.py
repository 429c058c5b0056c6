"""A customer asks for the quote of a package without a price: who sells is told once a week, and nothing is ordered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.business.engagements.ordering.offers import AGAIN, ask_for_offer
from core.business.engagements.ordering.views import my_draft
from core.business.engagements.views import orders
from core.context import Context
from core.db.session import TenantSession
from core.errors import AppError, InvalidInputError, NotAllowedError
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from core.platform.delivery.notifications import notifications
from core.platform.events.tables import Notification
from tests.staff import add_contact, add_staff, give_to


@pytest.fixture
def contact(alice: Context) -> Iterator[Context]:
    """A contact of a restaurant."""
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as context:
        yield context


def questions(context: Context, person: str) -> int:
    with TenantSession(context.tenant.id, person) as session:
        rows = session.scalars(select(Notification.kind).where(Notification.person_id == person))
        return [*rows].count("offer_wanted")


def test_the_owner_and_the_managers_are_told_and_nothing_is_ordered(alice: Context, contact: Context) -> None:
    owner, manager = add_staff("sales"), add_staff("manager")
    give_to(alice.tenant.id, owner)
    assert ask_for_offer(contact, "enterprise")
    contact.session.commit()
    for person in (owner, manager):
        with enter(person, alice.tenant.id) as context:
            newest = notifications(context)[0]
            assert newest.text == f"{alice.tenant.name} asks for a quote of Enterprise."
            assert newest.path == "customers"
    with TenantSession(alice.tenant.id, "", system=True) as session:
        query = select(AuditLine.person_id).where(AuditLine.action == "order.offer_wanted")
        assert list(session.scalars(query)) == [contact.person]
    assert orders(contact) == []
    assert my_draft(contact) is None


def test_the_question_is_passed_on_once_a_week(alice: Context, contact: Context) -> None:
    manager = add_staff("manager")
    asked = [ask_for_offer(contact, "enterprise") for _ in range(3)]
    assert asked == [True, False, False]
    assert ask_for_offer(replace(contact, now=contact.now + AGAIN * 2), "enterprise")
    contact.session.commit()
    assert questions(alice, manager) == 2


@pytest.mark.parametrize("package", ["starter", "professional", "palace"])
def test_a_package_with_a_price_and_one_that_does_not_exist_are_no_question(
    contact: Context, package: str
) -> None:
    with pytest.raises(AppError):
        ask_for_offer(contact, package)


def test_a_package_of_the_price_list_says_that_it_is_ordered_here(contact: Context) -> None:
    with pytest.raises(InvalidInputError, match="Starter has a price") as refused:
        ask_for_offer(contact, "starter")
    assert "order it here" in refused.value.hint


def test_the_staff_asks_for_nothing_in_a_customer_s_name(alice: Context) -> None:
    with pytest.raises(NotAllowedError):
        ask_for_offer(alice, "enterprise")
