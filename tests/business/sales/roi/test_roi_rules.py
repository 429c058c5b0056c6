"""The seeds' example to the dollar, and what holds for every case: order of the cases, break-even, dependence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.business.sales.roi.case import (
    CUSTOMER,
    Rate,
    RoiCase,
    RoiError,
    case_from_json,
    converted,
    default_case,
    inputs_to_json,
    number_of,
)
from core.business.sales.roi.model import roi_model
from core.business.sales.roi.rules import (
    REPLACE_FIRST,
    amount_text,
    break_even,
    compute,
    extremes,
    rounded,
    saving_of,
    values_of,
)
from core.errors import InvalidInputError

MONEY = st.decimals(min_value=0, max_value=50_000, places=2)
DAYS = st.decimals(min_value=0, max_value=30, places=2)
COUNTS = st.integers(min_value=1, max_value=5_000).map(Decimal)
OF_UNIT = {"money": MONEY, "days": DAYS, "count": COUNTS}


@st.composite
def cases(draw: st.DrawFn) -> RoiCase:
    case = default_case(draw(st.sampled_from(["restaurant", "school"])))
    for key, definition in roi_model(case.domain).inputs.items():
        low, base, high = sorted(draw(OF_UNIT[definition.unit]) for _ in range(3))
        case = case.with_input(replace(case.inputs[key], low=low, base=base, high=high))
    return case


def with_base(case: RoiCase, key: str, base: Decimal | int | str) -> RoiCase:
    number = Decimal(base)
    return case.with_input(
        replace(case.inputs[key], source=CUSTOMER, low=number, base=number, high=number, evidence="told us")
    )


def test_the_example_of_fifty_locations_comes_out_to_the_dollar():
    results = compute(default_case("restaurant"))
    assert [cost.amount for cost in results.costs] == [375_000, 300_000, 25_000, 100_000, 0, 5_000]
    assert [cost.formula for cost in results.costs[:2]] == [
        "$7,500 × 50 locations",
        "$2,000 × 3 days × 50 locations",
    ]
    base = results.base
    assert (base.traditional, base.auraconnect, base.saving, base.percent) == (700_000, 105_000, 595_000, 85)
    assert results.break_even == 13_900


def test_the_picture_s_ranges_give_the_picture_s_cases():
    """The figures of the screen's design: 341,750 to 898,500."""
    case = default_case("restaurant")
    ranges = {
        "consultant_per_location": (6000, 7500, 9000),
        "lost_revenue_per_day": (1500, 2000, 2600),
        "days_closed": (2, 3, 4),
        "retraining_per_location": (350, 500, 650),
        "aura_days_closed": (0, 0, "0.25"),
        "training_per_location": (80, 100, 140),
    }
    for key, (low, base, high) in ranges.items():
        case = case.with_input(
            replace(case.inputs[key], low=Decimal(low), base=Decimal(base), high=Decimal(high))
        )
    results = compute(case)
    assert (results.low.saving, results.low.percent) == (341_750, 73)
    assert (results.high.saving, results.high.percent) == (898_500, 90)
    assert [bar.key for bar in results.tornado[:4]] == [
        "days_closed",
        "lost_revenue_per_day",
        "consultant_per_location",
        "aura_days_closed",
    ]
    assert [bar.swing for bar in results.tornado[:4]] == [200_000, 165_000, 150_000, 25_000]


def test_the_driver_that_is_a_default_is_to_be_replaced_first():
    case = default_case("restaurant")
    assert compute(case).advice == f"Consultant per location moves the saving most: {REPLACE_FIRST}."
    entry = case.inputs["consultant_per_location"]
    case = case.with_input(replace(entry, source=CUSTOMER, evidence="Offer of two integrators"))
    assert compute(case).advice == "Consultant per location moves the saving most."


def test_without_ranges_nothing_drives_the_saving():
    case = default_case("restaurant")
    for key in case.inputs:
        case = with_base(case, key, case.inputs[key].base)
    results = compute(case)
    assert results.driver is None
    assert results.low == results.base == results.high


def test_a_school_counts_no_lost_revenue_and_says_that_it_is_not_measured():
    case = default_case("school")
    results = compute(case)
    assert (results.base.traditional, results.base.auraconnect, results.base.saving) == (8_000, 2_900, 5_100)
    assert "ot measured" in case.inputs["lost_revenue_per_day"].evidence
    assert results.break_even == 7_900


@given(cases(), MONEY)
def test_the_saving_falls_as_our_price_rises(case, rise):
    assume(rise > 0)
    key = roi_model(case.domain).price_key
    before = case.inputs[key].base
    dearer = with_base(case, key, before + rise)
    cheaper = with_base(case, key, before)
    assert compute(dearer).base.saving < compute(cheaper).base.saving


@given(cases())
@settings(max_examples=200)
def test_low_base_and_high_stand_in_order_and_no_corner_lies_outside(case):
    results = compute(case)
    assert results.low.saving <= results.base.saving <= results.high.saving
    model = roi_model(case.domain)
    least, most = (saving_of(model, values) for values in extremes(case))
    for name in ("low", "base", "high"):
        assert least <= saving_of(model, values_of(case, name)) <= most
    for bar in results.tornado:
        assert results.low.saving <= min(bar.saving_at_low, bar.saving_at_high)
        assert max(bar.saving_at_low, bar.saving_at_high) <= results.high.saving


@given(cases(), st.data())
def test_no_point_within_the_ranges_saves_less_than_low_or_more_than_high(case, data):
    model = roi_model(case.domain)
    least, most = (saving_of(model, values) for values in extremes(case))
    point = {
        key: Fraction(data.draw(st.sampled_from([entry.low, entry.base, entry.high]), label=key))
        for key, entry in case.inputs.items()
    }
    assert least <= saving_of(model, point) <= most


@given(cases())
def test_at_the_break_even_price_the_saving_is_exactly_zero(case):
    model = roi_model(case.domain)
    values = values_of(case, "base")
    price = break_even(model, values)
    if price is None:
        assert saving_of(model, {**values, model.price_key: Fraction(0)}) < 0
    else:
        assert saving_of(model, {**values, model.price_key: price}) == 0
        assert compute(case).break_even == rounded(price, case.currency)


@given(cases(), st.data())
def test_a_changed_input_changes_only_the_costs_that_depend_on_it(case, data):
    model = roi_model(case.domain)
    key = data.draw(st.sampled_from(list(model.inputs)))
    after = with_base(case, key, data.draw(OF_UNIT[model.inputs[key].unit]))
    for line, cost_before, cost_after in zip(
        model.lines, compute(case).costs, compute(after).costs, strict=True
    ):
        if key not in line.factors:
            assert cost_before == cost_after


@given(cases())
def test_a_stored_case_gives_the_same_results(case):
    stored = case_from_json(case.domain, case.currency, inputs_to_json(case))
    assert stored == case
    assert compute(stored) == compute(case)


@pytest.mark.parametrize(
    ("key", "numbers", "words"),
    [
        ("locations", (0, 0, 0), "Locations: Low 0 is out of range. Enter 1 to 100,000."),
        ("locations", (1, "1.5", 2), "Locations: Base 1.5 is not whole. Enter a whole number."),
        ("days_closed", (-1, 3, 4), "Days closed per location: Low -1 is out of range. Enter 0 to 365."),
        ("days_closed", (5, 3, 4), "Days closed per location: Low 5 is above Base 3. Enter Low up to Base."),
        (
            "days_closed",
            (1, 5, 4),
            "Days closed per location: Base 5 is above High 4. Enter High from Base on.",
        ),
        (
            "consultant_per_location",
            (1, "NaN", 4),
            "Consultant per location: Base is not a number. Enter one.",
        ),
        (
            "consultant_per_location",
            (1, 2, "1e30"),
            "Consultant per location: High 1.00E+30 is out of range. Enter 0 to 10,000,000.",
        ),
        (
            "training_per_location",
            (1, 2, "Infinity"),
            "AI-guided training per location: High is not a number.",
        ),
        ("training_per_location", (0, "1e-30", 2), "AI-guided training per location: Base has more than 10"),
    ],
)
def test_nonsense_is_refused_by_the_name_of_its_field_and_with_the_remedy(key, numbers, words):
    case = default_case("restaurant")
    low, base, high = map(Decimal, numbers)
    with pytest.raises(RoiError) as refused:
        compute(case.with_input(replace(case.inputs[key], low=low, base=base, high=high)))
    assert refused.value.faults[key].startswith(words)


def test_all_faults_are_told_at_once():
    case = default_case("restaurant")
    for key in ("locations", "days_closed"):
        case = with_base(case, key, -1)
    with pytest.raises(RoiError) as refused:
        compute(case)
    assert refused.value.faults.keys() == {"locations", "days_closed"}


def test_an_input_without_evidence_or_of_no_source_is_refused():
    case = default_case("restaurant")
    entry = case.inputs["days_closed"]
    for wrong in (
        replace(entry, evidence=" "),
        replace(entry, source="rumour"),
        replace(entry, evidence="\x07"),
    ):
        with pytest.raises(RoiError, match="Days closed per location"):
            compute(case.with_input(wrong))


def test_an_amount_in_another_currency_is_refused_until_a_rate_with_its_date_is_typed():
    case = default_case("restaurant", "EUR")
    with pytest.raises(RoiError, match=r"is in USD\. Enter the amount in EUR, or the rate and its date"):
        compute(case)
    in_euros = converted(case, Rate("USD", "EUR", Decimal("0.9"), date(2026, 11, 26)))
    assert compute(in_euros).base.saving == 535_500
    assert in_euros.inputs["consultant_per_location"].evidence.endswith(
        "Converted at 0.9 EUR per USD of 2026-11-26."
    )
    assert in_euros.inputs["days_closed"] == case.inputs["days_closed"]


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "1e30"])
def test_a_senseless_rate_is_refused(rate):
    with pytest.raises(RoiError, match="Rate"):
        converted(default_case("restaurant", "EUR"), Rate("USD", "EUR", Decimal(rate), date(2026, 11, 26)))


def test_a_rate_into_a_currency_that_is_not_the_case_s_is_refused():
    with pytest.raises(RoiError, match="in EUR"):
        converted(default_case("restaurant", "EUR"), Rate("USD", "GBP", Decimal(1), date(2026, 11, 26)))


def test_a_conversion_is_rounded_half_up_once():
    rate = Rate("USD", "EUR", Decimal("0.9000025"), date(2026, 11, 1))
    case = converted(default_case("restaurant", "EUR"), rate)
    assert case.inputs["package_per_location"].base == Decimal("1800.01")


@pytest.mark.parametrize("length", [1, 245, 295, 300])
def test_a_conversion_says_so_however_long_the_evidence_is(length):
    case = default_case("restaurant", "EUR")
    case = case.with_input(replace(case.inputs["package_per_location"], evidence="x" * length))
    case = converted(case, Rate("USD", "EUR", Decimal("0.9123456789"), date(2026, 11, 1)))
    assert compute(case)
    evidence = case.inputs["package_per_location"].evidence
    assert evidence.endswith(". Converted at 0.9123456789 EUR per USD of 2026-11-01.")
    assert ("…" in evidence) == (length > 250)


def test_a_rate_of_too_many_decimals_is_refused():
    with pytest.raises(RoiError, match="10 decimals"):
        converted(
            default_case("restaurant", "EUR"), Rate("USD", "EUR", Decimal("0.12345678901"), date(2026, 11, 1))
        )


@pytest.mark.parametrize(("text", "number"), [("7,500", 7500), (" 0.25 ", "0.25"), ("1e3", 1000)])
def test_numbers_are_read_as_people_type_them(text, number):
    assert number_of(text, "Days") == Decimal(number)


@pytest.mark.parametrize("text", ["1,5", "7500,50", "1.234,56", "1,2,3"])
def test_a_number_that_is_not_certain_is_refused_with_the_form_that_is(text):
    with pytest.raises(RoiError, match=r"is not a number\. Write it as 1234\.5 or 1,234\.5"):
        number_of(text, "Days")


def test_a_word_is_no_number():
    with pytest.raises(RoiError, match="Days: 'three' is not a number"):
        number_of("three", "Days")


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("595000", "USD", "$595,000"),
        ("12.5", "USD", "$12.50"),
        ("-3", "EUR", "-€3"),
        ("1234.56", "USD", "$1,235"),
    ],
)
def test_amounts_have_cents_only_below_a_thousand(amount, currency, words):
    assert amount_text(Decimal(amount), currency) == words


@pytest.mark.parametrize(
    ("amount", "currency", "cents"),
    [("0.005", "USD", "0.01"), ("-0.005", "USD", "-0.01"), ("0.5", "JPY", "1")],
)
def test_amounts_are_rounded_half_up_to_the_minor_unit(amount, currency, cents):
    assert rounded(Fraction(amount), currency) == Decimal(cents)


def test_an_unknown_line_of_business_has_no_roi():
    with pytest.raises(InvalidInputError, match="'bakery'"):
        default_case("bakery")
