"""Find how the same could have cost less: each tip with its saving, calculated from the ledger. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.platform.costs.prices import Price, cost_micro
from core.platform.costs.rules import OUTCOME_ANSWERED, USAGE_UNKNOWN
from core.platform.costs.spending import FIELD_MAPPING, Answers, Call, Experience, total

TOKENS_PER_FIELD = 1_000
"""Of mapping calls: above this, fields go out one by one (the migration strategy's threshold)."""
BATCH_SAVING_PERCENT = 20
"""Percent: two fields together take 800 tokens, one by one 500 and 500 (the playbook's measure)."""
CACHE_TTL = timedelta(hours=24)
MIN_ANSWERED_FIELDS = 10
"""Answered fields of a model below which nothing is said about how good its answers are."""


@dataclass(frozen=True, slots=True)
class Tip:
    """`calls`: how many it is about; `saving_micro`: what they would have cost less."""

    title: str
    text: str
    calls: int
    saving_micro: int


def tips(
    calls: Sequence[Call],
    answers: Mapping[str, Answers],
    price: Callable[[str, datetime], Price | None],
    experience: Experience,
) -> list[Tip]:
    """List the tips that would have saved something, the largest saving first.

    `answers` by the id of a call; `price` of a model at a moment, None where there is none;
    `experience` of how much a field takes.
    """
    candidates = (
        *_failures(calls),
        *_repeats(calls),
        *_dearer(calls, answers, price),
        *_single(calls, experience),
    )
    return sorted((tip for tip in candidates if tip.saving_micro > 0), key=lambda tip: -tip.saving_micro)


def _failures(calls: Sequence[Call]) -> Iterator[Tip]:
    without_usage = [call for call in calls if call.outcome in USAGE_UNKNOWN]
    yield Tip(
        "Calls that told no usage",
        "They ran out of time, lost their process or came without usage, and are booked at all they had reserved. "
        "Allow more time, or ask for fewer fields at once.",
        len(without_usage),
        total(without_usage).cost_micro,
    )
    failed = [call for call in calls if call.failed and call.outcome not in USAGE_UNKNOWN and call.cost_micro]
    again = sum(call.attempt > 1 for call in failed)
    repeated = f", {again} of them after another attempt" if again else ""
    yield Tip(
        "Failed calls that were charged",
        f"Their answers could not be used{repeated}. "
        "A model that keeps to the asked form costs less than one that has to be asked again.",
        len(failed),
        total(failed).cost_micro,
    )


def _repeats(calls: Sequence[Call]) -> Iterator[Tip]:
    """Find answered calls with the prompt of another one within 24 hours before: a cached answer would have done."""
    first_at: dict[tuple[str, str], datetime] = {}
    missed: list[Call] = []
    for call in sorted(calls, key=lambda call: call.at):
        if call.prompt is None or call.outcome != OUTCOME_ANSWERED:
            continue
        key = (call.prompt, call.model)
        if key in first_at and call.at - first_at[key] <= CACHE_TTL:
            missed.append(call)
        else:
            first_at[key] = call.at
    yield Tip(
        "The same prompt paid for twice",
        "An answer is kept for 24 hours, but these prompts were sent again within that time. "
        "Ask one after the other, not at the same time.",
        len(missed),
        total(missed).cost_micro,
    )


def _dearer(
    calls: Sequence[Call], answers: Mapping[str, Answers], price: Callable[[str, datetime], Price | None]
) -> Iterator[Tip]:
    """Find, per operation, calls of dearer models that the cheapest model accepted as often would have answered."""
    by_operation: dict[str, dict[str, list[Call]]] = defaultdict(lambda: defaultdict(list))
    for call in calls:
        if call.outcome == OUTCOME_ANSWERED and call.tokens:
            by_operation[call.operation][call.model].append(call)
    for models in by_operation.values():
        rates = {
            model: rate
            for model, model_calls in models.items()
            if (rate := _accepted(model_calls, answers)) is not None
        }
        for dear, model_calls in models.items():
            savings = {
                cheap: _cheaper_by(model_calls, cheap, price)
                for cheap in rates
                if cheap != dear and rates[cheap] >= rates.get(dear, 1)
            }
            if savings:
                cheap = max(savings, key=lambda model: savings[model])
                yield Tip(
                    "A dearer model where the cheaper one is accepted",
                    f"Of the answers of {cheap}, {rates[cheap]:.0%} were accepted, no fewer than of {dear}. "
                    f"Its price would have done for these calls.",
                    len(model_calls),
                    savings[cheap],
                )


def _accepted(calls: Sequence[Call], answers: Mapping[str, Answers]) -> float | None:
    """Calculate the share of a model's answered fields that people accepted; None where there are too few."""
    call_answers = [answers[call.id] for call in calls if call.id in answers]
    fields = sum(answer.fields for answer in call_answers)
    return sum(answer.accepted for answer in call_answers) / fields if fields >= MIN_ANSWERED_FIELDS else None


def _cheaper_by(calls: Sequence[Call], model: str, price: Callable[[str, datetime], Price | None]) -> int:
    """Calculate what the calls would have cost less with that model and the same tokens; 0 where it has no price."""
    saved = 0
    for call in calls:
        if at := price(model, call.at):
            saved += call.cost_micro - cost_micro(at, call.tokens_in, call.tokens_cached, call.tokens_out)
    return saved


def _single(calls: Sequence[Call], experience: Experience) -> Iterator[Tip]:
    mapping_calls = [
        call for call in calls if call.operation == FIELD_MAPPING and call.outcome == OUTCOME_ANSWERED
    ]
    tokens_per_field = experience.per_field
    if tokens_per_field is not None and tokens_per_field > TOKENS_PER_FIELD:
        yield Tip(
            "Consider batching field mappings to reduce API calls",
            f"A field takes {tokens_per_field:,} tokens. Two together take about {BATCH_SAVING_PERCENT}% less than one by one.",
            len(mapping_calls),
            total(mapping_calls).cost_micro * BATCH_SAVING_PERCENT // 100,
        )
