from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from core.engine.batch import ROW, Batch
from core.engine.issues import CATALOGUE
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.transforms import transform_rows
from core.engine.validation.rules import CHECKS, check_rows

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


def checked(entity, currency="USD", **columns) -> Batch:
    height = len(next(iter(columns.values())))
    columns = {"external_id": [str(i) for i in range(height)], **columns}
    frame = pl.DataFrame(
        {ROW: range(1, height + 1), **columns}, schema={ROW: pl.Int64, **dict.fromkeys(columns, pl.String)}
    )
    entity_plan = EntityPlan("s", entity, tuple(FieldPlan(name, (name,)) for name in columns))
    plan = Plan("restaurant", "test", (entity_plan,), currency=currency)
    typed = transform_rows(plan, entity_plan, frame)
    return check_rows(plan, Batch(entity, typed.frame), NOW)


def row_codes(batch):
    return batch.issues.select(ROW, "code").rows()


@pytest.mark.parametrize(
    ("entity", "columns", "expected"),
    [
        ("order_line", {"quantity": ["-2", "0", "1000000"]}, [(3, "out_of_range")]),
        ("discount", {"percent": ["-10%", "(15%)", "100", "-101"], "amount": ["-1", "(3.00)", "2", "'-3.00"]}, [(4, "out_of_range")]),
        ("order_line", {"quantity": ["(3.00)", "-1", "–2", "1"], "net_amount": ["(3.00)", "-$3.00", "–3.00", "3.00-"]}, []),
        ("payment", {"amount": ["(3.00)", "($3.00)", "$(3.00)", "-€3.00"], "tip_amount": ["-1", "", "(0.00)", "0"]}, []),
        ("order", {"guest_count": ["-1", "4"]}, [(1, "out_of_range")]),
        ("tax_rate", {"rate": ["0", "100", "100.5", "-1"]}, [(3, "out_of_range"), (4, "out_of_range")]),
        ("order", {"opened_at": ["1989-12-31T00:00:00Z", "2025-06-02T11:00:00Z", "2025-06-04T00:00:00Z"]}, [(1, "out_of_range"), (3, "out_of_range")]),
        ("customer", {"birthday": ["1950-01-01", "1850-01-01"], "email": ["a@b.co", "a@b.co"]}, [(2, "out_of_range")]),
        ("modifier_group", {"min_selections": ["2", "1", "1"], "max_selections": ["1", "", "0"]}, [(1, "modifier_min_over_max")]),
        ("modifier_group", {"min_selections": ["0", "1"], "is_required": ["true", "false"]}, [(1, "modifier_required_without_min"), (2, "modifier_optional_with_min")]),
        ("modifier", {"price_delta": ["-3", "0", "4"]}, [(1, "negative_modifier")]),
        ("menu_item", {"price": ["-5", "0", "8.95", "8.955"]}, [(1, "negative_price"), (2, "zero_price"), (4, "too_many_decimals")]),
        ("menu_item", {"cost": ["1.2345"]}, []),
        ("customer", {"email": ["", "a@b.co"]}, [(1, "missing_email")]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_found_and_what_can_is_left_alone(entity, columns, expected):
    assert sorted(row_codes(checked(entity, **columns))) == expected


@pytest.mark.parametrize(
    ("name", "tags", "code"),
    [
        ("Chef's Amuse-Bouche (Comp)", "", "comped_price"),
        ("Bread", '["complimentary"]', "comped_price"),
        ("Free Refill", "", "comped_price"),
        ("Gluten Free Bun", "", "zero_price"),
        ("Peach Compote", "", "zero_price"),
        ("Side of Marinara", "", "zero_price"),
    ],
)
def test_a_price_of_zero_is_told_apart_from_a_gift(name, tags, code):
    assert row_codes(checked("menu_item", name=[name], tags=[tags], price=["0"])) == [(1, code)]


def test_the_id_of_the_sample_marks_a_comped_item():
    batch = checked("menu_item", external_id=["item-comp-001"], name=["Amuse-Bouche"], price=["0"])
    assert row_codes(batch) == [(1, "comped_price")]


def test_an_open_price_may_be_zero():
    assert row_codes(checked("menu_item", price=["0"], pricing_strategy=["open"])) == []


def test_a_currency_has_its_own_decimal_places():
    assert row_codes(checked("menu_item", currency="JPY", price=["1200", "1200.5"])) == [
        (2, "too_many_decimals")
    ]


def test_an_issue_says_what_stands_there_and_how_much_money_it_touches():
    issue = checked("menu_item", price=["-5.50"]).issues.row(0, named=True)
    assert (issue["value"], str(issue["money"]), issue["detail"]) == (
        "-$5.50",
        "-5.5000",
        "Price -$5.50 is negative.",
    )


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_each_check_reports_only_what_the_catalogue_knows(name):
    assert set(CHECKS[name].codes) <= set(CATALOGUE)
