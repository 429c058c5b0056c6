"""A case of ROI: its inputs with source, range and evidence; checked, converted, and read from JSON and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from core.business.sales.roi.model import InputDefinition, roi_model
from core.errors import InvalidInputError
from core.kit.money import TYPED_FORM, minor_digits, typed_number
from core.kit.printable import is_readable

CUSTOMER, MEASURED, DEFAULT = "customer", "measured", "default"
SOURCES = (CUSTOMER, MEASURED, DEFAULT)
MAX_EVIDENCE = 300
MAX_DECIMALS = 10
"""Decimals of an input: a price for each of several locations may not come out even."""
_NUMBERS = ("low", "base", "high")


@dataclass(frozen=True, slots=True)
class RoiInput:
    """An input: where it comes from, its range, and the evidence. `currency` is that of an amount, None otherwise.

    `origin` names what the evidence is: playbook, catalogue, quote, discovery, file, finished migrations, typed …
    """

    key: str
    source: str
    low: Decimal
    base: Decimal
    high: Decimal
    evidence: str
    origin: str
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class RoiCase:
    """The inputs of one line of business, in the order of the model. `currency` is that of all results."""

    domain: str
    currency: str
    inputs: Mapping[str, RoiInput]

    def with_input(self, entry: RoiInput) -> RoiCase:
        """Return the case with one input replaced."""
        return replace(self, inputs={**self.inputs, entry.key: entry})


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of exchange that a person typed: so many `to` for one `origin`, as of a day."""

    origin: str
    to: str
    rate: Decimal
    on: date


class RoiError(InvalidInputError):
    """Inputs that no ROI can be computed from; `faults` is input -> what is wrong and what to enter."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(
            " ".join(faults.values()), hint="Correct the inputs and try again.", fields=[*faults]
        )
        self.faults = dict(faults)


def default_case(domain: str, currency: str | None = None) -> RoiCase:
    """Return the case of the defaults alone, whose amounts are in the model's currency."""
    model = roi_model(domain)
    inputs = {key: _default(key, definition, model.currency) for key, definition in model.inputs.items()}
    return RoiCase(domain, currency or model.currency, inputs)


def _default(key: str, definition: InputDefinition, currency: str) -> RoiInput:
    return RoiInput(
        key,
        DEFAULT,
        definition.low,
        definition.base,
        definition.high,
        definition.evidence,
        definition.origin,
        currency if definition.unit == "money" else None,
    )


def check_case(case: RoiCase) -> RoiCase:
    """Return the case. RoiError names every input that is wrong, with the remedy."""
    definitions = roi_model(case.domain).inputs
    faults = {
        key: f"{definition.title}: enter a value."
        for key, definition in definitions.items()
        if key not in case.inputs
    }
    for key, entry in case.inputs.items():
        if key not in definitions:
            faults[key] = f"{key} is no input of this ROI: remove it."
        elif (fault := _fault(definitions[key], entry, case.currency)) is not None:
            faults[key] = f"{definitions[key].title}: {fault}"
    if faults:
        raise RoiError(faults)
    return replace(case, inputs={key: case.inputs[key] for key in definitions})


def _fault(definition: InputDefinition, entry: RoiInput, currency: str) -> str | None:
    for name in _NUMBERS:
        if (fault := number_fault(definition, getattr(entry, name))) is not None:
            return f"{name.title()} {fault}"
    if entry.low > entry.base:
        return f"Low {plain(entry.low)} is above Base {plain(entry.base)}. Enter Low up to Base."
    if entry.base > entry.high:
        return f"Base {plain(entry.base)} is above High {plain(entry.high)}. Enter High from Base on."
    if definition.unit == "money" and entry.currency != currency:
        return f"is in {entry.currency}. Enter the amount in {currency}, or the rate and its date."
    return _evidence_fault(entry)


def _evidence_fault(entry: RoiInput) -> str | None:
    if entry.source not in SOURCES:
        return f"the source is one of {', '.join(SOURCES)}."
    if not entry.evidence.strip():
        return "say where the figure comes from."
    if len(entry.evidence) > MAX_EVIDENCE or not is_readable(entry.evidence):
        return f"the evidence has at most {MAX_EVIDENCE} characters, without control characters."
    return None


def number_fault(definition: InputDefinition, value: Decimal) -> str | None:
    """Say why a number cannot be taken for an input, and what can; None where it can."""
    if not value.is_finite():
        return "is not a number. Enter one."
    if not definition.minimum <= value <= definition.largest:
        return f"{_short(value)} is out of range. Enter {definition.minimum:,} to {definition.largest:,}."
    exponent = value.normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    if definition.unit == "count" and decimals:
        return f"{_short(value)} is not whole. Enter a whole number."
    if decimals > MAX_DECIMALS:
        return f"has more than {MAX_DECIMALS} decimals. Round it."
    return None


def converted(case: RoiCase, rate: Rate) -> RoiCase:
    """Convert the amounts that are in the rate's first currency, and say so in their evidence; others stay.

    RoiError for a rate that is not above 0, or not into the case's currency.
    """
    if not rate.rate.is_finite() or not 0 < rate.rate <= 1_000_000:
        raise RoiError({"rate": "Rate: enter a number above 0, up to 1,000,000."})
    if rate.rate != round(rate.rate, MAX_DECIMALS):
        raise RoiError({"rate": f"Rate: has more than {MAX_DECIMALS} decimals. Round it."})
    if rate.to != case.currency:
        raise RoiError({"rate": f"Rate: the amounts are in {case.currency}. Enter the rate into it."})
    return replace(
        case,
        inputs={
            key: _converted(entry, rate) if entry.currency == rate.origin != case.currency else entry
            for key, entry in case.inputs.items()
        },
    )


def _converted(entry: RoiInput, rate: Rate) -> RoiInput:
    """Convert an amount, rounded half up once; the evidence is cut where both do not fit."""
    step = Decimal(1).scaleb(-minor_digits(rate.to))
    with localcontext(prec=60):
        low, base, high = (
            (getattr(entry, name) * rate.rate).quantize(step, rounding=ROUND_HALF_UP) for name in _NUMBERS
        )
    words = f" Converted at {plain(rate.rate)} {rate.to} per {rate.origin} of {rate.on.isoformat()}."
    evidence = shortened(entry.evidence.rstrip("."), MAX_EVIDENCE - len(words) - 1)
    return replace(entry, low=low, base=base, high=high, evidence=f"{evidence}.{words}", currency=rate.to)


def shortened(text: str, length: int) -> str:
    """Cut a text to a length, and say by '…' that something is missing."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def number_of(text: str, title: str) -> Decimal:
    """Read a number as a person types it ('7,500'). RoiError names the input where it is not certain which is meant."""
    number = typed_number(text)
    if number is None:
        raise RoiError({title: f"{title}: {text[:20]!r} is not a number. {TYPED_FORM}"})
    return number


def plain(value: Decimal) -> str:
    """Write a number without exponent and trailing zeros: '7,500', '0.25'."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _short(value: Decimal) -> str:
    """Write a number that may be senseless: with an exponent where it is long."""
    return plain(value) if abs(value) < Decimal(10**15) else f"{value:.2E}"


def inputs_to_json(case: RoiCase) -> list[dict[str, Any]]:
    """Write the inputs as they are stored: numbers as text, with title and unit."""
    definitions = roi_model(case.domain).inputs
    return [
        {
            "key": entry.key,
            "title": definitions[entry.key].title,
            "source": entry.source,
            "low": format(entry.low, "f"),
            "base": format(entry.base, "f"),
            "high": format(entry.high, "f"),
            "unit": entry.currency or definitions[entry.key].unit,
            "currency": entry.currency,
            "evidence": entry.evidence,
            "origin": entry.origin,
        }
        for entry in case.inputs.values()
    ]


def case_from_json(domain: str, currency: str, documents: Sequence[Mapping[str, Any]]) -> RoiCase:
    """Read the inputs of a stored case."""
    inputs = {
        document["key"]: RoiInput(
            document["key"],
            document["source"],
            Decimal(document["low"]),
            Decimal(document["base"]),
            Decimal(document["high"]),
            document["evidence"],
            document["origin"],
            document["currency"],
        )
        for document in documents
    }
    return RoiCase(domain, currency, inputs)
