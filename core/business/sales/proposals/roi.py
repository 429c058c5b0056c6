"""Collect the ROI of a proposal out of the stored case that the quote names."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.business.sales.proposals.amounts import whole
from core.business.sales.proposals.document import CostRow, InputRow, Roi
from core.business.sales.roi.model import roi_model
from core.business.sales.tables import Quote, RoiCase
from core.context import Context

_TRADITIONAL, _OURS = "traditional", "auraconnect"


def roi_of(context: Context, row: Quote) -> Roi | None:
    """Return the ROI of the case that is attached to the quote; None without one."""
    if row.roi_case_id is None:
        return None
    query = select(RoiCase).where(RoiCase.prospect_id == row.prospect_id, RoiCase.id == row.roi_case_id)
    case = context.session.scalar(query)
    return None if case is None else _roi(case, row.domain)


def _roi(case: RoiCase, domain: str) -> Roi:
    results = case.results
    cases: Mapping[str, Any] = results.get("cases", {})
    return Roi(
        saving=_amount(results["saving"], case.currency),
        percent=_percent(results.get("percent")),
        range=_range(cases, case.currency),
        break_even=_break_even(results.get("break_even"), case.currency, domain),
        traditional=_costs(case, _TRADITIONAL),
        traditional_total=_amount(results["traditional"], case.currency),
        ours=_costs(case, _OURS),
        ours_total=_amount(results["auraconnect"], case.currency),
        inputs=[_input(entry, case.currency) for entry in case.inputs],
    )


def _costs(case: RoiCase, side: str) -> list[CostRow]:
    return [
        CostRow(
            title=line["title"],
            formula=line.get("formula", ""),
            amount=_amount(line["amount"], case.currency),
        )
        for line in case.results.get("lines", ())
        if line["side"] == side
    ]


def _input(entry: Mapping[str, Any], currency: str) -> InputRow:
    low, base, high = (Decimal(str(entry[name])) for name in ("low", "base", "high"))
    is_money = entry.get("unit") not in {"count", "days"}

    def text(value: Decimal) -> str:
        return _amount(value, currency) if is_money else _number(value)

    return InputRow(
        title=entry.get("title", entry["key"]),
        value=text(base),
        range="fixed" if low == high else f"{text(low)} to {text(high)}",
        source=str(entry["source"]).title(),
    )


def _range(cases: Mapping[str, Any], currency: str) -> str:
    if not {"low", "high"} <= set(cases):
        return ""
    low, high = (_amount(cases[name]["saving"], currency) for name in ("low", "high"))
    return f"Between {low} and {high} over the range of the assumptions."


def _break_even(price: object, currency: str, domain: str) -> str:
    if price is None:
        return ""
    unit = "a location" if roi_model(domain).price_unit == "location" else "the order"
    return f"The saving is zero at a price of {_amount(price, currency)} for {unit}."


def _percent(percent: object) -> str:
    return "–" if percent is None else f"{percent}%"


def _amount(value: object, currency: str) -> str:
    return whole(Decimal(str(value)), currency)


def _number(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
