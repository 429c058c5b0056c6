"""The screen of exchange rates: the list, a rate entered, and who may."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import NullPool, create_engine, text
from streamlit.testing.v1 import AppTest

from core.business.billing.rates.actions import add_rate
from core.business.billing.rates.views import exchange_rates
from core.db.base import owner_url
from core.platform.access.actions import enter
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.test_menu import texts


@pytest.fixture(autouse=True)
def no_rates(database: None) -> None:
    engine = create_engine(owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("delete from exchange_rate"))
    engine.dispose()


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager", is_demo=True)


def fill(app: AppTest, **values: str) -> AppTest:
    for name, value in values.items():
        app.text_input(key=f"rates_field_{name}").set_value(value).run()
    app.button(key="rates_save").click().run()
    assert not app.exception
    return app


def test_without_rates_it_says_how_they_appear(manager: Staff) -> None:
    assert "**No exchange rates yet**" in texts(open_screen(manager, "rates"))


def test_a_rate_is_entered_and_a_second_of_the_day_asks_for_a_reason(manager: Staff) -> None:
    app = open_screen(manager, "rates")
    app.button(key="rates_enter").click().run()
    fill(app, rate="26,4", source="RBZ")
    assert "not a number" in app.error[0].value
    fill(app, rate="26.4")
    [row] = rows_of(open_screen(manager, "rates"), "Rate")
    assert (row["1 unit of"], row["In"], row["Rate"], row["Source"]) == ("USD", "ZWG", "26.4", "RBZ")
    app = open_screen(manager, "rates")
    app.button(key="rates_enter").click().run()
    fill(app, rate="26.5", source="RBZ")
    assert "is 26.4 ZWG on" in app.error[0].value.replace("\\", "")
    fill(app, correction="Typing error")
    with enter(manager.person, manager.operator) as context:
        [rate] = exchange_rates(context).rates
        assert (rate.value, rate.correction) == (Decimal("26.5"), "Typing error")


def test_a_file_is_shown_row_by_row_before_it_is_imported(manager: Staff) -> None:
    app = open_screen(manager, "rates")
    app.button(key="rates_import").click().run()
    data = b"day,base,quote,rate,source\n2026-11-01,USD,ZWG,26,RBZ\n2026-11-01,USD,ZWG,27,RBZ\n"
    app.file_uploader(key="rates_file").upload("rates.csv", data, "text/csv").run()
    [row] = rows_of(app, "Why")
    assert (row["Row"], row["Value"]) == (3, "27")
    assert app.button(key="rates_import_save").label == "Import 1 rate"
    app.button(key="rates_import_save").click().run()
    assert [row["Rate"] for row in rows_of(open_screen(manager, "rates"), "Rate")] == ["26"]


def test_who_sells_reads_the_rates_and_a_stale_one_is_named(manager: Staff) -> None:
    with enter(manager.person, manager.operator) as context:
        add_rate(context, "USD", "ZWG", context.now.date() - timedelta(days=9), Decimal(26), "RBZ")
    app = open_screen(add_staff("sales", is_demo=True), "rates")
    assert rows_of(app, "Rate")
    assert "more than 7 days old" in app.warning[0].value
    assert "rates_enter" not in {button.key for button in app.button}


def test_who_may_enter_no_rate_is_not_told_to(manager: Staff) -> None:
    assert "Enter the rate of a day" in texts(open_screen(manager, "rates"))
    words = texts(open_screen(add_staff("sales", is_demo=True), "rates"))
    assert "A manager enters the rate of a day here." in words
    assert "Enter the rate" not in words
