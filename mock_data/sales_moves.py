"""Finished moves of the generated sales history, with what was measured and what was reported after go-live."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from mock_data.sales_deals import moment
from mock_data.sales_shapes import MigrationShape, ProspectShape
from mock_data.sales_words import POS_SYSTEMS, SCHOOL_SYSTEMS

COUNT = 30
FROM_PROSPECTS = 15
"""How many are of prospects of the history; the others were customers before prospects were recorded."""

_LAST_DAY = -8
"""The newest go-live, in days after the anchor."""

_DAYS = {
    "starter": (1, 3),
    "professional": (2, 5),
    "enterprise": (4, 11),
    "foundation": (2, 4),
    "growth": (3, 6),
}
"""Elapsed days of a move, by package."""

_EFFORT = {"starter": 2, "professional": 5, "enterprise": 16, "foundation": 4, "growth": 8}
"""Hours of people that a move takes, by package."""


def finished_moves(
    rng: random.Random, anchor: date, prospects: Sequence[ProspectShape], names: Mapping[str, Iterator[str]]
) -> list[MigrationShape]:
    """Generate the finished moves, the oldest first."""
    sold = [prospect for prospect in prospects if prospect.stage == "won" and not prospect.slug]
    moves: list[MigrationShape] = []
    for prospect in sold:
        start = (prospect.stage_since.date() - anchor).days + rng.randint(3, 12)
        move = _move(rng, anchor, start, prospect.domain, prospect.quotes[-1].package, prospect.locations)
        if (move.finished_at.date() - anchor).days <= _LAST_DAY:
            name, source = prospect.name, prospect.source_system
            moves.append(replace(move, prospect=prospect.key, name=name, source_system=source))
    moves = moves[-FROM_PROSPECTS:]
    moves += _earlier(rng, anchor, COUNT - len(moves), names)
    return sorted(moves, key=lambda move: move.finished_at)


def _earlier(
    rng: random.Random, anchor: date, count: int, names: Mapping[str, Iterator[str]]
) -> Iterator[MigrationShape]:
    """Generate the moves of customers who came before prospects were recorded."""
    for index in range(count):
        domain = "school" if index % 4 == 2 else "restaurant"
        packages = (
            ("foundation", "growth") if domain == "school" else ("starter", "professional", "professional")
        )
        package = rng.choice(packages)
        locations = rng.randint(2, 6) if package == "professional" else 1
        move = _move(rng, anchor, -712 + index * 49 + rng.randint(-5, 5), domain, package, locations)
        source = rng.choice(SCHOOL_SYSTEMS if domain == "school" else POS_SYSTEMS)
        yield replace(move, name=next(names[domain]), source_system=source)


def _move(
    rng: random.Random, anchor: date, start: int, domain: str, package: str, locations: int
) -> MigrationShape:
    low, high = _DAYS[package]
    elapsed = rng.randint(low, high)
    begin = moment(anchor, start, 13) + timedelta(minutes=rng.randrange(0, 240, 5))
    end = begin + timedelta(days=elapsed, minutes=-rng.randrange(0, 300, 5))
    days = (end - begin).total_seconds() / 86_400
    return MigrationShape(
        prospect=None,
        name="",
        domain=domain,
        source_system="",
        package=package,
        locations=locations,
        started_at=begin,
        finished_at=end,
        measured={"elapsed_days": f"{days:.2f}", **_measured(rng, locations)},
        reported={
            "effort_hours": str(_EFFORT[package] + rng.randint(0, _EFFORT[package]) + locations // 4),
            "days_closed": "0",
            "training_cost": str(rng.randrange(60, 111, 5)),
            "complaints": str(int(rng.random() < 0.07)),
        },
    )


def _measured(rng: random.Random, locations: int) -> dict[str, str]:
    """Make up what the program measures of a move: the outcomes of its rows add up, none is lost."""
    rows = rng.randrange(4_000, 40_000) * (1 + locations // 3)
    excluded, held = rows * rng.randint(0, 30) // 1_000, rng.randint(0, rows // 2_000)
    return {
        "machine_minutes": f"{rows / rng.randint(2_500, 4_000) + rng.uniform(1, 4):.1f}",
        "rows_total": str(rows),
        "rows_imported": str(rows - excluded - held),
        "rows_excluded": str(excluded),
        "rows_held": str(held),
        "rows_failed": "0",
        "rows_conserved_percent": "100",
        "rows_held_percent": f"{100 * held / rows:.4f}",
        "mapping_precision": f"{rng.uniform(87, 98):.1f}",
        "fields_edited": str(rng.randint(1, 9)),
        "unexplained_amount": "0",
        "items": str(rng.randint(80, 2_400)),
        "rollbacks": "1" if rng.random() < 0.07 else "0",
        "currency": "USD",
    }
