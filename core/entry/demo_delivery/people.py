"""The people of the demo's roster: zones, hours, languages, skills, and what each is certified for. All invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MORNING, _AFTERNOON = ["09:00", "12:30"], ["13:30", "17:30"]
FULL_WEEK = {day: [_MORNING, _AFTERNOON] for day in ("mon", "tue", "wed", "thu", "fri")}
LATER_WEEK = {day: [["10:30", "14:00"], ["15:00", "19:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
FOUR_DAYS = {day: [_MORNING, _AFTERNOON] for day in ("mon", "tue", "wed", "thu")}
LATE_WEEK = {day: [["14:00", "18:00"], ["19:00", "23:00"]] for day in ("tue", "wed", "thu", "fri", "sat")}


@dataclass(frozen=True, slots=True)
class Earned:
    """The level reached in a speciality, so many days ago; the levels below came a month earlier each."""

    speciality: str
    level: str
    days_ago: int


@dataclass(frozen=True, slots=True)
class RosterShape:
    """A person of the roster; `open_steps` are steps of the training that are not done yet."""

    handle: str
    name: str
    zone: str
    languages: Sequence[str]
    skills: Sequence[str]
    hours: Mapping[str, list[list[str]]]
    earned: Sequence[Earned]
    is_partner: bool = False
    leave_in: int | None = None
    open_steps: frozenset[str] = frozenset()


PARTNER = "Harbor Data Partners"
"""The company of the roster's partner."""

ROSTER = (
    RosterShape(
        "bob",
        "Bob Lindgren",
        "America/New_York",
        ("en",),
        ("Menus", "Modifiers", "Gift cards"),
        FULL_WEEK,
        (Earned("toast", "professional", 150), Earned("square", "professional", 60)),
    ),
    RosterShape(
        "mara",
        "Mara Lindt",
        "Europe/Berlin",
        ("de", "en"),
        ("Several locations", "Custom transforms", "Reconciliation"),
        LATER_WEEK,
        (Earned("toast", "master", 200), Earned("enterprise", "professional", 40)),
    ),
    RosterShape(
        "diego",
        "Diego Alvarez",
        "America/Los_Angeles",
        ("en", "es"),
        ("Inventory", "Taxes", "Training of staff"),
        FULL_WEEK,
        (Earned("clover", "professional", 90), Earned("square", "associate", 120)),
        leave_in=5,
    ),
    RosterShape(
        "priya",
        "Priya Nair",
        "Asia/Kolkata",
        ("en", "hi"),
        ("Loyalty", "Duplicates", "Privacy"),
        LATE_WEEK,
        (Earned("square", "master", 30), Earned("enterprise", "associate", 20)),
    ),
    RosterShape(
        "jun",
        "Jun Tanaka",
        "America/Los_Angeles",
        ("en", "ja"),
        ("Several locations", "Payments", "Custom development"),
        FULL_WEEK,
        (Earned("clover", "master", 240), Earned("enterprise", "master", 160)),
    ),
    RosterShape(
        "tatenda",
        "Tatenda Moyo",
        "Africa/Harare",
        ("en", "sn"),
        ("OneRoster", "Fees", "Enrolment"),
        FULL_WEEK,
        (Earned("school", "master", 100),),
    ),
    RosterShape(
        "chipo",
        "Chipo Ncube",
        "Africa/Harare",
        ("en", "nd", "sn"),
        ("Marks", "Attendance", "Training of teachers"),
        FOUR_DAYS,
        (Earned("school", "professional", 359), Earned("square", "associate", 10)),
        open_steps=frozenset({"toast_module", "clover_module"}),
    ),
    RosterShape(
        "lena",
        "Lena Ortiz",
        "America/Chicago",
        ("en", "es"),
        ("Menus", "Bars", "Inventory"),
        FOUR_DAYS,
        (Earned("toast", "associate", 400), Earned("clover", "associate", 75)),
        is_partner=True,
        open_steps=frozenset({"enterprise_module", "school_module", "handover"}),
    ),
)
