"""Read and write exchange rates of the operator: of several entries of a day and pair the newest holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select, text

from core.business.billing.currencies import Rate
from core.business.billing.rates.reading import RateKey, rate_key
from core.business.billing.tables import ExchangeRate
from core.db.session import TenantSession
from core.kit.ids import new_id

_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


@dataclass(frozen=True, slots=True)
class StoredRate:
    """A stored rate (id), who entered it (id) and when; `reason` is that of a correction."""

    id: str
    rate: Rate
    person_id: str
    created_at: datetime
    reason: str | None


def stored_rates(session: TenantSession, since: date | None = None) -> dict[RateKey, StoredRate]:
    """Read the rates that hold, in the session's operator, by pair and day; from the day `since` on."""
    query = select(ExchangeRate).where(ExchangeRate.tenant_id == session.tenant)
    if since is not None:
        query = query.where(ExchangeRate.valid_on >= since)
    rows = session.scalars(query.order_by(ExchangeRate.created_at, ExchangeRate.id))
    rates: dict[RateKey, StoredRate] = {}
    for row in rows:
        rate = Rate(row.currency, row.quote_currency, row.valid_on, row.rate, row.source)
        rates[rate_key(rate)] = StoredRate(row.id, rate, row.person_id, row.created_at, row.reason)
    return rates


def hold_rates(session: TenantSession) -> None:
    """Let nobody else enter rates of the operator until the transaction ends: none is entered twice."""
    session.execute(_LOCK, {"key": f"{session.tenant}exchange_rate"})


def write_rate(
    session: TenantSession,
    rate: Rate,
    now: datetime,
    *,
    corrects: str | None = None,
    reason: str | None = None,
) -> str:
    """Add a rate in the name of the session's person; return its id. `corrects` is the entry (id) it replaces."""
    row = ExchangeRate(
        tenant_id=session.tenant,
        id=new_id(),
        created_at=now,
        currency=rate.base,
        quote_currency=rate.quote,
        valid_on=rate.day,
        rate=rate.rate,
        source=rate.source,
        corrects=corrects,
        reason=reason,
        person_id=session.person,
    )
    session.add(row)
    return row.id


def rate_text(rate: Decimal) -> str:
    """Write a rate without trailing zeros: '26.4'."""
    return f"{rate.normalize():f}"
