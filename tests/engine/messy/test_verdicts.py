"""The judge of real-life exports tells right, held, asked and silently wrong apart."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))
import messy_cases
import messy_verdicts
from messy_cases import Case, Expected, ExpectedEntity
from messy_import import OpenColumn, Outcome, Record

PLACE = ("menu.csv", "menu", 2)
SOUP = {"name": "Soup", "price": "6.50", "barcode": None}


def _case(values: Mapping[str, Any] = SOUP, **options: Any) -> Case:
    entity = ExpectedEntity(("name",), (Expected(values, is_optional=False),), {}, frozenset())
    tenant = {"domain": "restaurant", "zone": "America/New_York"}
    return Case("case", tenant, (), {"menu_item": entity}, frozenset(), options.get("forbidden", {}))


def _outcome(*records: Mapping[str, Any], **options: Any) -> Outcome:
    rows = {PLACE: {"Item": "Soup", "Cost": "6,50"}}
    target = {"menu_item": [Record("menu_item", values, PLACE) for values in records]}
    return Outcome(target, rows, **options)


def _issue(level: str, field: str, code: str = "bad_money") -> SimpleNamespace:
    return SimpleNamespace(
        file="menu.csv",
        stream="menu",
        row=2,
        entity="menu_item",
        field=field,
        source_field="",
        code=code,
        level=level,
        value="6,50",
        remedy="Correct it.",
    )


def _open(target: str, question: str = "") -> OpenColumn:
    return OpenColumn("menu.csv", "menu", "Cost", target, question)


def _grade(case: Case, outcome: Outcome) -> str:
    return messy_verdicts.judge(case, outcome).grade


RIGHT = {"name": "Soup", "price": Decimal("6.5")}


def test_a_record_with_all_its_values_and_nothing_else_is_right() -> None:
    assert _grade(_case(), _outcome(RIGHT)) == "right"


@pytest.mark.parametrize(
    "record", [{"name": "Soup", "price": Decimal(65)}, {"name": "Soup"}, RIGHT | {"barcode": "6,50"}]
)
def test_a_wrong_a_lost_and_an_unexpected_value_are_silently_wrong(record: Mapping[str, Any]) -> None:
    assert _grade(_case(), _outcome(record)) == "silently wrong"


def test_a_missing_and_an_unexpected_record_are_silently_wrong() -> None:
    assert _grade(_case(), _outcome()) == "silently wrong"
    assert _grade(_case(), _outcome(RIGHT, {"name": "Total", "price": Decimal(9)})) == "silently wrong"


def test_an_error_excuses_the_record_it_holds_and_a_warning_only_an_empty_field() -> None:
    assert _grade(_case(), _outcome(issues=[_issue("error", "price")])) == "held"
    assert _grade(_case(), _outcome(issues=[_issue("warning", "price")])) == "silently wrong"
    empty = {"name": "Soup"}
    assert _grade(_case(), _outcome(empty, issues=[_issue("warning", "price")])) == "held"
    assert _grade(_case(), _outcome(empty, issues=[_issue("warning", "barcode")])) == "silently wrong"
    nothing_said = _issue("warning", "price", "missing_price")
    assert _grade(_case(), _outcome(empty, issues=[nothing_said])) == "silently wrong"


def test_a_warning_does_not_excuse_a_wrong_value() -> None:
    wrong = {"name": "Soup", "price": Decimal(65)}
    assert _grade(_case(), _outcome(wrong, issues=[_issue("warning", "price")])) == "silently wrong"


def test_an_open_column_excuses_what_it_would_have_filled_and_only_a_question_a_wrong_value() -> None:
    empty, wrong = {"name": "Soup"}, {"name": "Soup", "price": Decimal(65)}
    assert _grade(_case(), _outcome(empty, open_columns=[_open("menu_item.price")])) == "asked"
    assert (
        _grade(_case(), _outcome(empty, open_columns=[_open("")])) == "asked"
    )  # the value stands in its cell
    assert _grade(_case(), _outcome(wrong, open_columns=[_open("menu_item.price")])) == "silently wrong"
    question = _open("menu_item.price", "65 or 6.50?")
    assert _grade(_case(), _outcome(wrong, open_columns=[question])) == "asked"


def test_a_value_to_be_noted_needs_an_issue_on_its_row_and_field() -> None:
    case = _case({"name": "Soup", "price": {"noted": None}})
    assert _grade(case, _outcome({"name": "Soup"})) == "silently wrong"
    assert _grade(case, _outcome({"name": "Soup"}, issues=[_issue("warning", "price")])) == "right"


def test_what_must_never_be_is_silently_wrong_whatever_is_asked() -> None:
    case = _case(forbidden={"menu_item.price": ("65",)})
    outcome = _outcome(
        {"name": "Soup", "price": Decimal(65)}, open_columns=[_open("menu_item.price", "65 or 6.50?")]
    )
    assert _grade(case, outcome) == "silently wrong"


def test_sums_prove_the_expectations() -> None:
    entities = _case().entities
    messy_cases._prove_sums("case", entities, {"menu_item.price": "6.50"})
    with pytest.raises(ValueError, match="adds up to"):
        messy_cases._prove_sums("case", entities, {"menu_item.price": "7"})
