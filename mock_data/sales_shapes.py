"""The shapes of the generated sales history: prospects with their quotes, discovery and notes, and finished migrations.

People are handles of the demo's cast, money is Decimal in dollars, moments are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ContactShape:
    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class VolumeShape:
    """A count of a prospect: `source` is typed or file, `evidence` says where it was read."""

    value: int
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class EventShape:
    """An entry of a prospect's history; `note` is what a person wrote."""

    at: datetime
    kind: str
    person: str
    details: Mapping[str, str]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class QuoteShape:
    """A version of a quote without its price, which the catalogue computes.

    `unit_price` is the offer per location where the package has no price of its own.
    """

    number: int
    version: int
    state: str
    package: str
    locations: int
    add_ons: tuple[str, ...]
    unit_price: Decimal | None
    discount_percent: Decimal
    discount_reason: str | None
    payment_plan: str
    months: int | None
    person: str
    created_at: datetime
    valid_until: date
    go_live_on: date | None
    approval_asked_at: datetime | None = None
    approved_at: datetime | None = None
    sent_at: datetime | None = None
    decided_at: datetime | None = None
    decline_reason: str | None = None


@dataclass(frozen=True, slots=True)
class RoiShape:
    """A saved ROI case: what the customer told, measure -> number; all other inputs are defaults or measured."""

    version: int
    at: datetime
    person: str
    inputs: Mapping[str, Decimal]
    note: str


@dataclass(frozen=True, slots=True)
class ProspectShape:
    """`key` names it within the history; `slug` is the demo customer that a won story became."""

    key: str
    domain: str
    name: str
    stage: str
    stage_since: datetime
    created_at: datetime
    owner: str | None
    source_system: str
    locations: int
    contact: ContactShape
    volumes: Mapping[str, VolumeShape]
    answers: Mapping[str, str]
    events: tuple[EventShape, ...]
    quotes: tuple[QuoteShape, ...] = ()
    roi: tuple[RoiShape, ...] = ()
    lost_reason: str | None = None
    next_step: str | None = None
    next_step_on: date | None = None
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class MigrationShape:
    """A finished move: `measured` by the program, `reported` after go-live; measure -> number as text."""

    prospect: str | None
    name: str
    domain: str
    source_system: str
    package: str
    locations: int
    started_at: datetime
    finished_at: datetime
    measured: Mapping[str, str]
    reported: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SalesHistory:
    """Prospects by the day they came in, migrations by the day they finished."""

    prospects: tuple[ProspectShape, ...]
    migrations: tuple[MigrationShape, ...]
