"""Compare candidates for an order: a verdict with reasons and what is missing, and their order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.business.engagements.team.certificates import (
    Answer,
    HeldCertificate,
    Need,
    answers,
    certificate_name,
)
from core.business.engagements.team.workload import workload
from core.kit.wording import counted, day

ZERO = Decimal(0)


class Verdict(StrEnum):
    """Whom to take: `not_now` cannot be assigned, `possible` can and lacks something, `best_fit` lacks nothing."""

    BEST_FIT = "best_fit"
    POSSIBLE = "possible"
    NOT_NOW = "not_now"

    @property
    def words(self) -> str:
        return {"best_fit": "Best fit", "possible": "Possible", "not_now": "Not now"}[self.value]


@dataclass(frozen=True, slots=True)
class Demand:
    """What an order asks of its lead. `source_title` is the name of its source on screens, '' where it is not known."""

    needs: tuple[Need, ...]
    source_title: str
    go_live_on: date | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a specialist for an order.

    `overlap` are shared hours of the customer's working day; `busy_hours` those of the coming weeks in which the
    specialist is taken, of `open_hours` of work; `past_orders` are completed ones from the order's source.
    `away` is the first day of an absence over the go-live.
    """

    specialist_id: str
    person_id: str
    name: str
    certificates: Sequence[HeldCertificate]
    overlap: Decimal
    busy_hours: Decimal
    open_hours: Decimal
    past_orders: int = 0
    away: date | None = None
    ended_on: date | None = None
    partner: str = ""

    @property
    def load_percent(self) -> Decimal | None:
        """The share of the coming weeks' hours that is taken, in percent; None for somebody without hours."""
        return self.busy_hours * 100 / self.open_hours if self.open_hours > 0 else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A specialist compared with an order. `reasons` speak for, `missing` against.

    `refusal` says why the specialist cannot lead the order, '' where nothing forbids it; `reserve_refusal` why they cannot
    stand in reserve: hours that are taken forbid that to nobody.
    """

    profile: Profile
    verdict: Verdict
    is_certified: bool
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    refusal: str
    reserve_refusal: str
    points: Decimal

    @property
    def is_assignable(self) -> bool:
        return not self.refusal


def rank(order: Demand, profiles: Iterable[Profile], today: date) -> list[Candidate]:
    """Compare the specialists with an order, the best first: those who are certified, by verdict, then by points."""
    verdicts = list(Verdict)
    return sorted(
        (compare(order, profile, today) for profile in profiles),
        key=lambda candidate: (
            not candidate.is_certified,
            verdicts.index(candidate.verdict),
            -candidate.points,
            candidate.profile.name,
            candidate.profile.person_id,
        ),
    )


def compare(order: Demand, profile: Profile, today: date) -> Candidate:
    """Compare a specialist with an order."""
    checks = [
        *(_certificate(answer, order, today) for answer in answers(order.needs, profile.certificates, today)),
        _overlap(profile),
        _load(profile),
        _past(profile, order),
        _presence(profile, order, today),
    ]
    refusals = [check.text for check in checks if check.weight >= _FORBIDS_LEAD]
    if refusals:
        verdict = Verdict.NOT_NOW
    elif any(check.weight == _LOWERS for check in checks):
        verdict = Verdict.POSSIBLE
    else:
        verdict = Verdict.BEST_FIT
    certified = all(answer.certificate for answer in answers(order.needs, profile.certificates, today))
    return Candidate(
        profile,
        verdict,
        certified,
        tuple(check.text for check in checks if check.weight == _SPEAKS_FOR),
        tuple(check.text for check in checks if check.weight >= _NOTES),
        refusals[0] if refusals else "",
        next((check.text for check in checks if check.weight == _FORBIDS), ""),
        _points(order, profile, today),
    )


@dataclass(frozen=True, slots=True)
class _Check:
    """A quality in words. `weight` is how it counts: for, noted, lowers the verdict, forbids to lead, or to be in the team."""

    text: str
    weight: int


_SILENT, _SPEAKS_FOR, _NOTES, _LOWERS, _FORBIDS_LEAD, _FORBIDS = range(6)


def _certificate(answer: Answer, order: Demand, today: date) -> _Check:
    certificate = answer.certificate
    if certificate is None:
        return _Check(answer.missing, _FORBIDS)
    until = day(certificate.expires_on, today)
    late = (order.go_live_on - certificate.expires_on).days if order.go_live_on else 0
    if late > 0:
        text = f"{certificate_name(certificate)} expires {until}, {counted(late, 'day')} before go-live"
        return _Check(text, _LOWERS)
    return _Check(f"{certificate_name(certificate)} until {until}", _SPEAKS_FOR)


def _overlap(profile: Profile) -> _Check:
    limit = workload().comparison.low_overlap_hours
    text = f"{number(profile.overlap)} h of a working day shared with the customer"
    return _Check(text, _LOWERS if profile.overlap < limit else _SPEAKS_FOR)


def _load(profile: Profile) -> _Check:
    comparison = workload().comparison
    share, weeks = profile.load_percent, counted(comparison.load_weeks, "week")
    if share is None:
        return _Check(f"No working hours in the coming {weeks}", _FORBIDS_LEAD)
    text = f"{number(profile.busy_hours)} of {number(profile.open_hours)} h planned in the coming {weeks}"
    if share > comparison.full_load_percent:
        return _Check(text, _FORBIDS_LEAD)
    return _Check(text, _LOWERS if share >= comparison.high_load_percent else _SPEAKS_FOR)


def _past(profile: Profile, order: Demand) -> _Check:
    kind = f"{order.source_title} order" if order.source_title else "order"
    if not profile.past_orders:
        return _Check(f"No {kind} completed yet", _NOTES)
    return _Check(f"{counted(profile.past_orders, kind)} completed", _SPEAKS_FOR)


def _presence(profile: Profile, order: Demand, today: date) -> _Check:
    if profile.ended_on is not None and profile.ended_on < today:
        return _Check(f"Left on {day(profile.ended_on, today)}", _FORBIDS)
    if profile.ended_on is not None and (order.go_live_on is None or profile.ended_on < order.go_live_on):
        return _Check(f"Leaves on {day(profile.ended_on, today)}", _LOWERS)
    if profile.away is not None:
        return _Check(f"Away at go-live, from {day(profile.away, today)}", _LOWERS)
    return _Check("", _SILENT)


def _points(order: Demand, profile: Profile, today: date) -> Decimal:
    """Add up what a specialist's qualities count: more overlap, past orders and validity never less, more load never more."""
    comparison = workload().comparison
    points = comparison.points
    free = max(Decimal(100) - (profile.load_percent if profile.load_percent is not None else 100), ZERO)
    horizon = order.go_live_on or today
    valid = [answer.certificate for answer in answers(order.needs, profile.certificates, today)]
    lasts = min(((held.expires_on - horizon).days if held else 0 for held in valid), default=0)
    return (
        points.overlap * _share(profile.overlap, comparison.full_overlap_hours)
        + points.free * free / 100
        + points.past * _share(profile.past_orders, comparison.full_past_orders)
        + points.expiry * _share(lasts, comparison.full_expiry_days)
    )


def _share(value: Decimal | int, full: Decimal | int) -> Decimal:
    """Return how much of `full` a value reaches, from 0 to 1."""
    return min(max(Decimal(value) / Decimal(full), ZERO), Decimal(1))


def number(value: Decimal) -> str:
    """Format hours: '7', '7.5'."""
    return f"{value.quantize(Decimal('0.1')).normalize():f}"
