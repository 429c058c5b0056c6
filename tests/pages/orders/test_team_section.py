"""The team on an order's page: candidates with their reasons, assigned by a click, ended, and what others see of it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.business.engagements.team.actions import assign_lead, assign_reserve
from core.business.engagements.team.views import candidates, orders_without_lead, team_of
from core.business.sales.acceptance.actions import Acceptance, accept
from core.entry.tenants import add_member, create_person
from core.kit.ids import new_id
from core.platform.access.actions import enter
from pages.orders.team import draw_team, show_team
from pages.ui.delivery import draw_who_for
from tests.business.engagements.team.desk import add_specialist, set_state
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import Staff, add_staff
from tests.pages.orders.test_order_screen import open_orders
from tests.pages.parts import draw, text_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


@pytest.fixture
def ordered(database: None) -> Acceptance:
    """An approved order of a new customer from Toast."""
    acceptance = accept(send_offer(is_demo=True, payment_plan="split").token, "Ana Ng")
    set_state(acceptance.customer_id, acceptance.engagement_id, "approved", source="toast")
    return acceptance


@pytest.fixture
def cast(database: None) -> dict[str, str]:
    """People (ids) who can lead the order, who can possibly, and who cannot."""
    return {
        "fit": add_specialist(name=f"Mei {new_id()[-6:]}", is_demo=True)[0],
        "far": add_specialist(name=f"Ana {new_id()[-6:]}", is_demo=True, zone="Asia/Tokyo")[0],
        "not": add_specialist((), name=f"Tom {new_id()[-6:]}", is_demo=True)[0],
    }


def open_team(person: Staff, ordered: Acceptance, *, with_all: bool = True) -> AppTest:
    app = open_orders(person, ordered.customer_id, order=ordered.engagement_id, section="team")
    toggles = [toggle for toggle in app.toggle if toggle.key == f"team_all_{ordered.engagement_id}"]
    if with_all and toggles:
        toggles[0].set_value(True).run()
    return app


def button(app: AppTest, verb: str, ordered: Acceptance, person: str):
    return app.button(key=f"{verb}_{ordered.engagement_id}_{person}")


def test_candidates_stand_with_verdict_and_reasons_and_a_click_assigns(manager, ordered, cast) -> None:
    app = open_team(manager, ordered)
    words = text_of(app)
    assert "Who for" in words
    assert "**No team yet**" in words
    for text in (":green[:material/check:] Toast Professional until", "No certificate Toast Professional"):
        assert text in words
    refused = button(app, "assign", ordered, cast["not"])
    assert refused.disabled
    assert refused.help == "No certificate Toast Professional"
    button(app, "assign", ordered, cast["fit"]).click().run()
    assert not app.exception
    with enter(manager.person, ordered.customer_id) as context:
        assert [member.person_id for member in team_of(context, ordered.engagement_id)] == [cast["fit"]]
    app = open_team(manager, ordered)
    assert f"assign_{ordered.engagement_id}_{cast['fit']}" not in {item.key for item in app.button}


def test_a_reserve_is_assigned_takes_over_and_a_membership_is_ended_after_a_question(
    manager, ordered, cast
) -> None:
    with enter(manager.person, ordered.customer_id) as context:
        assign_lead(context, ordered.engagement_id, cast["fit"])
    app = open_team(manager, ordered)
    button(app, "reserve", ordered, cast["far"]).click().run()
    app = open_team(manager, ordered)
    assert button(app, "reserve", ordered, cast["far"]).disabled
    [take_over] = [item for item in app.button if str(item.key).startswith("take_over_")]
    take_over.click().run()
    with enter(manager.person, ordered.customer_id) as context:
        [active] = [row for row in team_of(context, ordered.engagement_id) if row.ends_at is None]
    assert (active.person_id, active.role) == (cast["far"], "lead")
    app = open_team(manager, ordered)
    app.button(key=f"end_{active.id}").click().run()
    assert "Access to the customer ends with it" in text_of(app)
    app.button(key=f"end_{active.id}_confirm").click().run()
    assert not app.exception
    with enter(manager.person, ordered.customer_id) as context:
        assert all(row.ends_at for row in team_of(context, ordered.engagement_id))
    assert "Earlier members" in str([item.label for item in open_team(manager, ordered).expander])


def test_a_reviewer_is_set_where_lead_and_reserve_are(manager, ordered, cast) -> None:
    with enter(manager.person, ordered.customer_id) as context:
        assign_lead(context, ordered.engagement_id, cast["fit"])
    app = open_team(manager, ordered)
    button(app, "review", ordered, cast["far"]).click().run()
    assert not app.exception
    with enter(manager.person, ordered.customer_id) as context:
        team = [row for row in team_of(context, ordered.engagement_id) if row.ends_at is None]
    assert {(row.role, row.person_id) for row in team} == {("lead", cast["fit"]), ("reviewer", cast["far"])}
    app = open_team(manager, ordered)
    assert button(app, "review", ordered, cast["far"]).disabled
    assert button(app, "review", ordered, cast["not"]).help == "No certificate Toast Professional"


def test_who_does_not_assign_sees_names_and_roles_alone(manager, ordered, cast) -> None:
    contact = create_person(f"contact-{new_id()[-12:]}", "A Contact", is_demo=True)
    add_member(ordered.customer_id, contact, "customer")
    with enter(manager.person, ordered.customer_id) as context:
        assign_lead(context, ordered.engagement_id, cast["fit"])
        assign_reserve(context, ordered.engagement_id, cast["far"])

    for part in (show_team, draw_team):
        for person in (contact, cast["fit"]):

            def screen_part(part=part, person=person) -> None:
                with enter(person, ordered.customer_id) as context:
                    part(context, ordered.engagement_id)

            app = draw(screen_part)
            words = text_of(app)
            assert "Mei" in words
            assert "Lead" in words
            assert "Toast Professional" not in words
            assert len(app.button) == 0


def test_the_panel_of_all_orders_offers_those_without_a_lead(manager, ordered, cast) -> None:
    def screen_part() -> None:
        with enter(manager.person, manager.operator) as context:
            draw_who_for(context)

    with enter(manager.person, manager.operator) as context:
        assert ordered.engagement_id in {row.engagement_id for row in orders_without_lead(context)}
    app = draw(screen_part, person=manager.person)
    app.selectbox(key="who_for_order").set_value(ordered.engagement_id).run()
    assert not app.exception
    assert "Who for" in text_of(app)
    with enter(manager.person, ordered.customer_id) as context:
        best = candidates(context, ordered.engagement_id).candidates[0]
        assign_lead(context, ordered.engagement_id, best.profile.person_id)
    with enter(manager.person, manager.operator) as context:
        assert ordered.engagement_id not in {row.engagement_id for row in orders_without_lead(context)}
