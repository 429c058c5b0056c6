"""Today of a person who sells: what is due, with the button that opens it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.business.sales.prospects.actions import set_next_step
from core.business.sales.prospects.views import today_of
from core.platform.access.actions import enter
from tests.business.sales.factories import add_prospect
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def sam(database: None) -> Staff:
    return add_staff("sales", is_demo=True)


def headings(app: AppTest) -> list[str]:
    return [element.value for element in app.header]


def test_due_steps_are_listed_the_oldest_first_and_the_rest_behind_a_button(sam: Staff) -> None:
    with enter(sam.person, sam.operator) as context:
        for days in range(9):
            prospect_id = add_prospect(context, name=f"Due {days}")
            set_next_step(context, prospect_id, f"Call {days}", today_of(context) - timedelta(days=20 + days))
    app = open_screen(sam, "today")
    rows = rows_of(app, "Due")
    assert [row["What"] for row in rows[:3]] == ["Call 8", "Call 7", "Call 6"]
    assert rows[0]["Due"] == ["28 d overdue"]
    assert rows[0]["Action"] == "Open prospect"
    assert len(rows) == 7
    app.button(key="today_sales_show_all").click().run()
    assert len(rows_of(app, "Due")) >= 9


def test_a_day_without_work_says_so_and_leads_to_the_prospects(sam: Staff) -> None:
    app = open_screen(sam, "today")
    assert any(heading.startswith("Sales ") for heading in headings(app))
    if app.button(key="today_prospects"):
        app.button(key="today_prospects").click().run()
        assert app.title[0].value == "Prospects"


def test_a_specialist_has_no_sales_desk() -> None:
    app = open_screen(add_staff("specialist", is_demo=True), "today")
    assert not any(heading.startswith("Sales ") for heading in headings(app))
