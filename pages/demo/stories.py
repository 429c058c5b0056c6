"""STORIES: what each tenant of the demo shows, and the screens that its story opens."""

from __future__ import annotations

from dataclasses import dataclass

from core.entry.demo import BELLA, COFFEE_CORNER, FINISHED, OPEN, PACIFIC
from core.entry.stories.school import ONECLASS


@dataclass(frozen=True, slots=True)
class View:
    """A screen (`path`) of a migration (by name) that a story opens."""

    label: str
    path: str
    migration: str


@dataclass(frozen=True, slots=True)
class Story:
    """A tenant (slug), the system it leaves, what it shows, and its screens; the first is the story's own."""

    slug: str
    source: str
    shows: tuple[str, ...]
    views: tuple[View, ...]


STORIES: tuple[Story, ...] = (
    Story(
        BELLA.slug,
        "Toast",
        (
            "2,500 menu items with modifiers, guests and a month of orders",
            "A finished import with its money by day",
            "Catering orders, open at the mapping step",
        ),
        (View("Open results", "reconciliation", FINISHED), View("Open mapping", "mapping", OPEN)),
    ),
    Story(
        COFFEE_CORNER.slug,
        "Square",
        (
            "25 locations in five cities, each with its own tax",
            "A loyalty programme whose points must all arrive",
            "A mapping to review, nothing imported yet",
        ),
        (View("Open mapping", "mapping", COFFEE_CORNER.migrations[0].name),),
    ),
    Story(
        PACIFIC.slug,
        "Clover",
        (
            "Prices by weight, by size and open prices, in three places",
            "A finished import with the differences it found",
            "Every step with its person and time; managers see the signed log",
        ),
        (
            View("Open results", "reconciliation", PACIFIC.migrations[0].name),
            View("Open runs", "runs", PACIFIC.migrations[0].name),
        ),
    ),
    Story(
        ONECLASS.slug,
        "OneRoster",
        (
            "640 pupils with guardians, classes, marks, attendance and fees",
            "What pupils owe, equal to the cent in US dollars and ZiG",
            "A finished import from a bundle and two lists kept by hand",
        ),
        (
            View("Open results", "reconciliation", ONECLASS.migrations[0].name),
            View("Open validation", "validation", ONECLASS.migrations[0].name),
        ),
    ),
)
