"""A package without a list price on "Your order" of a restaurant: asked for with one button, by what fits as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from core.business.engagements.ordering.actions import save_draft
from core.context import Context
from core.db.session import TenantSession
from core.platform.access.actions import enter
from core.platform.events.tables import OutboxEvent
from tests.pages.my_order.conftest import Open
from tests.pages.my_order.test_my_order_screen import press
from tests.pages.parts import text_of
from tests.staff import add_contact


@pytest.fixture
def diner(alice: Context) -> Iterator[Context]:
    """The contact of a restaurant."""
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as context:
        yield context


def asked(context: Context) -> list[str]:
    with TenantSession(context.tenant.id, "", system=True) as session:
        return list(session.scalars(select(OutboxEvent.kind).where(OutboxEvent.kind == "offer_wanted")))


def test_a_quote_is_asked_for_beside_the_package_with_the_ways_to_reach_us(
    diner: Context, screen: Open
) -> None:
    app = screen(diner)
    assert "By offer" in text_of(app)
    key = "my_order_offer_packages_enterprise"
    button = app.button(key=key)
    assert not button.disabled
    assert "1-800-MIGRATE" in button.help.replace("\\", "")
    assert "my_order_package_enterprise" not in {other.key for other in app.button}
    press(app, key)
    press(app, key)
    assert asked(diner) == ["offer_wanted"]


def test_where_the_answers_need_it_the_assessment_asks_for_the_quote_too(
    diner: Context, screen: Open
) -> None:
    answers = {"locations": 40, "items": 500, "sources": ["toast"]}
    save_draft(diner, {"package": "professional", "step": "assessment", "assessment": answers})
    diner.session.rollback()
    app = screen(diner)
    assert "You need Enterprise" in text_of(app)
    press(app, "my_order_offer_assessment_enterprise")
    assert asked(diner) == ["offer_wanted"]
