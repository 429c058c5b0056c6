"""Exchange rates as people of the operator enter, correct and import them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import NullPool, create_engine, text

from core.business.billing.rates.actions import add_rate, import_rates
from core.business.billing.rates.rules import RateFieldError
from core.business.billing.rates.views import exchange_rates, preview_rates
from core.business.engagements.lookup import today_of
from core.context import Context
from core.db.base import owner_url
from core.errors import ConflictError, InvalidInputError, NotAllowedError
from core.platform.access.actions import enter
from tests.operators import add_staff

HEADER = "day,base,quote,rate,source\n"


@pytest.fixture(autouse=True)
def no_rates(database: None) -> None:
    engine = create_engine(owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("delete from exchange_rate"))
    engine.dispose()


@pytest.fixture
def manager() -> Iterator[Context]:
    staff = add_staff("manager")
    with enter(staff.person, staff.operator) as context:
        yield context


def test_a_rate_is_entered_once_a_day_and_corrected_with_a_reason(manager: Context) -> None:
    today = today_of(manager) - timedelta(days=1)
    first = add_rate(manager, "usd", "ZWG", today, Decimal("26.4"), " RBZ  interbank ")
    with pytest.raises(ConflictError, match=r"1 USD is 26\.4 ZWG on"):
        add_rate(manager, "ZWG", "USD", today, Decimal("0.04"), "RBZ")
    with pytest.raises(ConflictError):
        add_rate(manager, "USD", "ZWG", today, Decimal("26.4000"), "RBZ", correction="Again")
    second = add_rate(manager, "USD", "ZWG", today, Decimal("26.5"), "RBZ", correction="Typing error")
    view = exchange_rates(manager)
    [row] = view.rates
    assert (row.id, row.value, row.correction, row.person) == (
        second,
        Decimal("26.5"),
        "Typing error",
        manager.name,
    )
    assert first != second
    assert view.newest == row
    assert not view.is_stale


def test_an_old_rate_is_called_stale(manager: Context) -> None:
    assert exchange_rates(manager).newest is None
    add_rate(manager, "USD", "ZWG", today_of(manager) - timedelta(days=9), Decimal(26), "RBZ")
    assert exchange_rates(manager).is_stale


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("base", ("EUR", "ZWG", date(2026, 1, 1), Decimal(1), "RBZ")),
        ("quote", ("USD", "ZWL", date(2024, 9, 1), Decimal(1), "RBZ")),
        ("quote", ("USD", "USD", date(2026, 1, 1), Decimal(1), "RBZ")),
        ("day", ("USD", "ZWG", date(2999, 1, 1), Decimal(1), "RBZ")),
        ("day", ("USD", "ZWL", date(2001, 1, 1), Decimal(1), "RBZ")),
        ("rate", ("USD", "ZWG", date(2026, 1, 1), Decimal(0), "RBZ")),
        ("rate", ("USD", "ZWG", date(2026, 1, 1), Decimal("NaN"), "RBZ")),
        ("rate", ("USD", "ZWG", date(2026, 1, 1), Decimal("1e-11"), "RBZ")),
        ("source", ("USD", "ZWG", date(2026, 1, 1), Decimal(1), " ")),
    ],
)
def test_what_is_no_rate_is_refused_and_says_its_field(
    manager: Context, field: str, arguments: tuple
) -> None:
    with pytest.raises(RateFieldError) as refusal:
        add_rate(manager, *arguments)
    assert refusal.value.field == field
    assert not exchange_rates(manager).rates


def test_history_in_zwl_is_taken_and_nothing_after_it(manager: Context) -> None:
    add_rate(manager, "USD", "ZWL", date(2024, 8, 30), Decimal(13000), "RBZ")
    assert exchange_rates(manager).newest is None


def test_a_file_is_imported_row_by_row_and_a_second_time_adds_nothing(manager: Context) -> None:
    data = (
        HEADER + "2026-11-01,USD,ZWG,26,RBZ\n2026-11-01,USD,ZWG,27,RBZ\n2026-11-02,USD,ZWG,26,RBZ"
    ).encode()
    preview = preview_rates(manager, data)
    content = import_rates(manager, data)
    assert (preview, content.row_count, len(content.rates)) == (content, 3, 2)
    assert [(row.row, row.value) for row in content.refused] == [(3, "27")]
    assert len(exchange_rates(manager).rates) == 2
    again = import_rates(manager, data)
    assert (len(again.rates), again.row_count) == (0, 3)
    with pytest.raises(InvalidInputError):
        import_rates(manager, b"nothing")


def test_who_sells_reads_rates_and_enters_none(manager: Context) -> None:
    add_rate(manager, "USD", "ZWG", today_of(manager), Decimal(26), "RBZ")
    staff = add_staff("sales")
    with enter(staff.person, staff.operator) as seller:
        assert len(exchange_rates(seller).rates) == 1
        with pytest.raises(NotAllowedError):
            add_rate(seller, "USD", "ZWG", date(2026, 1, 1), Decimal(26), "RBZ")
        with pytest.raises(NotAllowedError):
            import_rates(seller, HEADER.encode())
