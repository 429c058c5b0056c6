"""Proposes how the days and times of every source field are read: day or month first, day numbers of workbooks, a day and
its time from two columns, the century of years of two digits. Each is a visible call in the field's transform. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from core.engine import transforms
from core.engine.batch import ROW
from core.engine.mapping.ambiguity.moments import with_moments
from core.engine.mapping.days.orders import DatedColumn, OrderDecision, decide_orders, has_decimal_comma
from core.engine.mapping.days.pairs import (
    BIRTHS,
    PAIR,
    has_day_numbers,
    is_half_of_day,
    with_call,
    with_pairs,
)
from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.plan import EntityPlan, FieldPlan, ImportSettings, Plan
from core.engine.sources.days.clocks import lacks_half_of_day
from core.engine.sources.days.facts import DayFacts, count_days, day_columns
from core.engine.sources.profile import FieldProfile
from core.engine.transforms import Call
from core.kit.masking import is_personal
from core.schema import Field, target_schema

DATE_ORDER, DAY_NUMBERS, CENTURY = "date_order", "day_numbers", "century"
"""Features of the evidence that says how days are read."""

_CALLS: Mapping[str, str] = {"date": "parse_date", "datetime": "parse_datetime"}
_CLOCK_QUESTION = (
    "All times are between 1:00 and 12:59: have AM and PM been lost? Accept if the times are right as they stand, else "
    "export them again with AM and PM."
)
_FIRST_SECOND, _LAST_SECOND = 315_532_800, 2_524_608_000  # 1980 and 2050 in seconds since 1970
_SHORT_YEAR = r"^\s*[0-9]{1,2}[/.\-](?:[0-9]{1,2}|\p{L}{3,})[/.\-][0-9]{2}(?:\D|$)"


def with_dates(
    proposals: Sequence[Proposal], samples: Sequence[StreamSample], settings: ImportSettings, year: int
) -> list[Proposal]:
    """Return the proposals with the calls that their days and times need, and the questions that only a person can answer.

    `year` is the last one that a birthday of two digits can be in.
    """
    by_name = {sample.name: sample for sample in samples}
    orders = decide_orders(list(_dated_columns(samples, proposals)), settings)
    of_streams = ([proposal for proposal in proposals if proposal.stream == name] for name in by_name)
    paired = [proposal for members in of_streams for proposal in with_pairs(with_moments(members))]
    readings = [_read(proposal, by_name[proposal.stream], orders, year) for proposal in paired]
    return _with_clock_questions(_with_one_call(readings), by_name)


def _with_clock_questions(
    proposals: Sequence[Proposal], samples: Mapping[str, StreamSample]
) -> list[Proposal]:
    """Ask about times of day that seem to have lost their AM and PM, unless a column beside them has it."""
    with_halves = {(half.stream, half.target) for half in proposals if is_half_of_day(half)}
    doubtful = {
        (clock.stream, clock.target)
        for clock in proposals
        if clock.target
        and target_schema().field(clock.target).kind == "datetime"
        and clock.profile.kind in {"time", "datetime"}
        and (clock.stream, clock.target) not in with_halves
        and lacks_half_of_day(samples[clock.stream].rows[clock.source])
    }
    return [
        replace(proposal, question=f"{proposal.question} {_CLOCK_QUESTION}".strip())
        if (proposal.stream, proposal.target) in doubtful
        else proposal
        for proposal in proposals
    ]


def _with_one_call(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Give the columns that make one moment the same call, that of the column of its days, and its question."""
    days = {
        (proposal.stream, proposal.target): proposal
        for proposal in proposals
        if (proposal.transform or "").startswith(f"{PAIR}(") and proposal.profile.kind != "time"
    }
    return [
        replace(proposal, transform=day.transform, question=day.question)
        if (proposal.transform or "").startswith(PAIR)
        and (day := days.get((proposal.stream, proposal.target)))
        else proposal
        for proposal in proposals
    ]


def _dated_columns(samples: Sequence[StreamSample], proposals: Sequence[Proposal]) -> Iterable[DatedColumn]:
    personal = {
        (proposal.stream, proposal.source)
        for proposal in proposals
        if proposal.target and is_personal(*proposal.target.split("."))
    }
    for sample in samples:
        has_comma = has_decimal_comma(sample.rows)
        for name, facts in days_of(sample).items():
            if not sum((facts.day_first, facts.month_first, facts.undecided, facts.year_first)):
                continue
            values = sample.rows.select(ROW, pl.col(name).alias("text")).drop_nulls()
            key = (sample.name, name)
            yield DatedColumn(
                *key, sample.file, sample.system, facts, values, sample.date_order, has_comma, key in personal
            )


def days_of(sample: StreamSample) -> dict[str, DayFacts]:
    """Return how the days of the stream's columns are written: over all rows where that is known, else in the sample."""
    names = [name for name in sample.rows.columns if not name.startswith("_")]
    if sample.facts:
        return {name: days for name in names if (fact := sample.facts.get(name)) and (days := fact.days)}
    return count_days(sample.rows, day_columns(sample.rows, names))


# --- how one column is read -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Need:
    """An argument of the call that reads a column, and why."""

    argument: str
    value: str | Decimal
    reason: Evidence
    question: str = ""


def _read(
    proposal: Proposal, sample: StreamSample, orders: Mapping[tuple[str, str], OrderDecision], year: int
) -> Proposal:
    target = target_schema().field(proposal.target) if proposal.target else None
    if target is None or target.kind not in _CALLS:
        return proposal
    if not proposal.transform and _has_seconds(proposal.profile):
        reason = Evidence(DAY_NUMBERS, 1.0, "The values are seconds since 1970.")
        return with_call(proposal, "epoch_s", reason)
    needs = _needs(proposal, target, sample, orders.get((proposal.stream, proposal.source)), year)
    transform = with_arguments(proposal.transform, target, {need.argument: need.value for need in needs})
    if transform is None:
        return proposal
    return replace(
        proposal,
        transform=transform or None,
        evidence=(*proposal.evidence, *(need.reason for need in needs)),
        question=" ".join(filter(None, [proposal.question, *(need.question for need in needs)])),
    )


def _needs(
    proposal: Proposal, target: Field, sample: StreamSample, decision: OrderDecision | None, year: int
) -> list[_Need]:
    needs = []
    texts = sample.rows[proposal.source].drop_nulls()
    if decision is not None:
        reason = Evidence(DATE_ORDER, 0.0 if decision.question else 1.0, decision.reason)
        needs.append(_Need("order", decision.order, reason, decision.question))
    if has_day_numbers(proposal.profile, target):
        text = "The values are day numbers, as Excel keeps dates whose cells have lost their date format."
        needs.append(_Need("excel", Decimal(sample.day_system), Evidence(DAY_NUMBERS, 1.0, text)))
    elif question := _mixed(proposal, texts):
        text = "Some cells hold dates of the workbook, others text."
        needs.append(_Need("excel", Decimal(sample.day_system), Evidence(DAY_NUMBERS, 0.0, text), question))
    if target.name in BIRTHS and texts.str.contains(_SHORT_YEAR).any():
        text = f"Years of two digits are of the hundred years up to {year}: nobody is born in the future."
        needs.append(_Need("until", Decimal(year), Evidence(CENTURY, 1.0, text)))
    return needs


def with_arguments(
    transform: str | None, target: Field, arguments: Mapping[str, str | Decimal]
) -> str | None:
    """Return the transform whose call that reads days has the arguments; None where no call of it needs them.

    A call with a format of its own says all of it already. Arguments that another file needed are left out.
    """
    chain = transforms.parse(transform)
    if not chain:
        return transforms.show((Call(_CALLS[target.kind], (), dict(arguments)),)) if arguments else None
    first = chain[0]
    if first.name == PAIR:
        arguments = {name: value for name, value in arguments.items() if name != "until"}
        fmt = None
    elif first.name in _CALLS.values():
        fmt = first.arguments[0] if first.arguments else first.keywords.get("fmt")
    else:
        return None
    if fmt is not None:
        return None
    options = {
        name: value for name, value in first.keywords.items() if name not in {"order", "excel", "until"}
    }
    call = Call(first.name, first.arguments, {**options, **arguments})
    following = chain[1:]
    is_plain = not (call.arguments or call.keywords or following) and call.name == _CALLS[target.kind]
    return "" if is_plain else transforms.show((call, *following))


def plan_with_orders(plan: Plan, orders: Mapping[tuple[str, str], OrderDecision]) -> Plan:
    """Return the plan in which fields whose transform does not say the order of day and month say what their column proves.

    Where a person would have to be asked, nothing is said, and days that can be read either way are held.
    """
    return replace(
        plan,
        entities=tuple(
            replace(entity, fields=tuple(_ordered(entity, field, orders) for field in entity.fields))
            for entity in plan.entities
        ),
    )


def orderless_columns(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield (stream, column) of the days whose order no transform of the plan says."""
    for entity in plan.entities:
        for field in entity.fields:
            if field.sources and _is_orderless(entity, field):
                yield entity.stream, field.sources[0]


def _ordered(
    entity: EntityPlan, field: FieldPlan, orders: Mapping[tuple[str, str], OrderDecision]
) -> FieldPlan:
    decision = orders.get((entity.stream, field.sources[0])) if field.sources else None
    if decision is None or decision.question or not _is_orderless(entity, field):
        return field
    chain = transforms.parse(field.transform)
    name = (
        PAIR
        if len(field.sources) > 1
        else _CALLS[target_schema().field(f"{entity.entity}.{field.target}").kind]
    )
    first = chain[0] if chain else Call(name)
    call = Call(first.name, first.arguments, {**first.keywords, "order": decision.order})
    return replace(field, transform=transforms.show((call, *chain[1:])))


def _is_orderless(entity: EntityPlan, field: FieldPlan) -> bool:
    kind = target_schema().field(f"{entity.entity}.{field.target}").kind
    if kind not in _CALLS:
        return False
    chain = transforms.parse(field.transform)
    if not chain:
        return len(field.sources) == 1 or (kind == "datetime" and len(field.sources) == 2)
    first = chain[0]
    has_format = first.name != PAIR and (first.arguments or "fmt" in first.keywords)
    return first.name in {*_CALLS.values(), PAIR} and not has_format and "order" not in first.keywords


def _has_seconds(profile: FieldProfile) -> bool:
    if profile.low is None or profile.high is None or profile.integer_share < 1:
        return False
    return profile.low >= _FIRST_SECOND and profile.high <= _LAST_SECOND


def _mixed(proposal: Proposal, texts: pl.Series) -> str:
    """Word the question about a column in which some cells are dates of a workbook and others are text.

    A workbook that was opened in a country with the other order has turned into dates what it could read, with day and
    month exchanged, and left the rest as text.
    """
    if proposal.profile.kind not in {"date", "datetime", "text", "id", "enum"}:
        return ""
    numbers = int(texts.str.contains(r"^\s*[2-5][0-9]{4}(?:\.[0-9]+)?\s*$").sum())
    slashed = int(texts.str.contains(r"^\s*[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{2,4}").sum())
    if not numbers or not slashed:
        return ""
    return (
        f"{numbers} of the sampled values of {proposal.source!r} are day numbers of a workbook and {slashed} are text. "
        "If the workbook was opened with another date order, day and month are exchanged in the day numbers. "
        "Check a row of each against the source system, then accept."
    )
