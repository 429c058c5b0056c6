"""Join columns of times with the columns of their days, and with AM and PM, into moments. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.match import Evidence
from core.engine.mapping.match.languages import english_names
from core.engine.mapping.proposal import Proposal
from core.engine.sources.profile import FieldProfile
from core.kit.day_texts import DAY_NUMBER
from core.kit.text import tokens
from core.schema import Field, target_schema

DAY_AND_TIME = "day_and_time"
"""The feature of the evidence that says which columns make one moment."""

PAIR = "combine_date_time"
BIRTHS = frozenset({"birthday", "birth_date"})

_HALVES = ("day", "time")
_CLOCK_WORDS = frozenset({"time", "hour", "clock", "hm", "hms", "local"})
_DAY_WORDS = frozenset({"date", "day"})
_SUREST = 0.95
_HALF_OF_DAY = re.compile(r"(?i)[ap]\.?\s?m\.?")
_FIRST_NUMBER, _LAST_NUMBER = 29_221, 54_788  # 1980 and 2049 as day numbers
_FIRST_BIRTH = 5_000  # 1913


def with_pairs(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Join each column of times with the column of its days, which then feeds the moment besides its own target."""
    joined = {id(proposal): proposal for proposal in proposals}
    further: dict[int, list[Proposal]] = {}
    names = english_names(tuple(dict.fromkeys(proposal.source for proposal in proposals)))
    for original in proposals:
        clock = original
        if (
            clock.profile.kind != "time"
            or not clock.target
            or target_schema().field(clock.target).kind != "datetime"
        ):
            continue
        day = _day_beside(clock, proposals)
        if day is None:
            continue
        reason = Evidence(DAY_AND_TIME, 1.0, f"{day.source} and {clock.source} make one moment.")
        if _is_named_alike(names.get(clock.source, clock.source), names.get(day.source, day.source)):
            clock = replace(clock, confidence=_sureness(clock, day))
        joined[id(original)] = with_call(clock, PAIR, reason)
        if day.target == clock.target:
            joined[id(day)] = with_call(day, PAIR, reason)
        else:
            moments = further.setdefault(id(day), [])
            slot = 1 + len(moments) + max(other.slot for other in proposals if other.source == day.source)
            moment = replace(
                day, slot=slot, target=clock.target, confidence=clock.confidence, alternatives=()
            )
            moments.append(with_call(replace(moment, origin=clock.origin), PAIR, reason))
        for half in _halves_beside(clock, proposals):
            joined[id(half)] = with_call(
                replace(half, target=clock.target, confidence=clock.confidence, alternatives=()),
                PAIR,
                reason,
            )
    whole = [proposal for key, first in joined.items() for proposal in (first, *further.get(key, ()))]
    return _overnight(whole)


def _is_named_alike(clock: str, day: str) -> bool:
    """Whether the names are those of a day and of its time and of no other: 'Date' and 'Time', 'Sale date' and 'Sale time'."""
    clock_words, day_words = set(tokens(clock)), set(tokens(day))
    return bool(clock_words & _CLOCK_WORDS) and clock_words - _CLOCK_WORDS <= day_words - _DAY_WORDS


def _sureness(clock: Proposal, day: Proposal) -> float:
    """Return how sure the moment is: as the day is, times the share that the target has in what the time can be.

    That the time has a place at all is known by the day beside it.
    """
    sure = clock.confidence or 0.0
    rivals = sum(candidate.confidence for candidate in clock.alternatives if candidate.target != clock.target)
    return max(sure, min(_SUREST, (day.confidence or 0.0) * sure / max(sure + rivals, 1e-9)))


def _overnight(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Add the time of opening to the day and time of closing: a check that is closed past midnight was opened the day before."""
    of = {
        target: [
            proposal
            for proposal in proposals
            if proposal.target == f"order.{target}" and proposal.transform == PAIR
        ]
        for target in ("opened_at", "closed_at")
    }
    clocks = {
        target: [proposal for proposal in of[target] if proposal.profile.kind == "time"] for target in of
    }
    if any(len(of[target]) != len(_HALVES) or len(clocks[target]) != 1 for target in of):
        return list(proposals)
    (start,), (end,) = clocks["opened_at"], clocks["closed_at"]
    if len({proposal.source for proposal in (*of["opened_at"], *of["closed_at"])}) != len(_HALVES) + 1:
        return list(proposals)
    transform = f"{PAIR}(since={2 if start.position < end.position else 3})"
    reason = Evidence(DAY_AND_TIME, 0.0, f"A time before {start.source} is past midnight: of the next day.")
    slot = 1 + max(proposal.slot for proposal in proposals if proposal.source == start.source)
    further = replace(
        start, slot=slot, target=end.target, confidence=end.confidence, alternatives=(), origin=end.origin
    )
    closing = {id(proposal) for proposal in of["closed_at"]}
    result: list[Proposal] = []
    for proposal in proposals:
        result.append(with_call(proposal, transform, reason) if id(proposal) in closing else proposal)
        if proposal is start:
            result.append(with_call(further, transform, reason))
    return result


def with_call(proposal: Proposal, transform: str, reason: Evidence) -> Proposal:
    """Return the proposal with a transform, and the reason for it."""
    return replace(proposal, transform=transform, evidence=(*proposal.evidence, reason))


def _day_beside(clock: Proposal, proposals: Sequence[Proposal]) -> Proposal | None:
    """Return the nearest column of days about the same record: with the same target, else with one of its own."""
    entity = (clock.target or "").partition(".")[0]
    days = [
        day
        for day in proposals
        if day.target
        and day.target.partition(".")[0] == entity
        and target_schema().field(day.target).kind in {"date", "datetime"}
        and (day.profile.kind == "date" or has_day_numbers(day.profile, target_schema().field(day.target)))
        and (day.target == clock.target or target_schema().field(day.target).kind == "date")
    ]
    return min(
        days,
        key=lambda day: (day.target != clock.target, abs(day.position - clock.position), day.position),
        default=None,
    )


def _halves_beside(clock: Proposal, proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the column behind the times that holds nothing but AM and PM."""
    return [half for half in proposals if half.position == clock.position + 1 and is_half_of_day(half)]


def is_half_of_day(proposal: Proposal) -> bool:
    """Tell whether the column holds nothing but AM and PM."""
    texts = proposal.profile.samples
    return bool(texts) and all(_HALF_OF_DAY.fullmatch(text.strip()) for text in texts)


def has_day_numbers(profile: FieldProfile, target: Field) -> bool:
    """Whether all values are counts of days that make dates of the target's time."""
    if profile.low is None or profile.high is None or profile.kind not in {"int", "decimal", "id", "zone"}:
        return False
    first = _FIRST_BIRTH if target.name in BIRTHS else _FIRST_NUMBER
    return (
        first <= profile.low
        and profile.high <= _LAST_NUMBER
        and all(re.fullmatch(DAY_NUMBER, text) for text in profile.samples)
    )
