from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engine.validation.arithmetic import check_arithmetic, day_totals
from core.engine.validation.rules import check_file


def code_amounts(findings):
    return [
        (entity, *row) for entity, issues in findings.items() for row in issues.select("code", "money").rows()
    ]


def an_order(**changes):
    order = {"external_id": "o", "subtotal": "10.00", "tax_total": "0.80", "total": "10.80"}
    lines = [
        {"external_id": "l1", "order_id": "o", "net_amount": "4.00"},
        {"external_id": "l2", "order_id": "o", "net_amount": "6.00"},
    ]
    payments = [{"external_id": "p", "order_id": "o", "amount": "10.80", "tip_amount": "2"}]
    return {"order": [order | changes], "order_line": lines, "payment": payments}


def test_the_toast_sample_has_exactly_one_fault_a_payment_short_of_4_23(toast, make_columns):
    plan, columns = make_columns(toast, cents=True)
    findings = check_arithmetic(columns, plan)
    assert code_amounts(findings) == [("order", "payment_differs", Decimal("-4.23"))]
    assert (
        findings["order"]["detail"][0] == "Payments are $4.23 short of the total of $57.08 (order check-001)."
    )


def test_the_square_sample_has_exactly_one_fault_a_dollar_unexplained(square, make_columns):
    plan, columns = make_columns(square, cents=True)
    findings = check_arithmetic(columns, plan)
    assert code_amounts(findings) == [("order", "order_lines_differ", Decimal("1.00"))]
    assert "$1.00 unexplained in the total of $9.25 (order ORDER001)" in findings["order"]["detail"][0]


def test_no_other_check_of_whole_files_finds_money_missing_in_the_samples(toast, square, make_columns):
    for streams in (toast, square):
        plan, columns = make_columns(streams, cents=True)
        codes = {code for issues in check_file(plan, columns, {}).values() for code in issues["code"]}
        assert codes <= {"payment_differs", "order_lines_differ"}


def test_an_order_that_adds_up_is_silent(make_columns):
    plan, columns = make_columns(an_order())
    assert check_arithmetic(columns, plan) == {}


@pytest.mark.parametrize(
    ("changes", "code", "money"),
    [
        ({"subtotal": "11.00", "total": "11.80"}, "order_lines_differ", Decimal(-1)),
        ({"total": "10.81"}, "order_total_differs", Decimal("0.01")),
        ({"subtotal": None, "total": "12.30"}, "order_lines_differ", Decimal("1.5")),
    ],
)
def test_only_the_first_broken_link_of_an_order_is_reported(changes, code, money, make_columns):
    plan, columns = make_columns(an_order(**changes))
    assert code_amounts(check_arithmetic(columns, plan)) == [("order", code, money)]


@pytest.mark.parametrize(
    "changes",
    [
        {"total": "12.80", "tip_total": "2.00"},  # the tip is in the total, and in what is paid below
        {"service_charge_total": "1.20", "total": "12.00"},
        {
            "subtotal": "11.00",
            "discount_total": "1.00",
            "total": "10.80",
        },  # the subtotal stands before discounts
    ],
)
def test_lawful_readings_of_a_total_are_accepted(changes, make_columns):
    streams = an_order(**changes)
    streams["payment"][0]["amount"] = changes["total"]
    if "discount_total" in changes:
        streams["order_line"][0] |= {"gross_amount": "5.00", "discount_amount": "1.00"}
    plan, columns = make_columns(streams)
    assert check_arithmetic(columns, plan) == {}


def test_tax_within_the_price_is_lawful_only_where_it_is_usual(make_columns):
    streams = an_order(total="10.00")
    streams["payment"][0]["amount"] = "10.00"
    british, columns = make_columns(streams, country="GB")
    assert check_arithmetic(columns, british) == {}
    american, columns = make_columns(streams, country="US")
    assert code_amounts(check_arithmetic(columns, american)) == [
        ("order", "order_total_differs", Decimal("-0.80"))
    ]


def test_voided_lines_cancelled_orders_and_failed_payments_do_not_count(make_columns):
    streams = an_order()
    streams["order_line"].append(
        {"external_id": "l3", "order_id": "o", "net_amount": "99", "is_void": "true"}
    )
    streams["payment"].append({"external_id": "p2", "order_id": "o", "amount": "10.80", "status": "FAILED"})
    streams["order"].append({"external_id": "gone", "state": "VOIDED", "total": "5"})
    plan, columns = make_columns(streams)
    assert check_arithmetic(columns, plan) == {}


def test_a_repeated_record_counts_once(make_columns):
    streams = {entity: rows * 2 for entity, rows in an_order().items()}
    plan, columns = make_columns(streams)
    assert check_arithmetic(columns, plan) == {}


def test_payments_whose_amounts_are_not_told_are_not_compared(make_columns):
    streams = an_order() | {"payment": [{"external_id": "p", "order_id": "o", "refund_amount": "0.00"}]}
    plan, columns = make_columns(streams)
    assert code_amounts(check_arithmetic(columns, plan)) == []


def test_an_unpaid_order_is_mentioned_where_payments_are_exported(make_columns):
    streams = an_order()
    streams["order"].append({"external_id": "open", "total": "7.00"})
    plan, columns = make_columns(streams)
    assert code_amounts(check_arithmetic(columns, plan)) == [("order", "order_without_payment", Decimal(7))]
    del columns["payment"]
    assert check_arithmetic(columns, plan) == {}


def a_line(**changes):
    line = {
        "external_id": "l",
        "order_id": "o",
        "quantity": "2",
        "unit_price": "4.25",
        "gross_amount": "10.00",
    }
    return {
        "order_line": [line | {"modifiers": "Oat Milk"} | changes],
        "modifier": [{"external_id": "m", "name": "oat milk", "group_id": "g", "price_delta": "0.75"}],
    }


def test_a_line_is_price_and_modifiers_times_quantity(make_columns):
    plan, columns = make_columns(a_line())
    assert check_arithmetic(columns, plan) == {}
    plan, columns = make_columns(a_line(gross_amount="10.50"))
    findings = check_arithmetic(columns, plan)
    assert code_amounts(findings) == [("order_line", "line_amount_differs", Decimal("0.5"))]
    assert findings["order_line"]["detail"][0] == (
        "The line is $0.50 more than 2 × $4.25 and modifiers of $0.75 (line l)."
    )


def test_a_line_with_a_modifier_of_unknown_price_is_not_judged(make_columns):
    plan, columns = make_columns(a_line(modifiers="Dragon Milk", gross_amount="77"))
    assert check_arithmetic(columns, plan) == {}


def test_weighed_goods_may_be_a_cent_off_no_more(make_columns):
    for gross, faults in (("4.93", 0), ("4.96", 1)):
        plan, columns = make_columns(
            a_line(quantity="1.233", unit_price="4.00", gross_amount=gross, modifiers=None)
        )
        assert len(code_amounts(check_arithmetic(columns, plan))) == faults


def test_day_totals_fall_on_the_local_day_an_order_was_opened(make_columns):
    streams = {
        "order": [
            {"external_id": "a", "location_id": "L", "opened_at": "2025-01-24T04:30:00Z", "tax_total": "0.80", "tip_total": "1"},
            {"external_id": "b", "location_id": "L", "business_date": "2025-01-23", "tax_total": "0.20"},
        ],
        "order_line": [
            {"external_id": "1", "order_id": "a", "gross_amount": "10", "discount_amount": "2"},
            {"external_id": "2", "order_id": "b", "gross_amount": "5"},
        ],
        "payment": [{"external_id": "p", "order_id": "a", "amount": "9.80"}],
    }  # fmt: skip
    plan, columns = make_columns(streams, zone="America/New_York")
    assert day_totals(columns, plan).rows() == [
        ("L", date(2025, 1, 23), Decimal(15), Decimal(2), Decimal(1), Decimal(1), Decimal(0), Decimal("9.80"))
    ]


cents = st.integers(min_value=1, max_value=10**6)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(st.lists(cents, min_size=1, max_size=5), cents, st.integers(min_value=-(10**4), max_value=10**4))
def test_any_difference_in_payments_is_found_to_the_cent(make_columns, lines, tax, off):
    total = sum(lines) + tax
    dollars = lambda amount: f"{Decimal(amount).scaleb(-2):f}"  # noqa: E731
    plan, columns = make_columns(
        {
            "order": [
                {
                    "external_id": "o",
                    "subtotal": dollars(sum(lines)),
                    "tax_total": dollars(tax),
                    "total": dollars(total),
                }
            ],
            "order_line": [
                {"external_id": str(i), "order_id": "o", "net_amount": dollars(line)}
                for i, line in enumerate(lines)
            ],
            "payment": [{"external_id": "p", "order_id": "o", "amount": dollars(total + off)}],
        }
    )
    expected = [("order", "payment_differs", Decimal(off).scaleb(-2))] if off else []
    assert code_amounts(check_arithmetic(columns, plan)) == expected
