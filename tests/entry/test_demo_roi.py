"""The demo's prospects that saw a demo have ROI cases of what they told, as any saved case."""

from __future__ import annotations

from decimal import Decimal

from core.business.sales.roi.case import CUSTOMER, DEFAULT
from core.business.sales.roi.rules import compute
from core.entry.demo_roi import demo_case


def test_what_the_customer_told_is_the_customer_s_and_the_rest_a_default():
    case = demo_case("restaurant", 50, {"consultant_fee": Decimal(8000), "days_closed": Decimal(2)})
    answered = {key for key, entry in case.inputs.items() if entry.source == CUSTOMER}
    assert answered == {"locations", "consultant_per_location", "days_closed"}
    assert case.inputs["retraining_per_location"].source == DEFAULT
    assert compute(case).base.traditional == 50 * (8000 + 2000 * 2 + 500)


def test_every_answer_of_the_history_has_its_input():
    answers = {
        name: Decimal(2) for name in ("consultant_fee", "revenue_per_day", "days_closed", "retraining")
    }
    assert compute(demo_case("restaurant", 1, answers)).base.saving is not None
