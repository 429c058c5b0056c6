"""Partners on the screen: added and edited by managers with earnings, and a partner's own statement; the utilisation chart."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.business.engagements.lookup import today_of
from core.business.engagements.team.actions import assign_lead
from core.business.sales.acceptance.actions import accept
from core.business.specialists.partners.actions import add_partner
from core.business.specialists.partners.rules import PartnerDetails
from core.business.specialists.partners.views import partners
from core.business.specialists.utilisation.rules import Utilisation
from core.kit.ids import new_id
from core.platform.access.actions import enter
from pages.partners.period import days_of
from pages.ui.delivery import draw_utilisation
from pages.ui.delivery.utilisation import _chart, hours
from tests.business.engagements.team.desk import add_specialist, book, pay, set_state
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.parts import draw, text_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


def make_partner(manager: Staff, name: str) -> str:
    with enter(manager.person, manager.operator) as context:
        return add_partner(context, PartnerDetails(name, "ZW", Decimal(25), Decimal(20)))


def test_a_partner_is_added_and_edited_in_the_dialog(manager: Staff) -> None:
    name = f"DataHop {new_id()[-8:]}"
    app = open_screen(manager, "partners")
    app.button(key="partners_add").click().run()
    app.text_input(key="partner_add_name").set_value(name)
    app.number_input(key="partner_add_share").set_value(27.5)
    app.button(key="partner_save").click().run()
    assert not app.exception
    [row] = [row for row in rows_of(app, "Partner") if row["Partner"] == name]
    assert (row["Share"], row["Referral"], row["Earned"], row["State"]) == ("27.5%", "20%", "–", ["Active"])
    with enter(manager.person, manager.operator) as context:
        [partner_id] = [row.id for row in partners(context) if row.name == name]
    app.session_state["partners_dialog"] = partner_id
    app.run()
    app.text_input(key=f"partner_{partner_id}_name").set_value(" ")
    app.button(key="partner_save").click().run()
    assert "The partner needs a name" in text_of(app)
    app.button(key="partner_end").click().run()
    app.button(key="partner_end_confirm").click().run()
    [row] = [row for row in rows_of(app, "Partner") if row["Partner"] == name]
    assert row["State"] == ["Ended"]


def test_a_partner_sees_its_own_statement_and_orders(manager: Staff) -> None:
    company, foreign = f"Own {new_id()[-8:]}", f"Foreign {new_id()[-8:]}"
    partner_id = make_partner(manager, company)
    make_partner(manager, foreign)
    person, _ = add_specialist(role="partner", partner_id=partner_id, is_demo=True)
    ordered = accept(send_offer(is_demo=True).token, "Ana Ng")
    set_state(ordered.customer_id, ordered.engagement_id, "approved", source="toast")
    with enter(manager.person, ordered.customer_id) as context:
        assign_lead(context, ordered.engagement_id, person)
        pay(ordered.customer_id, ordered.engagement_id, "1234.56", today_of(context))
    app = open_screen(Staff(person, "", manager.operator), "partners")
    words = text_of(app)
    assert "$308.64" in words
    assert "of $1,234.56 paid" in words
    assert foreign not in words
    assert [row["Earned"] for row in rows_of(app, "Earned")] == ["$308.64"]
    [work] = rows_of(app, "Role")
    assert (work["Order"], work["Role"], work["Partner"]) == (ordered.order_number, "Lead", company)
    assert "partners_add" not in {button.key for button in app.button}


def test_periods_are_whole_days_of_months_and_years() -> None:
    today = date(2026, 3, 14)
    assert days_of("This month", today) == (date(2026, 3, 1), today)
    assert days_of("Last month", today) == (date(2026, 2, 1), date(2026, 2, 28))
    assert days_of("This year", today) == (date(2026, 1, 1), today)
    assert days_of("All", today) == (None, None)


def test_utilisation_is_drawn_with_its_definition_period_and_sample(manager: Staff) -> None:
    _, specialist = add_specialist(name="Priya Nair", is_demo=True)
    with enter(manager.person, manager.operator) as context:
        book(specialist, context.now - timedelta(minutes=5), 2, is_demo=True)

    def part_of_screen(person: str = manager.person) -> None:
        with enter(person, manager.operator) as context:
            draw_utilisation(context)

    app = draw(part_of_screen)
    [metric] = list(app.metric)
    assert metric.label.startswith("Utilisation, ")
    assert "n = " in text_of(app)
    assert "Priya Nair" in {row["Name"] for row in rows_of(app, "Utilisation")}
    assert len(draw(lambda: part_of_screen(add_staff("sales", is_demo=True).person)).metric) == 0


def test_the_chart_splits_hours_into_taken_free_and_over() -> None:
    people = [
        Utilisation("a", "Al", Decimal(43), Decimal(40), Decimal(0), 9),
        Utilisation("b", "Bo", Decimal("7.5"), Decimal(40), Decimal(0), 2),
    ]
    within, free, over = draw_free(people)
    assert (list(within.x), list(free.x), list(over.x)) == ([40.0, 7.5], [0.0, 32.5], [3.0, 0.0])
    assert list(over.text) == ["+3 h", ""]
    assert over.marker.pattern.shape == "x"
    assert hours(Decimal("1200.50")) == "1,200.5"


def draw_free(people: list[Utilisation]):
    return _chart(people).data
