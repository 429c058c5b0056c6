"""What a manager reads of an order before approving it, and what waits until it is approved."""

from __future__ import annotations

import pytest

from core.business.engagements.ordering.actions import save_draft, submit_order
from core.business.engagements.team.actions import assign_lead
from core.business.engagements.team.views import candidates
from core.business.sales.acceptance.actions import Acceptance, accept
from core.platform.access.actions import enter
from pages.orders.answers import show_answers
from tests.business.engagements.ordering.conftest import add_school
from tests.business.engagements.team.desk import add_specialist, set_state
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import Staff, add_staff
from tests.pages.my_order.test_my_order_screen import WHOLE
from tests.pages.operator.screens import rows_of
from tests.pages.orders.test_order_screen import open_orders, words
from tests.pages.parts import draw, text_of
from tests.staff import add_contact

pytestmark = pytest.mark.usefixtures("database")

REFUSAL = "This order waits for approval. Approve it, then assign its team."


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


@pytest.fixture
def ordered(database: None) -> Acceptance:
    """An order that waits for approval."""
    return accept(send_offer(is_demo=True, payment_plan="split").token, "Ana Ng")


def test_the_answers_of_the_assessment_stand_on_the_order_with_what_decided_the_package(
    database: None,
) -> None:
    school = add_school("Acacia School")
    with enter(add_contact(school), school) as context:
        view = save_draft(context, WHOLE)
        order_id = submit_order(context, view.id, view.version).engagement_id
        text = text_of(draw(lambda: show_answers(context, order_id)))
    for expected in ("Pupils", "640", "OneRoster export", "Growth fits. Foundation holds up to 200 pupils"):
        assert expected in text


def test_an_order_of_a_quote_has_no_answers_and_one_button_to_approve(
    manager: Staff, ordered: Acceptance
) -> None:
    app = open_orders(manager, ordered.customer_id, order=ordered.engagement_id)
    labels = [button.label for button in app.button if button.label.startswith("Approve")]
    assert labels == ["Approve order"]
    assert "What the customer answered" not in words(app)


def test_nobody_is_assigned_before_the_order_is_approved_and_the_page_says_why(
    manager: Staff, ordered: Acceptance
) -> None:
    person = add_specialist(name="Mei Early", is_demo=True)[0]
    set_state(ordered.customer_id, ordered.engagement_id, "pending", source="toast")
    app = open_orders(manager, ordered.customer_id, order=ordered.engagement_id)
    assert "team_open" not in {button.key for button in app.button}
    app = open_orders(manager, ordered.customer_id, order=ordered.engagement_id, section="team")
    assert [box.value.replace("\\", "") for box in app.info] == [REFUSAL]
    for toggle in app.toggle:
        toggle.set_value(True).run()
    button = app.button(key=f"assign_{ordered.engagement_id}_{person}")
    assert (button.disabled, button.help) == (
        True,
        REFUSAL,
    )


def test_the_history_names_who_joined_and_who_left_the_team(manager: Staff, ordered: Acceptance) -> None:
    people = {name: add_specialist(name=name, is_demo=True)[0] for name in ("Mei First", "Ana Second")}
    set_state(ordered.customer_id, ordered.engagement_id, "approved", source="toast")
    with enter(manager.person, ordered.customer_id) as context:
        for person in people.values():
            assign_lead(context, ordered.engagement_id, person)
        assert candidates(context, ordered.engagement_id).refusal == ""
    app = open_orders(manager, ordered.customer_id, order=ordered.engagement_id, section="history")
    entries = [row["What"] for row in rows_of(app, "Why")]
    assert entries[:2] == ["Lead: Ana Second", "Lead: Mei First"]
