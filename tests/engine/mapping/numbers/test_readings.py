"""The numbers of a column are read in the one form all its values are written in, or a person is asked, or rows are held."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.engine import transforms
from core.engine.mapping.numbers.readings import NumberField, Reading, readings
from core.engine.plan import ImportSettings
from core.kit.number_forms import FormCounts, add_forms, count_forms
from core.schema import target_schema

TENANTS = {
    "US": "USD", "DE": "EUR", "AT": "EUR", "FR": "EUR", "CH": "CHF", "ID": "IDR", "IN": "INR", "JP": "JPY", "KW": "KWD",
    "BR": "BRL", "GB": "GBP", "TN": "TND", "CL": "CLP",
}  # fmt: skip
PRICE, STOCK, POINTS = "menu_item.price", "menu_item.quantity_on_hand", "loyalty_account.points_balance"


def settings_of(country: str) -> ImportSettings:
    return ImportSettings("restaurant", "spreadsheet", currency=TENANTS[country], country=country)


def column(*values: str | None) -> pl.Series:
    return pl.Series("value", list(values), dtype=pl.String)


def read(reading: Reading, texts: pl.Series, target: str, country: str = "US") -> list[Decimal | None]:
    """Return the values of a column as the import reads them."""
    chain = transforms.parse(reading.transform)
    expr = transforms.compile_chain(
        chain, [pl.col("value")], target_schema().field(target), settings_of(country)
    )
    return texts.to_frame().select(expr.alias("value")).to_series().to_list()


def reading_of(
    texts: pl.Series,
    target: str = PRICE,
    country: str = "US",
    name: str = "Price",
    transform: str | None = None,
    beside: tuple[pl.Series, ...] = (),
) -> Reading:
    fields = [NumberField(name, target, transform, texts)]
    fields += [NumberField("Cost", "menu_item.cost", None, other) for other in beside]
    return readings(fields, settings_of(country))[0]


@dataclass(frozen=True)
class Writer:
    """One way to write amounts."""

    decimal: str
    thousands: str
    places: int
    minus: str
    money: str
    indian: bool = False

    def write(self, number: Decimal) -> str:
        text = f"{abs(number):.{self.places}f}"
        whole, _, part = text.partition(".")
        body = self._group(whole) + (self.decimal + part if part else "")
        body = self.money.format(body)
        return {"-": f"-{body}", "end": f"{body}-", "()": f"({body})"}[self.minus] if number < 0 else body

    def _group(self, whole: str) -> str:
        if not self.thousands or len(whole) < 4:
            return whole
        head, tail = whole[:-3], whole[-3:]
        size, groups = (2 if self.indian else 3), []
        while head:
            groups.insert(0, head[-size:])
            head = head[:-size]
        return self.thousands.join([*groups, tail])


BLANKS = ["", " ", "\u00a0", "\u202f", "'", "’"]
MONEY = ["{}", "€ {}", "{} €", "${}", "CHF {}", "{} kr", "Rp {}", "{} EUR"]


def writers(decimal: str) -> st.SearchStrategy[Writer]:
    thousands = st.sampled_from([*BLANKS, "," if decimal == "." else "."])
    return st.builds(
        Writer,
        st.just(decimal),
        thousands,
        st.sampled_from([0, 2, 2, 2, 3]),
        st.sampled_from(["-", "end", "()"]),
        st.sampled_from(MONEY),
    )


def amounts(places: int = 3) -> st.SearchStrategy[list[Decimal]]:
    number = st.builds(
        lambda digits, scale: Decimal(digits).scaleb(-scale),
        st.integers(-9_999_999_999, 9_999_999_999)
        | st.integers(-9_999_999, 9_999_999)
        | st.integers(0, 9_999),
        st.integers(0, places),
    )
    return st.lists(number, min_size=1, max_size=8)


def written(writer: Writer, numbers: list[Decimal]) -> tuple[pl.Series, list[Decimal]]:
    """Return the numbers as texts, and what the texts say."""
    rounded = [Decimal(f"{number:.{writer.places}f}") for number in numbers]
    return column(*map(writer.write, rounded)), rounded


def never_wrong(texts: pl.Series, numbers: list[Decimal], country: str) -> None:
    reading = reading_of(texts, country=country)
    if not reading.question:
        for text, number, value in zip(texts, numbers, read(reading, texts, PRICE, country), strict=True):
            assert value is None or value == number, (text, reading)


@given(data=st.data(), country=st.sampled_from(sorted(TENANTS)), numbers=amounts())
def test_amounts_in_the_form_of_the_country_are_read_exactly_or_asked(data, country, numbers):
    sign = {"US": ".", "IN": ".", "JP": ".", "KW": ".", "GB": ".", "CH": "."}.get(country, ",")
    writer = data.draw(writers(sign))
    assume(writer.places != 3 or TENANTS[country] not in {"IDR", "JPY", "CLP"})
    texts, numbers = written(writer, numbers)
    reading = reading_of(texts, country=country)
    if not reading.question:
        assert read(reading, texts, PRICE, country) == numbers


@given(
    data=st.data(), country=st.sampled_from(sorted(TENANTS)), sign=st.sampled_from(".,"), numbers=amounts()
)
def test_amounts_in_any_form_are_never_read_as_others(data, country, sign, numbers):
    texts, numbers = written(data.draw(writers(sign)), numbers)
    counts = count_forms(texts)
    assume(counts.point or counts.comma)  # else only the country knows
    never_wrong(texts, numbers, country)


@given(data=st.data(), country=st.sampled_from(sorted(TENANTS)), first=amounts(), second=amounts())
def test_rows_of_a_column_in_two_forms_are_read_exactly_or_held(data, country, first, second):
    points, point_numbers = written(data.draw(writers(".")), first)
    commas, comma_numbers = written(data.draw(writers(",")), second)
    assume(count_forms(points).point and count_forms(commas).comma)
    never_wrong(pl.concat([points, commas]), [*point_numbers, *comma_numbers], country)


@given(numbers=amounts(2))
def test_indian_groups_are_read_in_india_and_nowhere_else_by_chance(numbers):
    writer = Writer(".", ",", 2, "-", "₹{}", indian=True)
    texts, numbers = written(writer, numbers)
    assert read(reading_of(texts, country="IN"), texts, PRICE, "IN") == numbers
    never_wrong(texts, numbers, "US")


@given(
    numbers=amounts(2), ends=st.lists(st.sampled_from(["CR", "DR", " Cr", " dr", ""]), min_size=8, max_size=8)
)
def test_credits_and_debits_are_asked_for_and_then_read(numbers, ends):
    writer = Writer(".", ",", 2, "-", "{}")
    numbers = [abs(number) for number in numbers]
    texts = column(*(writer.write(number) + end for number, end in zip(numbers, ends, strict=False)))
    reading = reading_of(texts)
    marked = [end.strip().upper() for end in ends[: len(numbers)]]
    assert bool(reading.question) == any(marked)
    if any(marked):
        answer = reading_of(texts, transform="money(negative='CR')")
        expected = [
            (-1 if end == "CR" else 1) * Decimal(f"{number:.2f}")
            for number, end in zip(numbers, marked, strict=True)
        ]
        assert not answer.question
        assert read(answer, texts, PRICE) == expected


@pytest.mark.parametrize(
    ("country", "target", "values", "expected"),
    [
        ("DE", PRICE, ["1.250", "2.300"], "?"),
        ("DE", PRICE, ["1,250", "2,300"], "?"),
        ("US", PRICE, ["1.250", "2.300"], "?"),
        ("US", PRICE, ["1,250", "3"], ["1250", "3"]),
        ("DE", PRICE, ["3,20", "1.250", "1,950"], ["3.2", "1250", "1.95"]),
        ("US", PRICE, ["3.20", "1,250", "1.955"], ["3.2", "1250", "1.955"]),
        ("ID", PRICE, ["28.000", "7.500"], ["28000", "7500"]),
        ("JP", PRICE, ["1,250", "900"], ["1250", "900"]),
        ("KW", PRICE, ["1.250", "0.900"], ["1.25", "0.9"]),
        ("KW", PRICE, ["1,250"], "?"),
        ("CH", PRICE, ["1'250.50", "12.–", "12.-"], ["1250.5", "12", "12"]),
        ("DE", PRICE, ["1.250,- €", "12,–", "3,50"], ["1250", "12", "3.5"]),
        ("US", PRICE, ["12.50", "4.00", "8,00", "1,250"], ["12.5", "4", None, None]),
        ("US", PRICE, ["8.50 / 12.00", "from 90", "8-12", "3 for 5.00", "$4.25 ea", "12.5.0", "5 %", "4.5"], [*[None] * 7, "4.5"]),
        ("US", PRICE, ["0,125"], ["0.125"]),
        ("US", PRICE, ["0.125"], ["0.125"]),
        ("IN", PRICE, ["Rs. 12,50,000/-", "₹350.00", "45/-"], ["1250000", "350", "45"]),
        ("JP", PRICE, ["12,000円", "480円"], ["12000", "480"]),
        ("KW", PRICE, ["KD 3.750", "0.250"], ["3.75", "0.25"]),
        ("BR", PRICE, ["R$ 1.234,56", "R$ 5"], ["1234.56", "5"]),
        ("DE", STOCK, ["1.500"], "?"),
        ("US", STOCK, ["1.500", "2.000"], ["1.5", "2"]),
        ("DE", STOCK, ["24,5", "40,250"], ["24.5", "40.25"]),
        ("DE", POINTS, ["1.500", "12"], ["1500", "12"]),
        ("US", POINTS, ["1,500", "12"], ["1500", "12"]),
    ],
)  # fmt: skip
def test_a_column_is_decided_by_its_values_its_country_and_its_currency(country, target, values, expected):
    texts = column(*values)
    reading = reading_of(texts, target, country)
    if expected == "?":
        assert values[0] in reading.question
    else:
        assert not reading.question
        assert read(reading, texts, target, country) == [value and Decimal(value) for value in expected]


def test_other_columns_of_the_file_decide_what_a_column_leaves_open():
    texts = column("1.250", "2.300")
    as_comma = reading_of(texts, country="DE", beside=(column("3,20", "0,85"),))
    as_point = reading_of(texts, country="DE", beside=(column("3.20", "0.85"),))
    assert read(as_comma, texts, PRICE, "DE") == [1250, 2300]
    assert read(as_point, texts, PRICE, "DE") == [Decimal("1.25"), Decimal("2.3")]
    assert not as_comma.question + as_point.question
    assert as_comma.evidence[0].text


def test_a_remembered_transform_gives_way_to_the_form_the_values_show():
    texts = column("12.50", "3.20")
    reading = reading_of(texts, country="DE", transform="money(decimal_comma=True) | divide(100)")
    assert reading.transform == "divide(100)"
    texts = column("1250,50")
    assert (
        reading_of(texts, country="DE", transform="divide(100)").transform
        == "money(decimal_comma=True) | divide(100)"
    )


@pytest.mark.parametrize(
    ("target", "name", "values", "expected"),
    [
        ("tax_rate.rate", "Rate (%)", ["0.5", "0.25", "1.0", "0.125"], ["0.5", "0.25", "1", "0.125"]),
        ("tax_rate.rate", "Rate (%)", ["0.125", "0.25"], "?"),
        ("tax_rate.rate", "Rate", ["0.0825", "0.07", "0"], ["8.25", "7", "0"]),
        ("tax_rate.rate", "Rate", ["0.5", "0.25"], "?"),
        ("tax_rate.rate", "Rate", ["6.25", "0.75"], ["6.25", "0.75"]),
        ("tax_rate.rate", "Rate", ["7.25", "0.0825"], "?"),
        ("tax_rate.rate", "Rate", ["6.25%", "8.25", "0.75%"], ["6.25", "8.25", "0.75"]),
        ("tax_rate.rate", "Rate", ["6.25%", "0.0825"], "?"),
        ("tax_rate.rate", "Satz", ["19 %", "7,5 %"], ["19", "7.5"]),
        ("discount.percent", "Percent Off", ["0.15", "0.5"], "?"),
        ("discount.percent", "Percent Off", ["15", "50"], ["15", "50"]),
        ("discount.percent", "Percent Off", ["1"], "?"),
    ],
)
def test_a_percentage_is_multiplied_only_where_the_values_prove_a_fraction(target, name, values, expected):
    texts = column(*values)
    reading = reading_of(texts, target, name=name, country="DE" if "," in "".join(values) else "US")
    if expected == "?":
        assert "percent" in reading.question
    else:
        assert not reading.question
        assert read(reading, texts, target) == [Decimal(value) for value in expected]


@pytest.mark.parametrize(
    ("name", "words", "is_asked"),
    [
        ("Dr/Cr", ["Cr", "Dr"], True),
        ("Debit/Credit", ["Debit", "Credit"], True),
        ("Card type", ["Debit", "Credit"], False),
        ("Type", ["DR", "CR"], True),
        ("Type", ["Visa", "Cash"], False),
    ],
)
def test_a_column_of_debits_and_credits_beside_amounts_is_asked_about(name, words, is_asked):
    fields = [
        NumberField("Amount", "payment.amount", None, column("20.00", "5.00")),
        NumberField("Tip", "menu_item.price", None, column("1.00", "2.00")),
        NumberField(name, None, None, column(*words)),
    ]
    amount, price, _ = readings(fields, settings_of("US"))
    assert bool(amount.question) == is_asked
    assert not price.question


def test_fractions_of_an_earlier_file_do_not_multiply_the_percentages_of_this_one():
    texts = column("8.25", "6.25")
    reading = reading_of(texts, "tax_rate.rate", name="Rate", transform="fraction_to_percent")
    assert read(reading, texts, "tax_rate.rate") == [Decimal("8.25"), Decimal("6.25")]


VALUES = st.lists(
    st.none()
    | st.sampled_from(
        ["12.50", "8,00", "1.250", "1,250", "1.250.000", "5 CR", "3", "market", "1,00,000", ""]
    ),
    max_size=12,
)


@given(values=VALUES, size=st.integers(1, 4))
def test_what_a_column_shows_does_not_depend_on_its_parts(values, size):
    texts = column(*values)
    parts: FormCounts | None = None
    for part in texts.to_frame().iter_slices(size):
        parts = add_forms(parts, part["value"])
    whole = count_forms(texts)
    for form in ("comma", "either_point", "indian", "credit"):
        assert getattr(parts or FormCounts(), form) == getattr(whole, form)
    assert bool((parts or FormCounts()).point) == bool(whole.point)
