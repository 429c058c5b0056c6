"""The four figures of the delivery desk on the screen of reports: their values from the generated orders, their rows."""

from __future__ import annotations

import pytest

from core.entry import demo
from core.entry.demo_delivery.loading import seed_delivery
from core.platform.access.actions import enter
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    """A manager of the demo's operator, with orders up to today."""
    person = add_staff("manager", is_demo=True)
    with enter(person.person, demo.OPERATOR) as context:
        seed_delivery(context, again=True)
    return person


def test_the_known_figures_stand_on_top_with_their_samples(manager: Staff) -> None:
    app = open_screen(manager, "reports")
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Active orders"] == "24"
    assert values["Revenue, 30 days"] == "$156,000"
    assert values["Success rate, 90 days"] == "96%"
    assert any("48 of 50" in caption.value for caption in app.caption)


@pytest.mark.parametrize(("figure", "count"), [("active", 24), ("revenue", 42), ("success", 50)])
def test_the_button_of_a_figure_opens_the_rows_it_was_computed_from(
    manager: Staff, figure: str, count: int
) -> None:
    app = open_screen(manager, "reports")
    app.button(key=f"report_figure_{figure}").click().run()
    assert not app.exception
    assert app.button(key=f"report_figure_{figure}").label == "Hide rows"
    assert count in [len(table.value) for table in app.dataframe]
    app.button(key=f"report_figure_{figure}").click().run()
    assert app.button(key=f"report_figure_{figure}").label == "Show rows"


def test_the_order_of_a_figure_is_named_with_its_customer(manager: Staff) -> None:
    app = open_screen(manager, "reports")
    app.button(key="report_figure_active").click().run()
    tables = [table.value for table in app.dataframe if "Ended" in table.value.columns]
    assert any((table["Customer"] == "Baobab Hill Primary").any() for table in tables)
