"""Define the ten milestones of an order, the states they belong to, the days they are promised for, and lateness in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from core.business.engagements.rules import OrderState
from core.kit.wording import counted
from core.settings import ROOT

PLANS = ROOT / "data" / "milestones.yaml"


class MilestoneKey(StrEnum):
    """A milestone; stored in milestone.key. In the order in which they are promised."""

    KICKOFF = "kickoff"
    DATA_COLLECTION = "data_collection"
    DATA_ANALYSIS = "data_analysis"
    SYSTEM_CONFIGURATION = "system_configuration"
    DATA_MIGRATION = "data_migration"
    USER_SETUP = "user_setup"
    TRAINING_DELIVERY = "training_delivery"
    SYSTEM_TESTING = "system_testing"
    GO_LIVE = "go_live"
    CLOSURE = "closure"


TITLES: Mapping[str, str] = {
    MilestoneKey.KICKOFF: "Project kickoff",
    MilestoneKey.DATA_COLLECTION: "Data collection",
    MilestoneKey.DATA_ANALYSIS: "Data analysis",
    MilestoneKey.SYSTEM_CONFIGURATION: "System configuration",
    MilestoneKey.DATA_MIGRATION: "Data migration",
    MilestoneKey.USER_SETUP: "User setup",
    MilestoneKey.TRAINING_DELIVERY: "Training delivery",
    MilestoneKey.SYSTEM_TESTING: "System testing",
    MilestoneKey.GO_LIVE: "Go-live",
    MilestoneKey.CLOSURE: "Project closure",
}

STATE_OF: Mapping[str, OrderState] = {
    MilestoneKey.KICKOFF: OrderState.IN_PROGRESS,
    MilestoneKey.DATA_COLLECTION: OrderState.DATA_MIGRATION,
    MilestoneKey.DATA_ANALYSIS: OrderState.DATA_MIGRATION,
    MilestoneKey.DATA_MIGRATION: OrderState.DATA_MIGRATION,
    MilestoneKey.SYSTEM_CONFIGURATION: OrderState.SYSTEM_SETUP,
    MilestoneKey.USER_SETUP: OrderState.SYSTEM_SETUP,
    MilestoneKey.TRAINING_DELIVERY: OrderState.TRAINING,
    MilestoneKey.SYSTEM_TESTING: OrderState.TESTING,
    MilestoneKey.GO_LIVE: OrderState.GO_LIVE,
    MilestoneKey.CLOSURE: OrderState.GO_LIVE,
}
"""Milestone -> the state in which it is worked on: an order leaves the state when all of its milestones are reached."""

ONLY_IN_ITS_STATE = frozenset({MilestoneKey.GO_LIVE, MilestoneKey.CLOSURE})
"""Milestones that cannot be reached ahead of their state; the work on others often begins earlier."""

DayCount = Annotated[int, Field(ge=0, le=1000)]


class MilestonePlan(BaseModel):
    """The day of each milestone, counted from the approval of the order. `assumed`: no source of ours gives it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    assumed: bool
    days: Mapping[MilestoneKey, DayCount]

    @model_validator(mode="after")
    def _check(self) -> Self:
        days = [self.days.get(key) for key in MilestoneKey]
        if None in days:
            raise ValueError("a milestone has no day")
        if days != sorted(day for day in days if day is not None):
            raise ValueError("a milestone is planned before the one that precedes it")
        return self


@cache
def plans() -> Mapping[str, Mapping[str, MilestonePlan]]:
    """Read data/milestones.yaml: line of business -> package -> its plan."""
    with PLANS.open(encoding="utf-8") as file:
        return TypeAdapter(dict[str, dict[str, MilestonePlan]]).validate_python(yaml.safe_load(file))


def plan_of(domain: str, package: str) -> MilestonePlan:
    """Return the plan of a package; for one that is sold no more that of the largest of its line of business."""
    by_package = plans()[domain]
    return by_package.get(package) or list(by_package.values())[-1]


def milestones_of(state: str) -> list[MilestoneKey]:
    """List the milestones that are worked on in a state."""
    return [key for key in MilestoneKey if STATE_OF[key] == state]


def promised_days(plan: MilestonePlan, start: date, go_live_on: date | None) -> dict[MilestoneKey, date]:
    """Calculate the day of each milestone from the approval at `start`.

    Where a day after it was agreed for go-live, the milestones before it are moved in proportion, and the closure keeps
    its distance from it. An agreed day that is over by then is nothing to promise: the plan's days hold.
    """
    to_go_live = plan.days[MilestoneKey.GO_LIVE]
    agreed = (go_live_on - start).days if go_live_on else to_go_live
    if agreed <= 0:
        agreed = to_go_live
    days = {
        key: count * agreed // to_go_live if count <= to_go_live else count - to_go_live + agreed
        for key, count in plan.days.items()
    }
    return {key: start + timedelta(days=days[key]) for key in MilestoneKey}


def days_late(promised: date | None, actual: date | None, today: date) -> int:
    """Count the days between the promise and the day it was reached, or today while it is not; 0 in time."""
    return max(0, ((actual or today) - promised).days) if promised else 0


def status(promised: date | None, actual: date | None, forecast: date | None, today: date) -> str:
    """Word how a milestone stands: 'Reached', '3 d late', 'Due today', '2 d at risk', 'On plan'."""
    late = days_late(promised, actual, today)
    if actual:
        return f"{late:,} d late" if late else "Reached"
    if late:
        return f"{late:,} d late"
    if promised is None:
        return "Not promised"
    if promised == today:
        return "Due today"
    if forecast and forecast > promised:
        return f"{(forecast - promised).days:,} d at risk"
    return "On plan"


def distance(day: date, today: date) -> str:
    """Word how far a day is from today: 'today', 'in 3 days', '2 days ago'."""
    days = (day - today).days
    if days == 0:
        return "today"
    return f"in {counted(days, 'day')}" if days > 0 else f"{counted(-days, 'day')} ago"
