"""Results of an ROI: four cards, each cost with its formula, and the three cases."""

from __future__ import annotations

import streamlit as st

from core.business.sales.roi.case import RoiCase
from core.business.sales.roi.model import roi_model
from core.business.sales.roi.rules import Results, Totals, amount_text, value_text
from core.kit.wording import counted
from pages.ui import formats, widgets

_SIDES = {"traditional": "Traditional", "auraconnect": "AuraConnect"}
_SHORT = {"training": "training"}
_CASES = {"low": "Low", "base": "Base", "high": "High"}


def cards(case: RoiCase, results: Results) -> None:
    """Draw the four figures: what both ways cost, the saving with its range, and the price at which it is zero."""
    base, columns = results.base, st.columns(4, gap="small")
    notes = (_traditional(case, results), _ours(case, results), "", _break_even(case, results))
    labels = ("Traditional migration", "AuraConnect", "Saving", "Break-even price")
    amounts = (base.traditional, base.auraconnect, base.saving, results.break_even)
    for column, label, amount, note in zip(columns, labels, amounts, notes, strict=True):
        with column, st.container(border=True, gap="xxsmall", height="stretch"):
            text = "–" if amount is None else amount_text(amount, case.currency)
            st.metric(label, formats.plain(text))
            if note:
                st.caption(formats.plain(note))
            else:
                _range(results, case.currency)


def _traditional(case: RoiCase, results: Results) -> str:
    count = sum(cost.side == "traditional" for cost in results.costs)
    definition = roi_model(case.domain).inputs["locations"]
    return f"{counted(count, 'cost')}, {value_text(definition, case.inputs['locations'].base, case.currency)}"


def _ours(case: RoiCase, results: Results) -> str:
    """Name what ours costs: 'package $100,000 + training $5,000'."""
    parts = [
        f"{_SHORT.get(cost.key, cost.title.lower())} {amount_text(cost.amount, case.currency)}"
        for cost in results.costs
        if cost.side == "auraconnect" and cost.amount
    ]
    return " + ".join(parts) or "no costs"


def _break_even(case: RoiCase, results: Results) -> str:
    if results.break_even is None:
        return "even a price of zero saves nothing"
    model = roi_model(case.domain)
    price = amount_text(case.inputs[model.price_key].base, case.currency)
    return f"per {model.price_unit}; we charge {price}"


def _range(results: Results, currency: str) -> None:
    """Draw the share, which stands beside its inputs alone, and the range."""
    share = results.base.percent
    low, high = (amount_text(total.saving, currency) for total in (results.low, results.high))
    colour = "green" if results.low.saving > 0 else "orange"
    mark = "" if share is None else f":{colour}-badge[{share}%] "
    st.markdown(f"{mark}:gray[:small[{formats.plain(f'range {low} to {high}')}]]")


def costs(case: RoiCase, results: Results) -> None:
    """Draw every cost with its formula in numbers."""
    widgets.section("How it is computed")
    rows = [
        {
            "Side": _SIDES[cost.side],
            "Cost": cost.title,
            "Formula": cost.formula,
            "Amount": amount_text(cost.amount, case.currency),
        }
        for cost in results.costs
    ]
    columns = {
        "Side": st.column_config.TextColumn(width=88),
        "Cost": st.column_config.TextColumn(width=118),
        "Formula": st.column_config.TextColumn(width=206),
        "Amount": st.column_config.TextColumn(width=82, alignment="right"),
    }
    widgets.table(rows, columns, alt="Each cost with its formula in numbers")


def cases(case: RoiCase, results: Results) -> None:
    """Draw the low, base and high case."""
    widgets.section("Cases")
    totals: dict[str, Totals] = {"low": results.low, "base": results.base, "high": results.high}
    rows = [
        {
            "Case": _CASES[name],
            "Traditional": amount_text(total.traditional, case.currency),
            "AuraConnect": amount_text(total.auraconnect, case.currency),
            "Saving": amount_text(total.saving, case.currency),
            "Share": "–" if total.percent is None else f"{total.percent}%",
        }
        for name, total in totals.items()
    ]
    right = {
        name: st.column_config.TextColumn(alignment="right", width=76)
        for name in ("Traditional", "AuraConnect", "Saving")
    }
    columns = {
        "Case": st.column_config.TextColumn(width=46),
        **right,
        "Share": st.column_config.TextColumn(alignment="right", width=48),
    }
    widgets.table(rows, columns, alt="Low, base and high case of both sides and the saving")
    st.caption("Low: every range at the end that saves least. High: at the end that saves most.")
