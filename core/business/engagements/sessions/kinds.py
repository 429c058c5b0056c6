"""Load data/sessions.yaml: kinds of guided sessions, notice, hours that are assumed, and the price of an extra hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from core.errors import InvalidInputError
from core.settings import ROOT

FILE = ROOT / "data" / "sessions.yaml"


class SessionKind(BaseModel):
    """A kind of session; `minutes` is its length in time that really passes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    minutes: int = Field(gt=0, le=480)
    agenda: tuple[str, ...]
    agenda_school: tuple[str, ...] = ()
    questions: tuple[Literal["fields", "rows", "checks"], ...]

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def items(self, domain: str) -> tuple[str, ...]:
        """Return the fixed items of the agenda in a line of business."""
        return self.agenda_school if domain == "school" and self.agenda_school else self.agenda


class SessionRules(BaseModel):
    """What holds for all guided sessions; `customer_hours` is by weekday as it is stored of a customer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    notice_hours: int = Field(ge=0)
    horizon_days: int = Field(gt=0, le=180)
    customer_hours: Mapping[str, tuple[tuple[str, str], ...]]
    extra_hour: Mapping[str, Decimal]
    metered: tuple[str, ...]
    kinds: Mapping[str, SessionKind]

    @property
    def notice(self) -> timedelta:
        return timedelta(hours=self.notice_hours)

    @property
    def horizon(self) -> timedelta:
        return timedelta(days=self.horizon_days)


@cache
def session_rules() -> SessionRules:
    """Load the rules. ValueError for a file that does not hold its shape."""
    return SessionRules.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def session_kind(key: str) -> SessionKind:
    """Return a kind of session. InvalidInputError for one that does not exist."""
    kinds = session_rules().kinds
    if key not in kinds:
        raise InvalidInputError(f"There is no session {key!r}.", hint=f"Use one of {', '.join(kinds)}.")
    return kinds[key]
