"""Read data/workload.yaml: certificates that an order needs, hours of work, and how candidates are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.errors import InvalidInputError
from core.settings import ROOT

WORKLOAD = ROOT / "data" / "workload.yaml"
SOURCE = "source"
"""In `needs`: the speciality of the order's source."""

Hours = Annotated[Decimal, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Effort(_Entry):
    """Hours of work of a lead besides the guided sessions, spread over so many weeks before go-live."""

    hours: Hours
    weeks: Count


class LineWorkload(_Entry):
    """Certificates and work of the orders of a line of business."""

    specialities: Mapping[str, str]
    any_of: Sequence[str] = Field(min_length=1)
    needs: Mapping[str, Mapping[str, str]]
    effort: Mapping[str, Effort]


class Points(_Entry):
    """How much each quality of a candidate counts."""

    overlap: Hours
    free: Hours
    past: Hours
    expiry: Hours


class Comparison(_Entry):
    """Limits below which a candidate is possible at most, and the points that order those who remain."""

    load_weeks: Count
    high_load_percent: Hours
    full_load_percent: Hours
    low_overlap_hours: Hours
    full_overlap_hours: Hours
    full_past_orders: Count
    points: Points
    full_expiry_days: Count


class Workload(_Entry):
    """All of data/workload.yaml. `levels` stand from the lowest."""

    levels: Sequence[str]
    restaurant: LineWorkload
    school: LineWorkload
    comparison: Comparison
    assumptions: Mapping[str, str]

    @model_validator(mode="after")
    def _check(self) -> Self:
        for line in (self.restaurant, self.school):
            if line.needs.keys() != line.effort.keys():
                raise ValueError("a package needs certificates and has hours, or neither")
            for needs in line.needs.values():
                if SOURCE not in needs or not set(needs.values()) <= set(self.levels):
                    raise ValueError("a package needs a level of its source's certificate")
        return self


@cache
def workload() -> Workload:
    """Read data/workload.yaml."""
    with WORKLOAD.open(encoding="utf-8") as file:
        return Workload.model_validate(yaml.safe_load(file))


def line_workload(domain: str) -> LineWorkload:
    """Return certificates and work of a line of business. InvalidInputError for one without orders."""
    lines = {"restaurant": workload().restaurant, "school": workload().school}
    if domain not in lines:
        raise InvalidInputError(
            f"There are no orders for {domain!r}.", hint=f"There are some for {', '.join(lines)}."
        )
    return lines[domain]


def effort_of(domain: str, package: str) -> Effort | None:
    """Return the hours of work of a package's order; None for a package that is sold no more."""
    return line_workload(domain).effort.get(package)
