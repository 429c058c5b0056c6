"""Show the figures of finished migrations, and those of one prospect beside what was promised; in a Context of the operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from core.business.sales.figures.measures import MEASURES, MONEY, REPORTED_MEASURES, Measure
from core.business.sales.figures.rules import Figure, Observation, figures_of, numbers_of, worst
from core.business.sales.tables import FinishedMigration, Promise, Prospect, Quote
from core.context import Context
from core.errors import NotFoundError
from core.kit.ids import is_id
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person

_CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Report:
    """A figure that a person reported after go-live; `currency` of an amount, None of anything else."""

    measure: Measure
    value: Decimal
    currency: str | None
    source: str
    by: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class FinishedMigrationDetails:
    """A finished migration of a prospect: numbers by measure, measured and reported ones, and its reports."""

    id: str
    name: str
    source_system: str
    locations: int
    started_at: datetime
    finished_at: datetime
    is_generated: bool
    currency: str
    measured: Mapping[str, Decimal]
    reports: Mapping[str, Report]


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """A promise beside what came of it: `actual` is the worst of `sample` finished migrations, None where not measured.

    `is_kept` None where it cannot be told. `note` says why, or that the measure has no number.
    """

    text: str
    measure: Measure | None
    target: Decimal | None
    unit: str
    actual: Decimal | None
    difference: Decimal | None
    sample: int
    as_of: date | None
    is_kept: bool | None
    note: str = ""


@view("prospect.read")
def measured_figures(context: Context, domain: str | None = None) -> Mapping[str, Figure]:
    """Return the figure of every measure over the operator's finished migrations, of one line of business or all.

    Generated ones count in a demo only. Amounts are in the operator's currency.
    """
    require_operator(context)
    query = select(FinishedMigration)
    if domain is not None:
        query = query.where(FinishedMigration.domain == domain)
    if not context.tenant.is_demo:
        query = query.where(FinishedMigration.is_generated.is_(False))
    rows = context.session.scalars(query)
    return figures_of([_observation(row, context.tenant.currency) for row in rows], context.tenant.currency)


@view("prospect.read")
def finished_migrations(context: Context, prospect_id: str) -> list[FinishedMigrationDetails]:
    """List the finished migrations of a prospect, the newest first. NotFoundError for one that the person does not see."""
    require_prospect(context, prospect_id)
    query = select(FinishedMigration).where(FinishedMigration.prospect_id == prospect_id)
    rows = list(context.session.scalars(query.order_by(FinishedMigration.finished_at.desc())))
    people = {
        str(entry.get("person")) for row in rows for entry in row.reported.values() if _is_report(entry)
    }
    names = {
        row.id: row.name
        for row in context.session.execute(
            select(Person.id, Person.name).where(Person.id.in_(people - {"None"}))
        )
    }
    return [_details(context, row, names) for row in rows]


@view("prospect.read")
def kept_promises(context: Context, prospect_id: str) -> list[KeptPromise]:
    """List what the prospect was promised in the quotes it accepted, each beside what came of it.

    NotFoundError for a prospect that is not seen.
    """
    migrations = finished_migrations(context, prospect_id)
    query = (
        select(Promise)
        .join(Quote, Quote.id == Promise.quote_id)
        .where(Promise.prospect_id == prospect_id, Quote.state == "accepted")
        .order_by(Promise.created_at, Promise.id)
    )
    return [_kept_promise(promise, migrations) for promise in context.session.scalars(query)]


def require_prospect(context: Context, prospect_id: str) -> Prospect:
    """Return a prospect that the person sees. NotFoundError alike for one that does not exist."""
    require_operator(context)
    key = (context.tenant.id, prospect_id)
    prospect = context.session.get(Prospect, key) if is_id(prospect_id) else None
    if prospect is None:
        raise NotFoundError("There is no such prospect for you.", hint="Choose one on Prospects.")
    return prospect


def _observation(row: FinishedMigration, currency: str) -> Observation:
    numbers = numbers_of(row.measured) | numbers_of(row.reported)
    return Observation(row.finished_at.date(), numbers, str(row.measured.get(_CURRENCY, currency)))


def _is_report(entry: object) -> bool:
    return isinstance(entry, Mapping)


def _details(context: Context, row: FinishedMigration, names: Mapping[str, str]) -> FinishedMigrationDetails:
    currency = str(row.measured.get(_CURRENCY, context.tenant.currency))
    reports = {}
    for key, value in numbers_of(row.reported).items():
        entry = row.reported[key] if _is_report(row.reported[key]) else {}
        at = entry.get("at")
        reports[key] = Report(
            MEASURES[key],
            value,
            currency if MEASURES[key].unit == MONEY else None,
            str(entry.get("source", "")),
            names.get(str(entry.get("person"))),
            datetime.fromisoformat(at) if at else None,
        )
    return FinishedMigrationDetails(
        row.id,
        row.name,
        row.source_system,
        row.locations,
        row.started_at,
        row.finished_at,
        row.is_generated,
        currency,
        numbers_of(row.measured),
        {key: reports[key] for key in REPORTED_MEASURES if key in reports},
    )


def _kept_promise(promise: Promise, migrations: Sequence[FinishedMigrationDetails]) -> KeptPromise:
    measure = MEASURES.get(promise.measure or "")
    unit = promise.unit or ""
    if measure is None or promise.target is None:
        note = "not measured by a figure"
        return KeptPromise(promise.text, measure, promise.target, unit, None, None, 0, None, None, note)
    values = [
        (
            {**migration.measured, **{key: report.value for key, report in migration.reports.items()}},
            migration,
        )
        for migration in migrations
    ]
    sample = [(numbers[measure.key], migration) for numbers, migration in values if measure.key in numbers]
    if measure.unit == MONEY and any(migration.currency != promise.unit for _, migration in sample):
        note = "measured in another currency"
        return KeptPromise(promise.text, measure, promise.target, unit, None, None, 0, None, None, note)
    actual = worst(measure, (value for value, _ in sample))
    if actual is None:
        note = "not reported yet" if measure.key in REPORTED_MEASURES else "not measured yet"
        return KeptPromise(promise.text, measure, promise.target, unit, None, None, 0, None, None, note)
    is_kept = actual >= promise.target if measure.is_lower_better is False else actual <= promise.target
    return KeptPromise(
        promise.text,
        measure,
        promise.target,
        unit,
        actual,
        actual - promise.target,
        len(sample),
        max(migration.finished_at for _, migration in sample).date(),
        is_kept if measure.is_lower_better is not None else None,
    )
