from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine import transforms
from core.engine.plan import Plan
from core.engine.transforms import TRANSFORMS, invert, parse, show
from core.errors import InvalidInputError
from core.schema import target_schema

PLAN = Plan("restaurant", "spreadsheet", (), zone="America/New_York")
FIELD_OF = {
    "text": "menu_item.name",
    "money": "menu_item.price",
    "int": "menu_item.sort_order",
    "bool": "menu_item.is_active",
    "datetime": "order.opened_at",
    "date": "order.business_date",
    "percent": "tax_rate.rate",
    "list": "menu_item.tags",
    "phone": "customer.phone",
}


def run(chain, *columns, kind="text"):
    """The chain over columns a, b, …, given as lists (or one value each), in the type of a field of `kind`."""
    lists = [column if isinstance(column, list) else [column] for column in columns]
    frame = pl.DataFrame({"abc"[i]: pl.Series(values, dtype=pl.String) for i, values in enumerate(lists)})
    field = target_schema().field(FIELD_OF[kind])
    result = frame.select(
        transforms.compile_chain(parse(chain), [pl.col(name) for name in frame.columns], field, PLAN)
    )
    return result.to_series().to_list()


@pytest.mark.parametrize(
    ("chain", "text", "kind", "expected"),
    [
        ("number", "1,095", "int", 1095),
        ("number(decimal_comma=True)", "1.234,56", "money", Decimal("1234.56")),
        ("money", "($12.50)", "money", Decimal("-12.5")),
        ("money(decimal_comma=True)", "€ 1.234,56", "money", Decimal("1234.56")),
        ("percent", "8.25%", "percent", Decimal("8.25")),
        ("divide(100)", "1095", "money", Decimal("10.95")),
        ("divide(1000)", "8250", "percent", Decimal("8.25")),
        ("multiply(12)", "0.5", "money", Decimal(6)),
        ("cents_to_decimal", "-300", "money", Decimal(-3)),
        ("cents_to_decimal | negate", "$290", "money", Decimal("-2.9")),
        ("fraction_to_percent", "0.0825", "percent", Decimal("8.25")),
        ("negate", "-2.90", "money", Decimal("2.9")),
        ("parse_date('%d/%m/%Y')", "31/12/2024", "date", date(2024, 12, 31)),
        ("parse_date('%m/%d/%y %I:%M %p')", "12/31/24 11:30 PM", "date", date(2024, 12, 31)),
        ("parse_date", "Dec 31, 2024", "date", date(2024, 12, 31)),
        ("parse_datetime('%m/%d/%y %I:%M %p')", "12/31/24 5:03 PM", "datetime", datetime(2024, 12, 31, 22, 3, tzinfo=UTC)),
        ("parse_datetime('%Y-%m-%d %H:%M', 'Asia/Tokyo')", "2025-01-01 09:00", "datetime", datetime(2025, 1, 1, tzinfo=UTC)),
        ("parse_datetime", "2025-01-01T00:00:00+02:00", "datetime", datetime(2024, 12, 31, 22, tzinfo=UTC)),
        ("epoch_ms", "1735682580000", "datetime", datetime(2024, 12, 31, 22, 3, tzinfo=UTC)),
        ("epoch_s", "1735682580", "datetime", datetime(2024, 12, 31, 22, 3, tzinfo=UTC)),
        ("format_date('%m/%d/%Y')", "2024-12-31", "text", "12/31/2024"),
        ("bool", " Yes ", "bool", True),
        ("equals('REQUIRED')", "required ", "bool", True),
        ("equals(1)", "1", "bool", True),
        ("not_equals('Archived')", "archived", "bool", False),
        ("split(';')", "a; b ;", "list", ["a", "b"]),
        ("json_list", '["a",1]', "list", ["a", "1"]),
        ("split_any", "a; b / c, d | e/f", "list", ["a", "b", "c", "d", "e/f"]),
        ("map_values({'y': 'Active'})", "Y", "text", "Active"),
        ("map_values({'y': True}, other='no')", "maybe", "bool", False),
        ("lower", "ABC", "text", "abc"),
        ("upper", "abc", "text", "ABC"),
        ("title", "iced LATTE", "text", "Iced Latte"),
        ("strip", "  a ", "text", "a"),
        ("path_end('>')", "Food > Pizza", "text", "Pizza"),
        ("path_end('>')", "Drinks", "text", "Drinks"),
        ("first_of(',')", "a.jpg, b.jpg", "text", "a.jpg"),
        ("first_of('|')", "a.jpg", "text", "a.jpg"),
        ("strip_uri", "uri://ed-fi.org/GradeLevel#Ninth grade", "text", "Ninth grade"),
        ("first_word", "Ada King Lovelace", "text", "Ada"),
        ("last_words", "Ada King Lovelace", "text", "King Lovelace"),
        ("first_word", "Lovelace, Ada", "text", "Ada"),
        ("last_words", "Lovelace, Ada", "text", "Lovelace"),
        ("last_characters(4)", "4111111111111111", "text", "1111"),
        ("e164('GB')", "07911 123456", "phone", "+447911123456"),
        ("default('USD')", None, "text", "USD"),
        ("template('Table {}')", "12", "text", "Table 12"),
        ("expression('round(value * 1.08, 2)')", "10.95", "money", Decimal("11.83")),
        ("divide(100)", "895", "text", "8.95"),
    ],
)  # fmt: skip
def test_each_transform_reads_its_text(chain, text, kind, expected):
    assert run(chain, text, kind=kind) == [expected]


@pytest.mark.parametrize(
    ("chain", "columns", "kind", "expected"),
    [
        ("concat(', ')", ["1 Main St", None, "Springfield"], "text", "1 Main St, Springfield"),
        ("template('{2}, {1}')", ["Ada", "Lovelace"], "text", "Lovelace, Ada"),
        ("sum", ["1.10", None, "2"], "money", Decimal("3.1")),
        ("sum", ["1.10", "x"], "money", None),
        ("subtract", ["10", "2.5"], "money", Decimal("7.5")),
        ("coalesce", [None, "b", "c"], "text", "b"),
        ("combine_date_time", ["04/07/2025", "5:03 PM"], "datetime", datetime(2025, 4, 7, 21, 3, tzinfo=UTC)),
        (
            "combine_date_time(since=2)",
            ["04/07/2025", "9:10 PM", "1:15 AM"],
            "datetime",
            datetime(2025, 4, 8, 5, 15, tzinfo=UTC),
        ),
        (
            "combine_date_time(since=3)",
            ["04/07/2025", "1:15 AM", "9:10 PM"],
            "datetime",
            datetime(2025, 4, 8, 5, 15, tzinfo=UTC),
        ),
        (
            "combine_date_time(since=2)",
            ["04/07/2025", None, "5:03 PM"],
            "datetime",
            datetime(2025, 4, 7, 21, 3, tzinfo=UTC),
        ),
        ("expression('a * b')", ["2", "4.25"], "money", Decimal("8.5")),
        ("strip | concat('-')", [" a ", "b"], "text", "a-b"),
    ],
)
def test_several_sources_become_one_value(chain, columns, kind, expected):
    assert run(chain, *columns, kind=kind) == [expected]


@pytest.mark.parametrize("name", sorted(TRANSFORMS))
def test_each_transform_has_an_example_that_is_read_and_shown_as_it_was(name):
    transform = TRANSFORMS[name]
    chain = parse(transform.example)
    assert chain[0].name == name
    assert parse(show(chain)) == chain
    assert transform.meaning.endswith(f"Write {transform.example}.")


@pytest.mark.parametrize(
    "text",
    [
        "divide(0.1 + 1)",
        "divide(__import__('os'))",
        "nonsense(1)",
        "divide",
        "divide('a')",
        "divide(1, 2)",
        "divide(100",
        "strip or lower",
        "lower.upper()",
        "map_values([1])",
        "map_values({**x})",
        "divide(1e999)",
        "divide(True)",
        "strip; lower",
        "(" * 500 + ")" * 500,
        "x" * 5000,
    ],
)
def test_anything_but_calls_with_plain_values_is_refused(text):
    with pytest.raises(InvalidInputError) as raised:
        parse(text)
    assert raised.value.hint


@pytest.mark.parametrize("text", ["divide(0)", "parse_date('%d', 'Mars/Olympus')", "template('{3}')"])
def test_arguments_without_meaning_are_refused_when_compiled(text):
    with pytest.raises(InvalidInputError):
        run(text, "1")


def test_numbers_in_a_chain_keep_the_digits_they_were_written_with():
    assert parse("multiply(0.1)")[0].arguments == (Decimal("0.1"),)


def test_half_a_ten_thousandth_is_rounded_up_and_not_to_even():
    assert run("", ["0.00005", "1.23445", "-1.23445"], kind="money") == [
        Decimal("0.0001"),
        Decimal("1.2345"),
        Decimal("-1.2345"),
    ]


@pytest.mark.parametrize(
    ("chain", "back"),
    [
        ("divide(100)", "multiply(100)"),
        ("multiply(1000) | negate", "negate | divide(1000)"),
        ("cents_to_decimal", "multiply(100)"),
        ("split(';')", "join(';')"),
        ("map_values({'Y': 'yes', 'N': 'no'})", "map_values({'yes': 'Y', 'no': 'N'})"),
        ("parse_date('%d.%m.%Y')", "format_date('%d.%m.%Y')"),
    ],
)
def test_a_chain_that_loses_nothing_has_an_inverse(chain, back):
    inverse = invert(parse(chain))
    assert inverse is not None
    assert show(inverse) == back


@pytest.mark.parametrize(
    "chain", ["lower", "divide(3)", "divide(100) | number", "map_values({'a': 'x', 'b': 'x'})"]
)
def test_a_chain_that_loses_something_has_none(chain):
    assert invert(parse(chain)) is None


@settings(deadline=None)
@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=4),
    st.lists(
        st.sampled_from(["divide(100)", "multiply(1000)", "negate", "divide(8)", "cents_to_decimal"]),
        max_size=2,
    ),
)
def test_an_inverse_gives_the_number_back(number, names):
    chain = parse(" | ".join(names))
    there_and_back = show((*chain, *(invert(chain) or ())))
    assert run(there_and_back, f"{number:f}", kind="money") == [number]


@settings(deadline=None)
@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_written_and_read_is_the_same(day):
    assert run(
        "parse_date('%Y-%m-%d') | format_date('%d.%m.%Y') | parse_date('%d.%m.%Y')",
        day.isoformat(),
        kind="date",
    ) == [day]
