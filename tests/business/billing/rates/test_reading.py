"""Exchange rates from CSV files: the fates of the rows add up, and what is refused says its row and value."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.billing.currencies import Rate
from core.business.billing.rates.reading import RefusedRow, read_rates
from core.errors import InvalidInputError

TODAY = date(2026, 11, 28)
HEADER = "day,base,quote,rate,source\n"


def test_rates_are_read_in_any_order_of_columns_and_with_other_delimiters() -> None:
    data = "﻿Source;Rate;Quote;Base;Day\r\nRBZ;26.4;zwg;usd;2026-11-27\r\n;;;;\r\n".encode()
    content = read_rates(data, [], TODAY)
    assert content.rates == [Rate("USD", "ZWG", date(2026, 11, 27), Decimal("26.4"), "RBZ")]
    assert content.row_count == 1


def test_every_refused_row_says_its_number_its_value_and_why() -> None:
    stored = [Rate("USD", "ZWG", date(2026, 11, 1), Decimal(25), "RBZ")]
    rows = [
        "2026-11-01,USD,ZWG,25,RBZ",
        "2026-11-01,ZWG,USD,0.05,RBZ",
        "2026-11-02,USD,ZWG,26,RBZ",
        "2026-11-02,USD,ZWG,26.5,Bank",
        "28/11/2026,USD,ZWG,26,RBZ",
        '2026-11-03,USD,ZWG,"26,4",RBZ',
        "2026-11-29,USD,ZWG,26,RBZ",
        "2024-09-01,USD,ZWL,26,RBZ",
        "2026-11-04,USD,EUR,26,RBZ",
        "2026-11-05,USD,ZWG,0,RBZ",
        "2026-11-06,USD,ZWG,26,",
        "2026-11-07,USD,ZWG,26,RBZ,more",
        "2026-11-08,USD",
    ]
    content = read_rates((HEADER + "\n".join(rows)).encode(), stored, TODAY)
    assert [rate.day for rate in content.rates] == [date(2026, 11, 2)]
    assert [(row.row, row.column, row.value) for row in content.refused] == [
        (2, "rate", "25"),
        (3, "rate", "0.05"),
        (5, "rate", "26.5"),
        (6, "day", "28/11/2026"),
        (7, "rate", "26,4"),
        (8, "day", "2026-11-29"),
        (9, "quote", "ZWL"),
        (10, "quote", "EUR"),
        (11, "rate", "0"),
        (12, "source", ""),
        (13, "", "more"),
        (14, "rate", ""),
    ]
    reasons = {row.row: row.reason for row in content.refused}
    assert reasons[2] == "The rate USD to ZWG of 1 Nov 2026 is stored already."
    assert reasons[5] == "The rate USD to ZWG of 2 Nov 2026 is 26, in row 4: one of them is wrong."
    assert content.row_count == len(rows)


@given(
    st.lists(
        st.tuples(
            st.integers(-3, 3),
            st.sampled_from(["USD", "ZWG", "ZWL", "EUR", ""]),
            st.sampled_from(["USD", "ZWG", "ZWL"]),
            st.sampled_from(["26", "26.5", "x", "-1", ""]),
        ),
        max_size=30,
    )
)
def test_the_fates_of_any_rows_add_up_and_no_pair_has_two_rates_on_a_day(
    rows: list[tuple[int, str, str, str]],
) -> None:
    lines = [f"{TODAY + timedelta(days=day)},{base},{quote},{rate},RBZ" for day, base, quote, rate in rows]
    content = read_rates((HEADER + "\n".join(lines)).encode(), [], TODAY)
    assert content.row_count == len(rows)
    keys = [(frozenset((rate.base, rate.quote)), rate.day) for rate in content.rates]
    assert len(keys) == len(set(keys))
    numbers = [row.row for row in content.refused]
    assert len(set(numbers)) == len(numbers)
    again = read_rates((HEADER + "\n".join(lines)).encode(), content.rates, TODAY)
    assert not again.rates


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"day,rate\n1,2",
        HEADER.encode() + b"\xff",
        b'day,base,quote,rate,source\n"2026',
        b"x" * 2_000_001,
    ],
)
def test_what_is_no_table_of_rates_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_rates(data, [], TODAY)


def test_a_value_that_would_confuse_a_screen_is_escaped() -> None:
    content = read_rates((HEADER + "\x1b[31m,USD,ZWG,1,RBZ").encode(), [], TODAY)
    [row] = content.refused
    assert isinstance(row, RefusedRow)
    assert "\x1b" not in row.value
