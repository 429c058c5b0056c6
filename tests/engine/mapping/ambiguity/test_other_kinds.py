"""Columns of another kind than their target are asked about; records of nobody, or of links alone, are not made."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.batch import ROW
from core.engine.mapping.ambiguity.unfit import with_fit
from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.proposal import Proposal
from core.engine.plan import EntityPlan, FieldPlan, ImportSettings, Plan
from core.engine.sources.profile import profile_frame
from core.engine.sources.reshape.prices import price_columns
from core.engine.transforms.apply import transform_rows

RESTAURANT, SCHOOL = ImportSettings("restaurant", "spreadsheet"), ImportSettings("school", "spreadsheet")


def _question(source: str, target: str, values: list[str], settings: ImportSettings) -> str:
    texts = pl.Series(source, values)
    (profile,) = profile_frame("table", texts.to_frame())
    proposal = Proposal("table", source, 0, 0, target, None, 0.9, (), (), profile)
    return with_fit(proposal, texts, settings).question


@pytest.mark.parametrize("values", [["17.00", "14.50", "-"], ["3", "4", "5"]])
def test_numbers_are_no_role(values: list[str]) -> None:
    assert (
        _question("Essay (Real)", "staff.role", values, SCHOOL)
        == "'Essay (Real)' holds numbers. Is it Staff member › Role?"
    )


def test_words_are_a_role() -> None:
    assert not _question("Role", "staff.role", ["Teacher", "Head of Year 7"], SCHOOL)


@pytest.mark.parametrize("header", ["Discount %", "Sconto %", "Rabatt in Prozent", "IVA (%)"])
def test_a_percentage_is_no_amount(header: str) -> None:
    assert "percentage" in _question(header, "order.discount_total", ["0", "10", "5"], RESTAURANT)


def test_an_amount_of_tax_at_a_rate_is_one() -> None:
    assert not _question("MwSt 19%", "order.tax_total", ["1.90", "3.80", "0.19"], RESTAURANT)


@pytest.mark.parametrize("values", [["Sale", "Refund"], ["Verkauf", "Storno"], ["Vente", "Avoir"]])
def test_kinds_of_transactions_are_no_ways_of_dining(values: list[str]) -> None:
    assert "kinds of transactions" in _question("Order Type", "order.dining_option_id", values, RESTAURANT)


def test_ways_of_dining_are() -> None:
    assert not _question("Order Type", "order.dining_option_id", ["Dine In", "Take Out"], RESTAURANT)


@pytest.mark.parametrize("header", ["Date", "Receipt Date", "Date Paid"])
def test_the_day_of_a_receipt_is_not_taken_for_the_day_on_which_a_fee_is_due(header: str) -> None:
    question = _question(header, "fee.due_on", ["2026-01-20", "2026-01-21"], SCHOOL)
    assert question == f"Is {header!r} the day on which the fee is due, or the day of a charge or receipt?"


@pytest.mark.parametrize(
    "header", ["Due Date", "Pay by", "Fällig am", "Date d'échéance", "Fecha de vencimiento"]
)
def test_a_column_that_says_due_is(header: str) -> None:
    assert not _question(header, "fee.due_on", ["2026-01-20", "2026-01-21"], SCHOOL)


def test_people_of_whom_only_their_children_are_known_are_not_made() -> None:
    plan = build_plan([Link("fees", "Pupil", "guardian.student_ids")], {"fees": None}, SCHOOL)
    assert not plan.entities
    assert [(part.entity, part.columns) for part in plan.left_out] == [("guardian", ("Pupil",))]


def test_an_enrolment_is_made_of_links_alone() -> None:
    links = [Link("roll", "Pupil", "enrollment.person_id"), Link("roll", "Class", "enrollment.class_id")]
    plan = build_plan(links, {"roll": None}, SCHOOL)
    assert "enrollment" in {entity.entity for entity in plan.entities}


def test_a_row_that_tells_of_nobody_is_held() -> None:
    fields = (FieldPlan("first_name", ("Name",)), FieldPlan("email", ("E-mail",)))
    plan = Plan.under(RESTAURANT, (EntityPlan("guests", "customer", fields),))
    frame = pl.DataFrame(
        {ROW: [2, 3], "Name": ["Ada", None], "E-mail": [None, None], "Visits": ["1", "2"]},
        schema_overrides={"E-mail": pl.String},
    )
    batch = transform_rows(plan, plan.entities[0], frame)
    assert batch.held_rows().to_list() == [3]
    assert batch.issues.filter(pl.col(ROW) == 3)["detail"].to_list() == [
        "No column of the row tells of a guest."
    ]


def test_a_column_about_the_kind_of_price_is_no_price() -> None:
    assert price_columns(["Price", "Price Type", "Price Unit", "Compare At Price"]) == ["Price"]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("Attributes/Values", "Small,Medium,Large"),
        ("Sizes", "Small, Large"),
        ("Add-on", "Bacon; Egg"),
        ("Options", "Whole|Oat"),
    ],
)
@pytest.mark.parametrize("target", ["item_variant.name", "modifier.name"])
def test_a_list_of_sizes_is_no_name_of_one(source: str, value: str, target: str) -> None:
    question = _question(source, target, [value, "Regular"], RESTAURANT)
    assert f"lists several values in one cell in 1 row ({value.lower()!r})" in question


@pytest.mark.parametrize("value", ["Large, hot", "1,000 ml", "Half/Half"])
def test_a_size_with_a_comma_is_one_name(value: str) -> None:
    assert not _question("Variation Name", "item_variant.name", [value], RESTAURANT)


def test_moments_with_a_capital_t_between_day_and_time_are_moments() -> None:
    values = ["2024-05-01T18:22:00", "2024-05-02T12:00:00Z", "2024-05-03T12:00:00+02:00"]
    assert not _question("Order Date", "order.opened_at", values, RESTAURANT)
