"""Gives mapped columns the transform that reads their numbers as they are written, with the reason or the question"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from core.engine import transforms
from core.engine.mapping.match import Evidence
from core.engine.mapping.numbers.directions import Direction, direction_of
from core.engine.mapping.numbers.forms import Decision, NumberColumn, decide_form, shared_sign
from core.engine.mapping.numbers.percents import PercentDecision, decide_percent
from core.engine.mapping.numbers.signs import turn_discounts
from core.engine.plan import ImportSettings
from core.engine.transforms.arithmetic import SINGLE_AMOUNT
from core.engine.transforms.number_readings import READERS, form_of, with_form
from core.engine.transforms.registry import Call
from core.kit.number_forms import FormCounts, count_forms, examples_of
from core.kit.text import tokens
from core.kit.wording import counted
from core.schema import target_schema

NUMBERS = "numbers"
"""The feature of the evidence that says how numbers are read."""

_PERCENT_WORDS = frozenset(
    {"percent", "percentage", "pct", "perc", "prozent", "pourcentage", "porcentaje", "percentuale"}
)
_PRICED = frozenset({"menu_item", "item_variant", "modifier", "discount", "service_charge"})
FRACTION = "fraction_to_percent"
_SCALES = frozenset({FRACTION, "multiply", "divide", "cents_to_decimal"})


@dataclass(frozen=True, slots=True)
class NumberField:
    """A mapped column: its name, its target, its transform so far, its values as text, the counts of all its rows.

    `is_settled`: a source's documentation says whether percent values are fractions.
    """

    name: str
    target: str | None
    transform: str | None
    texts: pl.Series
    counts: FormCounts | None = None
    is_settled: bool = False
    stream: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is read: its transform, why, and what a person must say; '' for nothing."""

    transform: str | None
    evidence: tuple[Evidence, ...] = ()
    question: str = ""


def readings(fields: Sequence[NumberField], settings: ImportSettings) -> list[Reading]:
    """Return how each column is read; `fields` are those of one file, which are written by one program or person."""
    counts = [_counts(field) for field in fields]
    file_sign = shared_sign(count for count in counts if count)
    read = [_reading(field, count, settings, file_sign) for field, count in zip(fields, counts, strict=True)]
    directions = {
        field.stream: direction for field in fields if (direction := direction_of(field.name, field.texts))
    }
    return [
        _with_direction(_with_sign(reading, field), field, directions.get(field.stream))
        for reading, field in zip(read, fields, strict=True)
    ]


def _with_sign(reading: Reading, field: NumberField) -> Reading:
    """Return how a column of discounts is read, without the minus that says they are taken off."""
    if field.is_settled:
        return reading
    transform, reason, question = turn_discounts(field.target, reading.transform, field.texts)
    evidence = (*reading.evidence, Evidence(NUMBERS, 0.0, reason)) if reason else reading.evidence
    return Reading(transform, evidence, f"{question} {reading.question}".strip())


def _with_direction(reading: Reading, field: NumberField, direction: Direction | None) -> Reading:
    """Ask about the amounts of a table that says their direction in a column of its own; prices have none."""
    if direction is None or _kind(field) != "money" or (field.target or "").partition(".")[0] in _PRICED:
        return reading
    return replace(reading, question=f"{direction.question(field.name)} {reading.question}".strip())


def _kind(field: NumberField) -> str:
    return target_schema().field(field.target).kind if field.target else ""


def _counts(field: NumberField) -> FormCounts | None:
    """Return the counts of a column of numbers; None for any other."""
    if _kind(field) not in READERS:
        return None
    return field.counts if field.counts is not None else count_forms(field.texts)


def _reading(
    field: NumberField, counts: FormCounts | None, settings: ImportSettings, file_sign: str | None
) -> Reading:
    if counts is None or not counts.numbers or SINGLE_AMOUNT in (field.transform or ""):
        return Reading(field.transform)
    kind = _kind(field)
    decision = decide_form(_column(field, counts, kind), settings, file_sign)
    if counts.credit and kind == "money":
        decision = _with_credit(decision, counts, field)
    decides_percent = kind == "percent" and not field.is_settled
    remaining = _without_fraction(field.transform) if decides_percent else field.transform
    transform = with_form(remaining, decision.form, kind)
    reasons, questions = [decision.reason], [decision.question]
    if decides_percent and not _is_scaled(transform):
        percent = _percent(field, decision)
        reasons.append(percent.reason)
        questions.append(percent.question)
        if percent.is_fraction:
            transform = transforms.show((*transforms.parse(transform), Call(FRACTION)))
    evidence = tuple(Evidence(NUMBERS, 0.0, reason) for reason in reasons if reason)
    return Reading(transform, evidence, " ".join(question for question in questions if question))


def _column(field: NumberField, counts: FormCounts, kind: str) -> NumberColumn:
    examples = examples_of(field.texts)
    thousands = [text for form in ("either_point", "either_comma") if (text := examples.get(form))]
    return NumberColumn(counts, examples, kind, any(not text.endswith("000") for text in thousands))


def _with_credit(decision: Decision, counts: FormCounts, field: NumberField) -> Decision:
    """Ask which ending is negative, unless the transform says it already."""
    if negative := form_of(field.transform).negative:
        return replace(decision, form=replace(decision.form, negative=negative))
    question = (
        f"{counted(counts.credit, 'value')} end in CR or DR: which of the two are negative?"
        " money(negative='CR') makes credits negative, money(negative='DR') debits."
    )
    return replace(decision, question=f"{question} {decision.question}".strip())


def _without_fraction(transform: str | None) -> str | None:
    """Remove what was decided about the percentages of another file: the values of this one decide."""
    calls = [call for call in transforms.parse(transform) if call.name != FRACTION]
    return transforms.show(tuple(calls)) or None


def _is_scaled(transform: str | None) -> bool:
    return any(call.name in _SCALES for call in transforms.parse(transform))


def _percent(field: NumberField, decision: Decision) -> PercentDecision:
    target = target_schema().field(field.target or "")
    says_percent = "%" in field.name or bool(set(tokens(field.name)) & _PERCENT_WORDS)
    return decide_percent(
        field.texts, decision.form, is_tax=target.entity == "tax_rate", says_percent=says_percent
    )
