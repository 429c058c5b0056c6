"""Discounts written with a minus are imported as positive amounts, by a transform that shows it."""

import polars as pl
import pytest

from core.engine.mapping.numbers.readings import NumberField, readings
from core.engine.plan import ImportSettings

SETTINGS = ImportSettings("restaurant", "spreadsheet")


def read(target, *texts, transform=None, **options):
    field = NumberField(
        "Discount", target, transform, pl.Series("Discount", list(texts), dtype=pl.String), **options
    )
    return readings([field], SETTINGS)[0]


@pytest.mark.parametrize("target", ["order.discount_total", "order_line.discount_amount"])
@pytest.mark.parametrize(
    ("texts", "transform"),
    [
        (("-5.00", "0.00", "-2.50"), "money | negate"),
        (("(5.00)", "", "(1.25)"), "money | negate"),
        (("-$5.00", "$0.00"), "money | negate"),
        (("-5,00", "0,00", "-12,50"), "money(decimal_comma=True) | negate"),
    ],
)
def test_discounts_that_all_have_a_minus_are_turned(target, texts, transform):
    reading = read(target, *texts)
    assert (reading.transform, reading.question) == (transform, "")
    assert any("have a minus" in reason.text for reason in reading.evidence)


@pytest.mark.parametrize("texts", [("5.00", "0.00"), ("5.00", "2.00", "-5.00"), ("0.00",), ()])
def test_discounts_that_are_positive_stay_and_so_do_those_that_refunds_take_back(texts):
    reading = read("order.discount_total", *texts)
    assert "negate" not in (reading.transform or "")
    assert reading.question == ""


def test_discounts_of_both_signs_are_asked_about_where_most_have_a_minus():
    assert "1 not" in read("order.discount_total", "-5.00", "-2.00", "3.00").question


@pytest.mark.parametrize("target", ["payment.amount", "order.total", "menu_item.price"])
def test_other_amounts_keep_their_minus(target):
    assert "negate" not in (read(target, "-5.00", "-2.00").transform or "")


def test_what_a_source_documents_or_a_person_has_turned_is_not_turned_again():
    assert read("order.discount_total", "-5.00", is_settled=True).transform is None
    turned = read("order.discount_total", "-5.00", transform="money | negate").transform or ""
    assert turned.count("negate") == 1
