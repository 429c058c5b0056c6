"""Add up calls by operation, model, migration, day or outcome, always to the ledger's total. Pure.

A grouping groups by what is stored, never by a list of known names, so that no spending falls through.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.platform.costs.rules import OUTCOME_ANSWERED, OUTCOME_CACHED, RESERVED

FIELD_MAPPING = "field_mapping"
"""The operation that suggests mappings."""


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the ledger. `day` is that of the customer's zone; `prompt` tells equal prompts, None where none is kept."""

    id: str
    at: datetime
    day: date
    migration_id: str | None
    operation: str
    provider: str
    model: str
    attempt: int
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    cost_micro: int
    outcome: str
    latency_ms: int | None
    detail: str
    prompt: str | None

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    @property
    def failed(self) -> bool:
        """Return whether the call is over and brought no answer."""
        return self.outcome not in {OUTCOME_ANSWERED, OUTCOME_CACHED, RESERVED}


@dataclass(frozen=True, slots=True)
class Part:
    """The sums of some calls; tokens_in includes tokens_cached."""

    calls: int = 0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    cost_micro: int = 0

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    def plus(self, call: Call) -> Part:
        return Part(
            self.calls + 1,
            self.tokens_in + call.tokens_in,
            self.tokens_cached + call.tokens_cached,
            self.tokens_out + call.tokens_out,
            self.cost_micro + call.cost_micro,
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """Of one call: how many fields took its answer, and of how many a person accepted it."""

    fields: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Experience:
    """Count of fields that models have answered about, and tokens of all calls for them, failed ones too."""

    fields: int = 0
    tokens: int = 0

    @property
    def per_field(self) -> int | None:
        """Return tokens per field, rounded up; None where nothing was answered."""
        return -(-self.tokens // self.fields) if self.fields else None


def total(calls: Iterable[Call]) -> Part:
    added = Part()
    for call in calls:
        added = added.plus(call)
    return added


def parts(calls: Iterable[Call], attribute: str) -> dict[Hashable, Part]:
    """Group the calls by an attribute of Call ('operation', 'model', 'day' …), the dearest group first."""
    groups: dict[Hashable, Part] = {}
    for call in calls:
        key = getattr(call, attribute)
        groups[key] = groups.get(key, Part()).plus(call)
    return dict(sorted(groups.items(), key=lambda item: (-item[1].cost_micro, -item[1].calls, str(item[0]))))


def by_day(calls: Iterable[Call], last: date, days: int) -> dict[date, Part]:
    """Group the calls by day, for the `days` days up to and with `last`, also those without a call; others are left out."""
    totals = parts(calls, "day")
    return {
        day: totals.get(day, Part())
        for day in (last - timedelta(days=back) for back in range(days - 1, -1, -1))
    }


def cost_per_accepted(calls: Iterable[Call], answers: Mapping[str, Answers]) -> tuple[int | None, int]:
    """Calculate (micro-dollars per accepted mapping, rounded half up; how many were accepted); None where none was.

    All calls for mappings count, also those that failed, were tried again or were not accepted.
    """
    mapping = [call for call in calls if call.operation == FIELD_MAPPING]
    accepted = sum(answers[call.id].accepted for call in mapping if call.id in answers)
    if not accepted:
        return None, 0
    spent = total(mapping).cost_micro
    return (2 * spent + accepted) // (2 * accepted), accepted
