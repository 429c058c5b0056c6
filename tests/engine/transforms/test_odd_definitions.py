"""Whatever a person writes as a transform or an expression ends in values, faults of rows, or a definition error."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine import transforms
from core.engine.batch import ROW
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.transforms import TRANSFORMS, parse, transform_rows
from core.errors import InvalidInputError
from core.schema import target_schema

PLAN = Plan("restaurant", "spreadsheet", (), zone="America/New_York")
TARGETS = (
    "menu_item.name", "menu_item.price", "menu_item.sort_order", "menu_item.is_active", "order.opened_at",
    "order.business_date", "tax_rate.rate", "menu_item.tags", "customer.phone", "menu_item.pricing_strategy",
    "menu_item.channels",
)  # fmt: skip
ODD = [
    None, "", " ", "0", "1", "-1", "3.00", "(3.00)", "1e400", "1E-401", "9" * 40, "0." + "1" * 40, "a", "A", "True",
    "2024-05-01", "2024-05-01T00:00:00Z", "\u0661\u0662/\u0660\u0661/\u0662\u0660\u0662\u0664", "23:59:60",
    "1714521600000", "-99999999999999999", '["a", "\\u0000"]', "[1, {}]", "\u202e", "+1 415 555 2671", "\U0001f355",
    "NaN", "inf", "0x10", "\uff11\uff12", "24:00", "2024-02-30",
]  # fmt: skip


def made_of(chain, target, texts=tuple(ODD), columns=1):
    frame = pl.DataFrame({f"c{i}": pl.Series(texts, dtype=pl.String) for i in range(columns)})
    field = target_schema().field(target)
    expr = transforms.compile_chain(parse(chain), [pl.col(name) for name in frame.columns], field, PLAN)
    return frame.select(expr.alias("made"))["made"].to_list()


def value_of(chain, text, target="menu_item.price"):
    return made_of(chain, target, (text,))[0]


@pytest.mark.parametrize(
    "chain",
    [
        "expression('1e-400*value')", "expression('1e-11 * value')", "expression('value/0')", "expression('value + 1/0')",
        "multiply(1e-40)", "multiply(0x10)", "multiply(0b1)", "divide(1e-11)", "divide(0)", "divide(-0.0)", "divide(1e14)",
        "divide(1e-999999999)", "multiply(1e999999999)",
        "format_date('%Q')", "format_date('%H')", "format_date('%')", "format_date('')", "parse_date('%H')",
        "parse_date('%d')", "parse_date('%Y')", "parse_date('%m/%d')", "parse_date('%Q')", "parse_datetime('%H:%M')",
        "parse_date('%%Y-%m-%d')", "parse_date('')",
        "parse_date('%Y-%m-%d', 'Factory')", "parse_datetime('%F %T', 'right/UTC')", "combine_date_time('localtime')",
        "template('\\x00{}')", "template('\\ud800')", "default('\\x00')", "concat('\\x00')",
        "map_values({'a': '\\x00'})", "expression('concat(value, \\'\\x00\\')')", "equals('\\udfff')",
        "e164('XX')", "e164('')", "e164('USA')",
        "expression('\uff56\uff41\uff4c\uff55\uff45 + 1')", "expression('\uff52ound(value)')", "\uff53trip",
        "divide(\uff11)", "number(\uff44ecimal_comma=True)",
        "map_values({'a': 'x', 'A': 'y'})", "map_values({1: 'x', '1': 'y'})", "map_values({True: 'x', 'TRUE': 'y'})",
        "map_values({'a': 'x', ' a': 'y'})", "map_values({None: 'x'})", "map_values({{}: 'x'})",
        "map_values({'a': {'b': 'c'}})", "map_values({" + "'a': {" * 300 + "}" * 300 + "})",
        "default(None)", "split('')", "last_characters(0)", "last_characters(-3)", "last_characters(1.5)",
        "last_characters(1e13)", "template('{7}')", "template('{999}')", "-" * 3000 + "1", "strip" + ".a" * 1500,
    ],
)  # fmt: skip
def test_a_fault_of_a_definition_is_said_when_it_is_written(chain):
    field = target_schema().field("menu_item.name")
    with pytest.raises(InvalidInputError) as raised:
        transforms.build(parse(chain), [pl.col("a")], field, PLAN)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("chain", "location"),
    [
        ("strip | divide(1e-11)", "character 16"),
        ("strip | nonsense", "character 9"),
        ("map_values({'a': 'x', 'A': 'y'})", "character 23"),
        ("divide(100", "character"),
        ("expression('value + prize')", "character 9"),
        ("format_date('%Y %Q')", "character 4"),
    ],
)
def test_a_definition_error_names_its_place(chain, location):
    with pytest.raises(InvalidInputError, match=location):
        value_of(chain, "1")


@pytest.mark.parametrize(
    ("chain", "text", "expected"),
    [
        ("expression('value/3*3')", "1", Decimal(1)),
        ("expression('value/7*7')", "10.95", Decimal("10.95")),
        ("divide(3) | multiply(3)", "1", Decimal(1)),
        ("divide(3) | negate | multiply(3) | cents_to_decimal", "100", Decimal(-1)),
        ("divide(7) | multiply(7)", "99999999999999.9999999999", Decimal("99999999999999.9999999999").quantize(Decimal("0.0001"))),
        ("expression('value')", "0.00004999999999999999", Decimal(0)),
        ("expression('value / 20000000000000 * 99999999999999 / 10000000000')", "10000000000", Decimal(5)),
        ("", "0.00004999999999999", Decimal(0)),
        ("", "0.00005", Decimal("0.0001")),
        ("multiply(0.0000000001)", "1234567", Decimal("0.0001")),
        ("expression('value * 99999999999999')", "2", None),
    ],
)  # fmt: skip
def test_a_number_is_exact_and_rounded_once(chain, text, expected):
    if expected is not None and abs(expected) >= 10**14:
        expected = None
    assert value_of(chain, text) == expected


@settings(max_examples=100)
@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_formula_gives_the_rounding_of_the_exact_fraction(cents, by, times):
    exact = Fraction(cents, 100) / by * times
    scale = Decimal(10) ** 4
    expected = (Decimal(exact.numerator) * scale / Decimal(exact.denominator)).quantize(
        Decimal(1), ROUND_HALF_UP
    ) / scale
    amount = f"{Decimal(cents) / 100:f}"
    assert value_of(f"expression('value / {by} * {times}')", amount) == expected
    assert value_of(f"divide({by}) | multiply({times})", amount) == expected


@pytest.mark.parametrize(
    ("keys", "text", "expected"),
    [("{1: 'one', True: 'yes'}", "1", "one"), ("{1: 'one', True: 'yes'}", "TRUE", "yes"), ("{0: 'no', False: 'off'}", "false", "off")],
)  # fmt: skip
def test_a_number_and_a_truth_value_are_two_keys_of_a_value_map(keys, text, expected):
    assert value_of(f"map_values({keys})", text, "menu_item.name") == expected


@pytest.mark.parametrize(
    ("target", "transform", "text", "code"),
    [
        ("order.opened_at", "epoch_s", "1714521600000", "bad_datetime"),
        ("order.opened_at", "epoch_ms", "1e300", "bad_datetime"),
        ("order.business_date", None, "\u0661\u0662/\u0660\u0661/\u0662\u0660\u0662\u0664", "bad_date"),
        ("order.opened_at", None, "\u0661\u0662/\u0660\u0661/2024 10:00", "bad_datetime"),
        ("order.total", "expression('value / (value - value)')", "5", "bad_money"),
        ("order.total", "multiply(1000)", "99999999999999", "bad_money"),
    ],
)  # fmt: skip
def test_a_fault_of_one_row_is_that_row_s(target, transform, text, code):
    good = {"order.opened_at": "1714521600", "order.business_date": "2024-05-01", "order.total": "5.00"}[
        target
    ]
    good = "2024-05-01 10:00" if target == "order.opened_at" and transform is None else good
    name = target.partition(".")[2]
    fields = (FieldPlan("external_id", ("id",)), FieldPlan(name, ("text",), transform))
    entity_plan = EntityPlan("table", "order", fields)
    frame = pl.DataFrame({ROW: [2, 3, 4], "id": ["a", "b", "c"], "text": [good, text, good]})
    batch = transform_rows(Plan("restaurant", "spreadsheet", (entity_plan,)), entity_plan, frame)
    wrong = batch.issues.select(ROW, "code").rows()
    if transform == "expression('value / (value - value)')":
        assert wrong == [(2, code), (3, code), (4, code)]
    else:
        assert wrong == [(3, code)]
        assert batch.frame[name].null_count() == 1


literals = st.one_of(
    st.text(max_size=6).map(repr),
    st.integers(-(10**16), 10**16).map(str),
    st.sampled_from(["1e-40", "0x10", "1e400", "0.1", "-0.0", "None", "True", "'%Q'", "'%H'", "'%Y-%m-%d'", "'XX'", "'US'", "'{}'",
                     "'{2}'", "'UTC'", "'Factory'", "{'a': 1, 'A': 2}", "{1: 2, True: 3}", "{'1': None}", "'value/3*3'", "','"]),
)  # fmt: skip
calls = st.builds(
    lambda name, arguments: f"{name}({', '.join(arguments)})" if arguments else name,
    st.sampled_from(sorted(TRANSFORMS)),
    st.lists(literals, max_size=3),
)
examples = st.sampled_from([transform.example for transform in TRANSFORMS.values()])
chains = st.lists(st.one_of(calls, examples), min_size=1, max_size=4).map(" | ".join)


@settings(max_examples=120)
@given(chains, st.sampled_from(TARGETS), st.integers(1, 3))
def test_a_transform_however_odd_gives_values_or_a_definition_error(chain, target, columns):
    with suppress(InvalidInputError):
        made_of(chain, target, columns=columns)


atoms = st.sampled_from(["value", "c0", "1", "0", "0.5", "1e-10", "1e13", "'a'", "' '", "''", "-1", "1e-400", "v\uff41lue", "'\\x00'"])  # fmt: skip
formulas = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("{}({})".format, st.sampled_from(["abs", "round", "number", "lower", "upper", "strip", "concat"]), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "round", "concat"]), inner, inner),
        st.builds("replace({}, {}, {})".format, inner, inner, inner),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150)
@given(st.one_of(formulas, st.text(max_size=60)), st.sampled_from(TARGETS))
def test_an_expression_however_odd_gives_values_or_a_definition_error(formula, target):
    with suppress(InvalidInputError):
        made_of(f"expression({formula!r})", target)


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_no_text_at_all_brings_the_reader_of_transforms_down(text):
    with suppress(InvalidInputError):
        made_of(text, "menu_item.name")


def test_a_year_of_two_digits_is_still_read_by_a_format():
    assert value_of("parse_date('%m/%d/%y')", "05/01/24", "order.business_date") == date(2024, 5, 1)
