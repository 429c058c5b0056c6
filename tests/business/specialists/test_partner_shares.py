"""Partners' shares lie between 20 and 30 percent and sum to the cent, by currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.specialists.partners.rules import (
    DELIVERY,
    REFERRAL,
    PaidOrder,
    PartnerDetails,
    check_partner,
    check_share,
    credited,
    statements,
)
from core.errors import InvalidInputError
from core.kit.money import minor_digits

PERCENTS = st.integers(2000, 3000).map(lambda hundredths: Decimal(hundredths) / 100)
ORDERS = st.builds(
    PaidOrder,
    engagement_id=st.uuids().map(str),
    number=st.just("OC-0001"),
    kind=st.sampled_from([REFERRAL, DELIVERY]),
    currency=st.sampled_from(["USD", "ZWG", "JPY", "KWD"]),
    paid=st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 1000),
    percent=PERCENTS,
)


def paid(amount: str, percent: str, currency: str = "USD") -> PaidOrder:
    return PaidOrder("an id", "OC-0007", DELIVERY, currency, Decimal(amount), Decimal(percent))


@given(st.lists(ORDERS, max_size=12))
def test_the_lines_of_a_statement_sum_to_its_total_rounded_once(orders: list[PaidOrder]) -> None:
    result = statements(orders)
    assert [statement.currency for statement in result] == sorted({order.currency for order in orders})
    for statement in result:
        unit = Decimal(1).scaleb(-minor_digits(statement.currency))
        exact = [line.order.paid * line.order.percent / 100 for line in statement.lines]
        assert sum(line.amount for line in statement.lines) == statement.total
        assert statement.total == sum(exact).quantize(unit, rounding=ROUND_HALF_UP)
        assert statement.total + statement.retained == statement.paid
        for line, amount in zip(statement.lines, exact, strict=True):
            assert line.amount == line.amount.quantize(unit)
            assert abs(line.amount - amount) < unit
        assert 0 <= statement.total <= statement.paid or statement.paid < unit


def test_half_a_cent_of_the_sum_is_rounded_up_once_and_not_on_every_line() -> None:
    [statement] = statements([paid("0.02", "25"), paid("0.02", "25"), paid("0.02", "25")])
    assert statement.total == Decimal("0.02")
    assert [line.amount for line in statement.lines] == [Decimal("0.01"), Decimal("0.01"), Decimal("0.00")]


def test_currencies_are_never_added_up() -> None:
    dollars, gold = statements([paid("2000", "25"), paid("600", "20", "ZWG")])
    assert (dollars.currency, dollars.total, dollars.retained) == ("USD", Decimal(500), Decimal(1500))
    assert (gold.currency, gold.total) == ("ZWG", Decimal(120))


def test_a_partner_that_brought_and_led_an_order_has_the_larger_share_alone() -> None:
    assert credited(Decimal(20), Decimal(25)) == (DELIVERY, Decimal(25))
    assert credited(Decimal(30), Decimal(25)) == (REFERRAL, Decimal(30))
    assert credited(Decimal(25), Decimal(25)) == (DELIVERY, Decimal(25))
    assert credited(Decimal(20), None) == (REFERRAL, Decimal(20))
    assert credited(None, None) is None


@given(PERCENTS)
def test_every_share_from_20_to_30_percent_is_taken(percent: Decimal) -> None:
    check_share(percent)


@pytest.mark.parametrize(
    "percent", ["19.99", "30.01", "0", "-25", "25.005", "NaN", "Infinity", "1E+30", "1E-30"]
)
def test_other_shares_are_refused_with_their_limits(percent: str) -> None:
    with pytest.raises(InvalidInputError, match="between 20 and 30 percent"):
        check_share(Decimal(percent))


def test_the_details_of_a_partner_are_checked_and_trimmed() -> None:
    details = PartnerDetails("  Data   Hop ", "ZW", Decimal(25), Decimal(20), " ana@example.com ")
    checked = check_partner(details, ["ZW"])
    assert (checked.name, checked.contact) == ("Data Hop", "ana@example.com")


@pytest.mark.parametrize(
    ("name", "country", "contact"),
    [
        ("  ", "ZW", ""),
        ("x" * 121, "ZW", ""),
        ("Hop\x1b", "ZW", ""),
        ("Hop", "XX", ""),
        ("Hop", "ZW", "\x00"),
    ],
)
def test_a_partner_without_readable_name_contact_or_country_is_refused(
    name: str, country: str, contact: str
) -> None:
    with pytest.raises(InvalidInputError):
        check_partner(PartnerDetails(name, country, Decimal(25), Decimal(20), contact), ["ZW"])
