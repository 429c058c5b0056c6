"""Two years of an invented sales desk: 60 prospects, 40 quotes and 30 finished moves, in both lines of business.

The same anchor gives the same history; another anchor moves every day of it and changes nothing else. Names, people,
addresses and telephone numbers are invented (example.com, 555-01xx).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mock_data.people import Person, people
from mock_data.sales_deals import (
    Draft,
    QuotePlan,
    events_of,
    moment,
    quotes_of,
    roi_of,
    stage_since,
    stages_of,
    step_of,
)
from mock_data.sales_moves import finished_moves
from mock_data.sales_shapes import ContactShape, ProspectShape, SalesHistory, VolumeShape
from mock_data.sales_words import (
    BUDGETS,
    CONCERNS,
    DEADLINES,
    HOLDING_BACK,
    LOST_REASONS,
    POS_SYSTEMS,
    RESTAURANTS,
    SCHOOL_CONCERNS,
    SCHOOL_SEASONS,
    SCHOOL_SYSTEMS,
    SCHOOLS,
    SEASONS,
    SYSTEM_NAMES,
    TRIED,
)

SEED = 20_240_601
DAYS = 730
"""How far back the history reaches from its anchor."""

_AREAS = ("212", "312", "415", "503", "617")

_OUTCOMES = (
    *(("won", QuotePlan("accepted")),) * 14,
    *(("won", QuotePlan("accepted", versions=2)),) * 2,
    *(("lost", QuotePlan("declined")),) * 8,
    *(("lost", QuotePlan("expired")),) * 2,
    *(("lost", None),) * 5,
)
"""Stage and quote of the prospects whose story is over, besides the three of the demo."""

_OPEN = (
    ("quoted", QuotePlan("sent", valid_days=2)),
    ("quoted", QuotePlan("sent", valid_days=5)),
    ("quoted", QuotePlan("sent", valid_days=7, discount="approved")),
    ("quoted", QuotePlan("sent", valid_days=16)),
    ("quoted", QuotePlan("sent", valid_days=24)),
    ("quoted", QuotePlan("expired", valid_days=-6)),
    ("demo", QuotePlan("draft", valid_days=30)),
    ("demo", QuotePlan("draft", valid_days=30, discount="asked")),
    ("demo", QuotePlan("draft", valid_days=30, discount="approved")),
    *(("demo", None),) * 3,
    *(("discovery", None),) * 7,
    *(("new", None),) * 7,
)
_DUE = (0, -2, 4, 1, 9, 0, 0, -1, 3, 6, 2, -4, 0, 5, 1, 8, 12, -3, 7, 2, 0, 4, 10, 6, 3, 14)
"""Days from the anchor to the next step of each open prospect, in the order of _OPEN."""


@dataclass(frozen=True, slots=True)
class _Story:
    """A customer of the demo as the prospect that it was."""

    slug: str
    name: str
    source: str
    locations: int
    items: int
    age: int


_STORIES = (
    _Story("bella", "Bella's Italian Kitchen", "toast", 1, 2_500, 96),
    _Story("coffee-corner", "Coffee Corner Chain", "square", 25, 180, 58),
    _Story("pacific-seafood", "Pacific Seafood Group", "clover", 8, 640, 121),
)


def sales_history(anchor: date) -> SalesHistory:
    """Generate the history that ends on the day `anchor`."""
    rng = random.Random(SEED)
    contacts = iter(people(rng, 60, _AREAS))
    names = {"restaurant": _shuffled(rng, RESTAURANTS), "school": _shuffled(rng, SCHOOLS)}
    drafts = [*_finished(rng), *_under_way(rng)]
    prospects = [_story(rng, anchor, story, next(contacts)) for story in _STORIES]
    prospects += [
        _prospect(rng, anchor, draft, next(names[draft.domain]), next(contacts)) for draft in drafts
    ]
    numbered = _numbered(sorted(prospects, key=lambda prospect: prospect.created_at))
    return SalesHistory(tuple(numbered), tuple(finished_moves(rng, anchor, numbered, names)))


def _finished(rng: random.Random) -> Iterator[Draft]:
    outcomes = list(_OUTCOMES)
    rng.shuffle(outcomes)
    for index, (stage, plan) in enumerate(outcomes):
        age = DAYS - 15 - index * 21 + rng.randint(-9, 9)
        domain = "school" if index % 5 in (1, 3) else "restaurant"
        yield Draft(f"past-{index:02d}", domain, stage, plan, age, "alice" if index % 4 == 3 else "sam")


def _under_way(rng: random.Random) -> Iterator[Draft]:
    ages = {"quoted": (44, 80), "demo": (18, 45), "discovery": (8, 32), "new": (2, 9)}
    for index, (stage, plan) in enumerate(_OPEN):
        domain = "school" if index % 3 == 1 else "restaurant"
        owner = None if index in (19, 24) else "alice" if index % 6 == 4 else "sam"
        age = rng.randint(*ages[stage])
        yield Draft(f"open-{index:02d}", domain, stage, plan, age, owner, _DUE[index])


def _prospect(rng: random.Random, anchor: date, draft: Draft, name: str, person: Person) -> ProspectShape:
    is_school = draft.domain == "school"
    locations = 1 if is_school else rng.choice((1, 1, 1, 1, 1, 1, 2, 3, 4, 6, 8, 12, 18, 52))
    volumes = _school_volumes(rng) if is_school else _restaurant_volumes(rng, locations)
    source = rng.choice(SCHOOL_SYSTEMS if is_school else POS_SYSTEMS)
    return _build(rng, anchor, draft, name, person, source, volumes)


def _story(rng: random.Random, anchor: date, story: _Story, person: Person) -> ProspectShape:
    draft = Draft(story.slug, "restaurant", "won", QuotePlan("accepted"), story.age, "sam")
    volumes = _restaurant_volumes(rng, story.locations, story.items)
    return replace(_build(rng, anchor, draft, story.name, person, story.source, volumes), slug=story.slug)


def _build(
    rng: random.Random,
    anchor: date,
    draft: Draft,
    name: str,
    person: Person,
    source: str,
    volumes: Mapping[str, VolumeShape],
) -> ProspectShape:
    """Tell the story of a prospect from its first day to its stage."""
    stages = stages_of(rng, draft)
    step, step_on = step_of(rng, anchor, draft)
    reason = rng.choice(LOST_REASONS) if draft.stage == "lost" else None
    return ProspectShape(
        key=draft.key,
        domain=draft.domain,
        name=name,
        stage=draft.stage,
        stage_since=stage_since(anchor, draft, stages),
        created_at=moment(anchor, stages["new"], 14),
        owner=draft.owner,
        source_system=source,
        locations=volumes["locations"].value,
        contact=ContactShape(f"{person.first_name} {person.family}", person.email, person.phone),
        volumes={
            measure: count
            for measure, count in volumes.items()
            if measure != "locations" and draft.stage != "new"
        },
        answers=_answers(rng, draft, source, volumes),
        events=events_of(rng, anchor, draft, stages, reason),
        quotes=quotes_of(rng, anchor, draft, stages, volumes),
        roi=roi_of(rng, anchor, draft, stages),
        lost_reason=reason,
        next_step=step,
        next_step_on=step_on,
    )


def _restaurant_volumes(rng: random.Random, locations: int, items: int = 0) -> dict[str, VolumeShape]:
    items = items or rng.choice((85, 110, 140, 220, 290, 380, 640, 1_000, 1_240, 2_600))
    counts = {
        "locations": locations,
        "items": items,
        "modifiers": items // 5 + rng.randint(5, 60),
        "categories": items // 20 + rng.randint(3, 9),
        "guests": rng.randrange(200, 4_000, 50) * locations,
        "orders_per_day": rng.randrange(60, 420, 10) * locations,
    }
    return _volumes(rng, counts, in_file=("items", "modifiers", "categories", "guests"))


def _school_volumes(rng: random.Random) -> dict[str, VolumeShape]:
    pupils = rng.choice((48, 120, 185, 200, 201, 340, 520, 760, 800, 801, 1_150, 2_400))
    counts = {"locations": 1, "pupils": pupils, "staff": pupils // 14 + rng.randint(3, 12)}
    return _volumes(rng, counts, in_file=("pupils", "staff"))


def _volumes(
    rng: random.Random, counts: Mapping[str, int], *, in_file: Sequence[str]
) -> dict[str, VolumeShape]:
    """Make counts of what was typed after a call, or of what an export had for the measures `in_file`."""
    has_file = rng.random() < 0.4
    return {
        measure: VolumeShape(count, "file", "Rows of the sample export")
        if has_file and measure in in_file
        else VolumeShape(count, "typed", "Said in the call")
        for measure, count in counts.items()
    }


def _answers(
    rng: random.Random, draft: Draft, source: str, volumes: Mapping[str, VolumeShape]
) -> dict[str, str]:
    """Answer the nine questions of discovery: all of them from the demo on, some in discovery, what came with it before."""
    is_school = draft.domain == "school"
    answers = {
        "pos_system": SYSTEM_NAMES.get(source, source),
        "locations": str(volumes["locations"].value),
        "daily_volume": str(volumes["pupils" if is_school else "orders_per_day"].value),
        "holding_back": rng.choice(HOLDING_BACK),
        "past_attempt": rng.choice(TRIED),
        "biggest_concern": rng.choice(SCHOOL_CONCERNS if is_school else CONCERNS),
        "deadline": rng.choice(DEADLINES),
        "season": rng.choice(SCHOOL_SEASONS if is_school else SEASONS),
        "budget_cycle": rng.choice(BUDGETS),
    }
    count = {"new": 2, "discovery": rng.randint(3, 7)}.get(draft.stage, len(answers))
    return dict(list(answers.items())[:count])


def _numbered(prospects: Sequence[ProspectShape]) -> list[ProspectShape]:
    """Give each quote its number, in the order they were written; its versions share it."""
    first = sorted((prospect.quotes[0].created_at, prospect.key) for prospect in prospects if prospect.quotes)
    numbers = {key: number for number, (_, key) in enumerate(first, start=1)}
    return [
        replace(
            prospect,
            quotes=tuple(replace(quote, number=numbers[prospect.key]) for quote in prospect.quotes),
        )
        for prospect in prospects
    ]


def _shuffled(rng: random.Random, names: Sequence[str]) -> Iterator[str]:
    return iter(rng.sample(names, len(names)))
