"""Compute the ROI of a case: costs either way, saving, range, break-even price, and what moves the saving most. Pure.

Amounts are exact fractions until they are rounded half up to the currency's minor unit, once, for whoever reads them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import prod

from core.business.sales.roi.case import DEFAULT, RoiCase, check_case, plain
from core.business.sales.roi.model import CostLine, InputDefinition, RoiModel, roi_model
from core.kit.money import minor_digits, symbol
from core.kit.wording import counted, plural

REPLACE_FIRST = "replace this default first"
Values = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost with its formula in numbers: '$7,500 × 50 locations'."""

    side: str
    key: str
    title: str
    formula: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """What both sides cost, the saving, and its share of the traditional cost in whole percent; None of nothing."""

    traditional: Decimal
    auraconnect: Decimal
    saving: Decimal
    percent: int | None


@dataclass(frozen=True, slots=True)
class Bar:
    """The saving with one input at its low and its high, all others at their base; `swing` is the distance."""

    key: str
    title: str
    source: str
    low: Decimal
    high: Decimal
    saving_at_low: Decimal
    saving_at_high: Decimal
    swing: Decimal


@dataclass(frozen=True, slots=True)
class Results:
    """Everything a case gives. `low` is the least saving that the ranges allow, `high` the most.

    `break_even` is our price (per location, of a school for the order) at which the saving is zero; None where even
    a price of zero saves nothing. `tornado` is sorted by swing; `driver` its first, None where no range has a width.
    """

    costs: tuple[Cost, ...]
    base: Totals
    low: Totals
    high: Totals
    break_even: Decimal | None
    tornado: tuple[Bar, ...]
    driver: Bar | None
    advice: str


def compute(case: RoiCase) -> Results:
    """Compute a case. RoiError names the inputs that are wrong."""
    case = check_case(case)
    model = roi_model(case.domain)
    base = values_of(case, "base")
    least, most = extremes(case)
    price = break_even(model, base)
    tornado = _tornado(case, model, base)
    driver = next((bar for bar in tornado if bar.swing), None)
    return Results(
        tuple(_cost(case, model, line, base) for line in model.lines),
        totals(case, base),
        totals(case, least),
        totals(case, most),
        None if price is None else rounded(price, case.currency),
        tornado,
        driver,
        _advice(driver),
    )


def values_of(case: RoiCase, name: str) -> dict[str, Fraction]:
    """Return one number of every input: 'low', 'base' or 'high'."""
    return {key: Fraction(getattr(entry, name)) for key, entry in case.inputs.items()}


def cost_of(line: CostLine, values: Values) -> Fraction:
    """Return the exact amount of a cost."""
    return prod((values[factor] for factor in line.factors), start=Fraction(1))


def side_total(model: RoiModel, side: str, values: Values) -> Fraction:
    """Return the exact sum of a side's costs."""
    return sum((cost_of(line, values) for line in model.lines if line.side == side), Fraction(0))


def saving_of(model: RoiModel, values: Values) -> Fraction:
    """Return the exact saving: the traditional side less ours."""
    return side_total(model, "traditional", values) - side_total(model, "auraconnect", values)


def totals(case: RoiCase, values: Values) -> Totals:
    """Return both sides and the saving, rounded."""
    model = roi_model(case.domain)
    traditional, auraconnect = (side_total(model, side, values) for side in ("traditional", "auraconnect"))
    saving = traditional - auraconnect
    return Totals(
        rounded(traditional, case.currency),
        rounded(auraconnect, case.currency),
        rounded(saving, case.currency),
        _percent(saving, traditional),
    )


def extremes(case: RoiCase) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Return the values, within the ranges, of the least and of the most saving.

    An input of one side moves the saving one way only. Those of both sides are tried at either end: the saving is
    linear in each of them, so that its extremes lie at ends.
    """
    model = roi_model(case.domain)
    at_low, at_high = values_of(case, "low"), values_of(case, "high")
    raises_saving = {key: model.side_of(key) == "traditional" for key in case.inputs}
    worst = {key: at_low[key] if up else at_high[key] for key, up in raises_saving.items()}
    best = {key: at_high[key] if up else at_low[key] for key, up in raises_saving.items()}
    ends = [
        dict(zip(model.two_sided, values, strict=True))
        for values in itertools.product(*({at_low[key], at_high[key]} for key in model.two_sided))
    ]
    least = min(({**worst, **end} for end in ends), key=lambda values: saving_of(model, values))
    most = max(({**best, **end} for end in ends), key=lambda values: saving_of(model, values))
    return least, most


def break_even(model: RoiModel, values: Values) -> Fraction | None:
    """Return our exact price at which the saving is zero; None where even a price of zero saves nothing.

    saving = traditional - price × quantity - other costs of ours, so price = (traditional - other costs) / quantity.
    """
    package = model.package_line
    quantity = prod((values[factor] for factor in package.factors[1:]), start=Fraction(1))
    without_price = saving_of(model, {**values, model.price_key: Fraction(0)})
    return without_price / quantity if without_price >= 0 else None


def rounded(amount: Fraction, currency: str) -> Decimal:
    """Round half up (away from zero, as a till does) to the currency's minor unit."""
    digits = minor_digits(currency)
    scaled = amount * 10**digits
    units, remainder = divmod(abs(scaled.numerator), scaled.denominator)
    units += 2 * remainder >= scaled.denominator
    return Decimal(units if scaled >= 0 else -units).scaleb(-digits)


def amount_text(amount: Decimal, currency: str) -> str:
    """Write an amount: '$2,000', with cents only where it has any below $1,000."""
    step = Decimal(1).scaleb(-minor_digits(currency))
    shortest = amount.quantize(Decimal(1) if abs(amount) >= 1000 else step, rounding=ROUND_HALF_UP)
    text = plain(abs(shortest)) if shortest == shortest.to_integral_value() else f"{abs(shortest):,f}"
    return f"{'-' if shortest < 0 else ''}{symbol(currency)}{text}"


def value_text(definition: InputDefinition, value: Decimal, currency: str) -> str:
    """Write a factor with its unit: '$7,500', '3 days', '50 locations'."""
    if definition.unit == "money":
        step = Decimal(1).scaleb(-minor_digits(currency))
        exact = value.quantize(step, rounding=ROUND_HALF_UP)
        return f"{symbol(currency)}{plain(value) if value == exact.to_integral_value() else f'{exact:,f}'}"
    noun = definition.noun or "day"
    if value == value.to_integral_value():
        return counted(int(value), noun)
    return f"{plain(value)} {plural(noun)}"


def _cost(case: RoiCase, model: RoiModel, line: CostLine, values: Values) -> Cost:
    formula = " × ".join(
        value_text(model.inputs[factor], case.inputs[factor].base, case.currency) for factor in line.factors
    )
    return Cost(line.side, line.key, line.title, formula, rounded(cost_of(line, values), case.currency))


def _tornado(case: RoiCase, model: RoiModel, base: Values) -> tuple[Bar, ...]:
    bars = []
    for key, entry in case.inputs.items():
        at_low, at_high = (
            saving_of(model, {**base, key: Fraction(value)}) for value in (entry.low, entry.high)
        )
        bars.append(
            Bar(
                key,
                model.inputs[key].title,
                entry.source,
                entry.low,
                entry.high,
                rounded(at_low, case.currency),
                rounded(at_high, case.currency),
                rounded(abs(at_high - at_low), case.currency),
            )
        )
    return tuple(sorted(bars, key=lambda bar: -bar.swing))


def _advice(driver: Bar | None) -> str:
    """Name what moves the saving most, and whether it is only a default."""
    if driver is None:
        return "No input has a range: enter Low and High to see what moves the saving."
    words = f"{driver.title} moves the saving most"
    return f"{words}: {REPLACE_FIRST}." if driver.source == DEFAULT else f"{words}."


def _percent(part: Fraction, total: Fraction) -> int | None:
    """Return a share in whole percent, rounded half up; 100 only where it is all."""
    if not total:
        return None
    share = part * 100 / total
    percent = (2 * share.numerator + share.denominator) // (2 * share.denominator)
    return 99 if percent == 100 and share < 100 else percent
