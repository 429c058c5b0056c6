"""Show the exchange rates of the operator, and what a file of them would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from core.business.billing.currencies import ACTIVE, MAX_RATE_AGE, Rate
from core.business.billing.rates.reading import RateFile, read_rates
from core.business.billing.rates.stored import StoredRate, stored_rates
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person


@dataclass(frozen=True, slots=True)
class RateView:
    """A rate that holds: who entered it and when, and why where it is a correction."""

    id: str
    rate: Rate
    person: str
    entered_at: datetime
    correction: str

    @property
    def day(self) -> date:
        return self.rate.day

    @property
    def value(self) -> Decimal:
        return self.rate.rate


@dataclass(frozen=True, slots=True)
class RatesView:
    """The rates, the newest day first. `newest` is that between the active currencies; it `is_stale` after a week."""

    rates: Sequence[RateView]
    newest: RateView | None
    is_stale: bool


@view("rate.read")
def exchange_rates(context: Context) -> RatesView:
    """List the exchange rates of the operator."""
    require_operator(context)
    stored = sorted(stored_rates(context.session).values(), key=_newest_first, reverse=True)
    people = {entry.person_id for entry in stored}
    query = select(Person.id, Person.name).where(Person.id.in_(people))
    names = {row.id: row.name for row in context.session.execute(query)}
    rates = [
        RateView(entry.id, entry.rate, names.get(entry.person_id, ""), entry.created_at, entry.reason or "")
        for entry in stored
    ]
    active = set(ACTIVE)
    newest = next((rate for rate in rates if {rate.rate.base, rate.rate.quote} == active), None)
    is_stale = newest is not None and (context.today - newest.day).days > MAX_RATE_AGE
    return RatesView(rates, newest, is_stale)


@view("rate.read")
def preview_rates(context: Context, data: bytes) -> RateFile:
    """Say what importing a CSV file would store and refuse. InvalidInputError for a file that is no table of rates."""
    require_operator(context)
    stored = [entry.rate for entry in stored_rates(context.session).values()]
    return read_rates(data, stored, context.today)


def _newest_first(entry: StoredRate) -> tuple[date, datetime]:
    return entry.rate.day, entry.created_at
