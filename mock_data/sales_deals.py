"""Deals of the generated sales history: when each stage began, the quotes with their versions, notes and ROI cases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from mock_data.sales_shapes import EventShape, QuoteShape, RoiShape, VolumeShape
from mock_data.sales_words import DECLINE_REASONS, DISCOUNT_REASONS, NEXT_STEPS, NOTES

APPROVAL_ABOVE = 10
"""Percent from which a discount takes a manager's approval."""

VALID_DAYS = 30
MANAGER = "alice"
SELLER = "sam"

_HOURS = {"new": 14, "discovery": 15, "demo": 16, "quoted": 18, "won": 20, "lost": 20}
"""UTC hour at which a stage begins: in this order where several begin on one day."""

_ORDER = ("new", "discovery", "demo", "quoted")


@dataclass(frozen=True, slots=True)
class QuotePlan:
    """What becomes of a quote: its last state; `valid_days` after the anchor where it is open, `discount` forced."""

    state: str
    versions: int = 1
    valid_days: int = 0
    discount: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A prospect to be: `age` in days before the anchor, `due` in days after it."""

    key: str
    domain: str
    stage: str
    plan: QuotePlan | None
    age: int
    owner: str | None
    due: int | None = None

    @property
    def seller(self) -> str:
        return self.owner or SELLER


def moment(anchor: date, day: int, hour: int) -> datetime:
    return datetime.combine(anchor + timedelta(days=day), time(hour), UTC)


def stages_of(rng: random.Random, draft: Draft) -> dict[str, int]:
    """Choose the day on which each stage began: stage -> days after the anchor."""
    first = -draft.age
    if draft.stage in ("won", "lost"):
        return _past_stages(rng, draft, first)
    last = (
        draft.plan.valid_days - VALID_DAYS if draft.stage == "quoted" and draft.plan else -rng.randint(1, 3)
    )
    reached = _ORDER[: _ORDER.index(draft.stage) + 1]
    if reached == ("new",):
        return {"new": first}
    steps = len(reached) - 1
    return {stage: first + (last - first) * index // steps for index, stage in enumerate(reached)}


def _past_stages(rng: random.Random, draft: Draft, first: int) -> dict[str, int]:
    is_expired = draft.plan is not None and draft.plan.state == "expired"
    cycle = rng.randint(16, 40 if is_expired else 72)
    stages = {"new": first, "discovery": first + cycle * 15 // 100, "demo": first + cycle * 40 // 100}
    if draft.plan is None:
        if rng.random() < 0.5:
            del stages["demo"]
        return {**stages, "lost": first + cycle}
    quoted = first + cycle * 60 // 100
    end = quoted + VALID_DAYS + rng.randint(2, 8) if is_expired else first + cycle
    return {**stages, "quoted": quoted, draft.stage: end}


def package_of(domain: str, volumes: Mapping[str, VolumeShape]) -> str:
    """Return the smallest package that holds the counts, as the catalogue has them."""
    if domain == "school":
        pupils = volumes["pupils"].value
        return "foundation" if pupils <= 200 else "growth" if pupils <= 800 else "enterprise"
    if volumes["locations"].value > 10:
        return "enterprise"
    is_small = volumes["locations"].value == 1 and volumes["items"].value <= 1_000
    return "starter" if is_small else "professional"


def quotes_of(
    rng: random.Random,
    anchor: date,
    draft: Draft,
    stages: Mapping[str, int],
    volumes: Mapping[str, VolumeShape],
) -> tuple[QuoteShape, ...]:
    """Write the quote of a prospect, in all of its versions; the numbers follow."""
    plan = draft.plan
    if plan is None:
        return ()
    day = stages["demo"] if plan.state == "draft" else stages["quoted"]
    quote = _draft_quote(rng, anchor, draft, day, volumes)
    if plan.state == "draft":
        return (quote,)
    sent_quote = replace(quote, state="sent", sent_at=moment(anchor, day, 18))
    if plan.state in ("sent", "expired"):
        return (replace(sent_quote, state=plan.state),)
    end = stages[draft.stage]
    versions = [sent_quote]
    if plan.versions > 1:
        later = (day + end) // 2
        versions = [replace(sent_quote, state="replaced"), _next_version(anchor, sent_quote, later)]
    reason = rng.choice(DECLINE_REASONS) if plan.state == "declined" else None
    go_live = anchor + timedelta(days=end + rng.randint(20, 45))
    versions[-1] = replace(
        versions[-1],
        state=plan.state,
        decided_at=moment(anchor, end, 19),
        decline_reason=reason,
        go_live_on=go_live,
    )
    return tuple(versions)


def _draft_quote(
    rng: random.Random, anchor: date, draft: Draft, day: int, volumes: Mapping[str, VolumeShape]
) -> QuoteShape:
    package = package_of(draft.domain, volumes)
    locations = volumes["locations"].value if draft.domain == "restaurant" else 1
    plan = rng.choice(("full", "full", "split", "split", "extended"))
    add_ons = ("rush", "on_site_training", "weekend_work")
    quote = QuoteShape(
        number=0,
        version=1,
        state="draft",
        package=package,
        locations=locations,
        add_ons=tuple(rng.sample(add_ons, rng.choice((0, 0, 1, 2)))) if draft.domain == "school" else (),
        unit_price=Decimal(2000) if (draft.domain, package) == ("restaurant", "enterprise") else None,
        discount_percent=Decimal(0),
        discount_reason=None,
        payment_plan=plan,
        months=rng.choice((3, 6, 12)) if plan == "extended" else None,
        person=draft.seller,
        created_at=moment(anchor, day, 17),
        valid_until=anchor + timedelta(days=day + VALID_DAYS),
        go_live_on=anchor + timedelta(days=day + VALID_DAYS + rng.randint(15, 40)),
    )
    return _discounted(rng, draft, quote)


def _discounted(rng: random.Random, draft: Draft, quote: QuoteShape) -> QuoteShape:
    wish = draft.plan.discount if draft.plan else ""
    chance = rng.random()
    percent = 15 if wish else 20 if chance < 0.07 else 5 if chance < 0.22 else 10 if chance < 0.34 else 0
    if draft.seller == MANAGER:
        percent = min(percent, APPROVAL_ABOVE)  # nobody approves a discount of their own
    if not percent:
        return quote
    quote = replace(quote, discount_percent=Decimal(percent), discount_reason=rng.choice(DISCOUNT_REASONS))
    if percent <= APPROVAL_ABOVE:
        return quote
    request = quote.created_at + timedelta(minutes=10)
    approved = None if wish == "asked" else quote.created_at + timedelta(minutes=40)
    return replace(quote, approval_asked_at=request, approved_at=approved)


def _next_version(anchor: date, quote: QuoteShape, day: int) -> QuoteShape:
    """Write the next version: for less, and valid anew; its discount needs no approval."""
    return replace(
        quote,
        version=quote.version + 1,
        discount_percent=Decimal(APPROVAL_ABOVE),
        discount_reason="Signs within the month",
        approval_asked_at=None,
        approved_at=None,
        created_at=moment(anchor, day, 17),
        sent_at=moment(anchor, day, 18),
        valid_until=anchor + timedelta(days=day + VALID_DAYS),
    )


def events_of(
    rng: random.Random, anchor: date, draft: Draft, stages: Mapping[str, int], reason: str | None
) -> tuple[EventShape, ...]:
    """Write the history of a prospect: how it came in, each stage, why it was lost, and notes between them."""
    return tuple(sorted(_events(rng, anchor, draft, stages, reason), key=lambda event: event.at))


def _events(
    rng: random.Random, anchor: date, draft: Draft, stages: Mapping[str, int], reason: str | None
) -> Iterator[EventShape]:
    days = list(stages.items())
    yield EventShape(moment(anchor, days[0][1], _HOURS["new"]), "created", draft.seller, {})
    for (before, _), (stage, day) in pairwise(days):
        steps = {"before": before, "after": stage}
        note = reason if stage == "lost" else None
        yield EventShape(moment(anchor, day, _HOURS[stage]), "stage", draft.seller, steps, note)
    first, last = days[0][1], days[-1][1]
    for note in rng.sample(NOTES, rng.randint(0, 2) if last > first else 0):
        yield EventShape(moment(anchor, rng.randint(first, last - 1), 21), "note", draft.seller, {}, note)


def stage_since(anchor: date, draft: Draft, stages: Mapping[str, int]) -> datetime:
    return moment(anchor, stages[draft.stage], _HOURS[draft.stage])


def step_of(rng: random.Random, anchor: date, draft: Draft) -> tuple[str | None, date | None]:
    """Choose the next step of an open prospect and its day."""
    if draft.due is None:
        return None, None
    return rng.choice(NEXT_STEPS[draft.stage]), anchor + timedelta(days=draft.due)


def roi_of(rng: random.Random, anchor: date, draft: Draft, stages: Mapping[str, int]) -> tuple[RoiShape, ...]:
    """Write the ROI cases of a prospect of restaurants that saw a demo: one, or two where the numbers came later."""
    if draft.domain != "restaurant" or "demo" not in stages:
        return ()
    answers = {
        "consultant_fee": Decimal(rng.randrange(5_000, 12_001, 500)),
        "revenue_per_day": Decimal(rng.randrange(1_200, 4_001, 100)),
    }
    first = RoiShape(1, moment(anchor, stages["demo"], 16), draft.seller, answers, "After the demo")
    if rng.random() < 0.6:
        return (first,)
    more = {
        **answers,
        "days_closed": Decimal(rng.choice((1, 2, 3))),
        "retraining": Decimal(rng.choice((300, 400, 600))),
    }
    return first, replace(
        first, version=2, at=first.at + timedelta(minutes=50), inputs=more, note="With their numbers"
    )
