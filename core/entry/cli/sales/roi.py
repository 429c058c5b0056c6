"""The command that computes ROI: of typed inputs, of a prospect, or between two saved versions."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from core.business.sales.roi.actions import save_case
from core.business.sales.roi.case import (
    CUSTOMER,
    Rate,
    RoiCase,
    RoiError,
    RoiInput,
    converted,
    default_case,
    inputs_to_json,
    number_of,
    plain,
)
from core.business.sales.roi.comparison import Comparison
from core.business.sales.roi.model import roi_model
from core.business.sales.roi.prefill import with_catalogue_price
from core.business.sales.roi.results_json import results_to_json
from core.business.sales.roi.rules import Results, amount_text, compute
from core.business.sales.roi.views import compare_versions, newest_case, prefilled_case
from core.context import Context
from core.entry.cli.answer import Answer, table
from core.entry.cli.sales.numbers import as_number
from core.entry.cli.sales.operator import operator_session
from core.errors import InvalidInputError

OPTIONS: Mapping[str, str] = {
    "locations": "locations",
    "pupils": "pupils",
    "consultant": "consultant_per_location",
    "lost-revenue": "lost_revenue_per_day",
    "days-closed": "days_closed",
    "retraining": "retraining_per_location",
    "entry": "entry_per_pupil",
    "package": "package_per_location",
    "package-price": "package_price",
    "aura-days-closed": "aura_days_closed",
    "training": "training_per_location",
}
"""Option -> the input that it sets."""
_TYPED = "Typed on the command line"


def show(args: Namespace) -> Answer:
    """Compute the ROI. InvalidInputError for options that do not go together, RoiError for inputs that are wrong."""
    if args.prospect is None:
        _refuse_without_prospect(args)
        currency = args.currency and args.currency.upper()
        return _answer(_case(args, default_case(args.domain or "restaurant", currency)))
    if args.domain or args.currency:
        raise InvalidInputError(
            "A prospect has its line of business and currency.", hint="Leave --domain and --currency out."
        )
    with operator_session(args) as context:
        if args.compare:
            return _comparison(compare_versions(context, args.prospect, *args.compare), args, context)
        saved = newest_case(context, args.prospect)
        case = _case(args, saved.case if saved else prefilled_case(context, args.prospect))
        version = None
        if args.save:
            version = save_case(context, args.prospect, case, args.note)
        return _answer(case, prospect=args.prospect, version=version)


def _refuse_without_prospect(args: Namespace) -> None:
    if args.compare or args.save:
        raise InvalidInputError("Versions are a prospect's.", hint="Add --prospect ID.")


def _case(args: Namespace, case: RoiCase) -> RoiCase:
    """Return the case with what the options set, converted by the rate where one is typed."""
    model = roi_model(case.domain)
    options = {key: option for option, key in OPTIONS.items()}
    for key, option in options.items():
        text = getattr(args, key)
        if text is None:
            continue
        if key not in model.inputs:
            raise InvalidInputError(
                f"--{option} is no input of a {case.domain}.", hint="Leave it out, or choose --domain."
            )
        case = case.with_input(
            _input(case.inputs[key], text, args.evidence or _TYPED, case.currency, model.inputs[key].title)
        )
    case = with_catalogue_price(case)
    if args.rate is None:
        return case
    return converted(
        case, Rate(model.currency, case.currency, number_of(args.rate, "Rate"), _day(args.rate_date))
    )


def _input(entry: RoiInput, text: str, evidence: str, currency: str, title: str) -> RoiInput:
    numbers = [number_of(part, title) for part in text.split(":")]
    if len(numbers) not in {1, 3}:
        raise RoiError({entry.key: f"{title}: enter a number, or low:base:high."})
    return replace(
        entry,
        source=CUSTOMER,
        low=numbers[0],
        base=numbers[len(numbers) // 2],
        high=numbers[-1],
        evidence=evidence,
        origin="typed",
        currency=currency if entry.currency else None,
    )


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise RoiError({"rate_date": "Rate date: enter the day of the rate, as 2026-11-26."}) from None


def _answer(case: RoiCase, *, prospect: str | None = None, version: int | None = None) -> Answer:
    results = compute(case)
    document: dict[str, Any] = {
        "domain": case.domain,
        "currency": case.currency,
        **results_to_json(results, as_number),
        "inputs": [
            {
                **entry,
                **{
                    name: as_number(getattr(case.inputs[entry["key"]], name))
                    for name in ("low", "base", "high")
                },
            }
            for entry in inputs_to_json(case)
        ],
    }
    if prospect is not None:
        document |= {"prospect": prospect, "version": version}
    text = _text(case, results)
    return Answer(document, f"{text}\n\nSaved as version {version}." if version else text)


def _text(case: RoiCase, results: Results) -> str:
    """Write the ROI as people read it: saving with its range, costs, inputs, what moves it."""

    def amount(value: Any) -> str:
        return "–" if value is None else amount_text(value, case.currency)

    base = results.base
    share = "" if base.percent is None else f", {base.percent}% with the inputs below"
    price_unit = roi_model(case.domain).price_unit
    lines = [
        f"{_sides(results, case.currency)}: saving {amount(base.saving)}{share}.",
        f"Range {amount(results.low.saving)} to {amount(results.high.saving)}."
        + (
            f" Break-even price {amount(results.break_even)} per {price_unit}."
            if results.break_even is not None
            else " Even a price of zero saves nothing."
        ),
        results.advice,
    ]
    costs = [(cost.side, cost.title, cost.formula, amount(cost.amount)) for cost in results.costs]
    inputs = [
        (
            roi_model(case.domain).inputs[entry.key].title,
            entry.source,
            *(plain(value) for value in (entry.low, entry.base, entry.high)),
            entry.evidence,
        )
        for entry in case.inputs.values()
    ]
    cases = [
        (
            name,
            *(amount(value) for value in (total.traditional, total.auraconnect, total.saving)),
            f"{total.percent}%" if total.percent is not None else None,
        )
        for name, total in (("low", results.low), ("base", base), ("high", results.high))
    ]
    return "\n\n".join(
        (
            "\n".join(lines),
            table(("side", "cost", "formula", "amount"), costs, widest=80),
            table(("case", "traditional", "AuraConnect", "saving", "share"), cases),
            table(("input", "source", "low", "base", "high", "evidence"), inputs, widest=100),
        )
    )


def _sides(results: Results, currency: str) -> str:
    traditional, auraconnect = results.base.traditional, results.base.auraconnect
    return (
        f"Traditional {amount_text(traditional, currency)}, AuraConnect {amount_text(auraconnect, currency)}"
    )


def _comparison(comparison: Comparison, args: Namespace, context: Context) -> Answer:
    first, second = args.compare
    saved = newest_case(context, args.prospect)
    currency = saved.currency if saved else "USD"
    document = {
        "prospect": args.prospect,
        "versions": [first, second],
        "before": as_number(comparison.before),
        "after": as_number(comparison.after),
        "difference": as_number(comparison.difference),
        "changes": [
            {
                "key": change.key,
                "title": change.title,
                "before": as_number(change.before.base),
                "after": as_number(change.after.base),
                "source_before": change.before.source,
                "source_after": change.after.source,
                "effect": as_number(change.effect),
            }
            for change in comparison.changes
        ],
    }
    rows = [
        (
            change.title,
            plain(change.before.base),
            plain(change.after.base),
            amount_text(change.effect, currency),
        )
        for change in comparison.changes
    ]
    saving = (
        f"Saving {amount_text(comparison.before, currency)} in version {first},"
        f" {amount_text(comparison.after, currency)} in version {second}."
    )
    return Answer(document, f"{saving}\n\n{table(('input', 'before', 'after', 'moves the saving by'), rows)}")
