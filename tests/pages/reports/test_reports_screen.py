"""The screen of reports: figures with their samples, and the rows behind them."""

from __future__ import annotations

import pytest

from core.business.sales.acceptance.actions import Acceptance, accept
from tests.business.sales.acceptance.offers import send_offer
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


@pytest.fixture(scope="module")
def ordered(manager: Staff) -> Acceptance:
    return accept(send_offer(is_demo=True, payment_plan="split").token, "Ana *Ng*")


def test_a_report_has_its_sections_and_says_where_the_sample_is_too_small(manager, ordered) -> None:
    app = open_screen(manager, "reports")
    assert [header.value for header in app.header] == ["Orders", "Revenue", "Utilisation", "Success"]
    words = texts(app)
    assert "ended orders needed" in words
    assert "Success rate" in words


def test_the_rows_behind_a_figure_stand_below_it(manager, ordered) -> None:
    app = open_screen(manager, "reports")
    assert ordered.order_number in [row["Order"] for row in rows_of(app, "Ordered")]
    app.selectbox(key="report_period").select("last_month").run()
    assert not app.exception
    assert ordered.order_number not in [row["Order"] for row in rows_of(app, "Ordered")]


def test_a_specialist_has_no_reports() -> None:
    app = open_screen(add_staff("specialist", is_demo=True), "reports")
    assert "Orders placed" not in texts(app)
