"""What a quote promises by its package and line of business: written once when it is sent, never changed, held later
against what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from core.business.catalog.packages import Package
from core.business.catalog.packages import package as package_of
from core.business.sales.tables import Promise, Quote
from core.context import Context
from core.db.session import TenantSession
from core.kit import clock
from core.kit.ids import new_id
from core.kit.money import ZERO, show
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator
from core.settings import ROOT

DECLARATION = ROOT / "data" / "promises.yaml"
MONEY = "money"
"""Unit of a promise in the currency of its quote, which stands in the row in its place."""


class PromiseTerms(BaseModel):
    """A promise as declared; fields as data/promises.yaml explains them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    measure: str | None = None
    target: str | None = None
    unit: str | None = None
    domains: Sequence[str] = ()
    packages: Sequence[str] = ()
    includes: str | None = None
    source: str


@dataclass(frozen=True, slots=True)
class PromiseDetails:
    """A promise of a quote: its text; `measure` and `target` in `unit` (a currency's code for money) where it has them."""

    key: str
    text: str
    measure: str | None
    target: Decimal | None
    unit: str | None

    @property
    def target_text(self) -> str:
        """The target with its unit: '100%', '30 days', '$0.00'; '' without one."""
        if self.target is None:
            return ""
        number = f"{self.target.normalize():f}"
        if self.unit == "percent":
            return f"{number}%"
        if self.unit in {"days", "hours"}:
            return f"{number} {self.unit if self.target != 1 else self.unit[:-1]}"
        return show(self.target, self.unit or "USD")


@dataclass(frozen=True, slots=True)
class QuotePromise:
    """A promise with the quote (id, number and version) that made it."""

    quote_id: str
    quote_number: int
    quote_version: int
    promise: PromiseDetails


@cache
def declared_promises() -> Mapping[str, PromiseTerms]:
    """Read data/promises.yaml: key -> promise, in the order of screens."""
    with DECLARATION.open(encoding="utf-8") as file:
        return TypeAdapter(dict[str, PromiseTerms]).validate_python(yaml.safe_load(file))


def promises_for(domain: str, package: str, currency: str) -> list[PromiseDetails]:
    """List what a package promises. InvalidInputError for a package that the line of business does not have."""
    offer = package_of(domain, package)
    promises = []
    for key, terms in declared_promises().items():
        if not _applies(terms, domain, package, offer):
            continue
        target = _target(terms, offer)
        if terms.target is not None and not _has_target(terms, target):
            continue
        unit = currency if terms.unit == MONEY else terms.unit
        value = "" if target is None else f"{target.normalize():f}"
        promises.append(
            PromiseDetails(key, terms.text.replace("{value}", value), terms.measure, target, unit)
        )
    return promises


def write_promises(session: TenantSession, quote: Quote) -> None:
    """Write what a quote promises in the open transaction of the operator's; what was written before stays."""
    rows = [
        {
            "tenant_id": session.tenant,
            "id": new_id(),
            "created_at": clock.now(),
            "prospect_id": quote.prospect_id,
            "quote_id": quote.id,
            "key": promise.key,
            "text": promise.text,
            "measure": promise.measure,
            "target": promise.target,
            "unit": promise.unit,
        }
        for promise in promises_for(quote.domain, quote.package, quote.currency)
    ]
    count = select(func.count()).select_from(Promise).where(Promise.quote_id == quote.id)
    if rows and not session.scalar(count):
        session.execute(insert(Promise).values(rows).on_conflict_do_nothing())


def stored_promises(session: TenantSession, quote: Quote) -> list[PromiseDetails]:
    """List what a quote promised; before it is written, what it would promise today."""
    rows = session.scalars(select(Promise).where(Promise.quote_id == quote.id)).all()
    if not rows:
        return promises_for(quote.domain, quote.package, quote.currency)
    return sorted(map(_details, rows), key=lambda promise: _position(promise.key))


@view("quote.read")
def promises_of(
    context: Context, *, quote_id: str | None = None, prospect_id: str | None = None
) -> list[QuotePromise]:
    """List what was promised in a quote, or in all quotes of a prospect, the newest quote first."""
    require_operator(context)
    query = (
        select(Promise, Quote.number, Quote.version)
        .join(Quote, Quote.id == Promise.quote_id)
        .where(or_(Promise.quote_id == quote_id, Promise.prospect_id == prospect_id))
    )
    rows = [
        QuotePromise(row.quote_id, number, version, _details(row))
        for row, number, version in context.session.execute(query)
    ]
    return sorted(rows, key=lambda row: (-row.quote_number, -row.quote_version, _position(row.promise.key)))


def _applies(terms: PromiseTerms, domain: str, package: str, offer: Package) -> bool:
    return (
        (not terms.domains or domain in terms.domains)
        and (not terms.packages or package in terms.packages)
        and (terms.includes is None or terms.includes in offer.includes)
    )


def _target(terms: PromiseTerms, offer: Package) -> Decimal | None:
    """Return the number of a promise: as declared, or of the package's field that it names; None where it has none."""
    if terms.target is None:
        return None
    try:
        return Decimal(terms.target)
    except InvalidOperation:
        value = getattr(offer, terms.target)
        return None if value is None else Decimal(value)


def _has_target(terms: PromiseTerms, target: Decimal | None) -> bool:
    """Tell whether a promise says something: an allowance of 0 is none, while 0 days closed is one."""
    return target is not None and (terms.measure is not None or target > ZERO)


def _details(row: Promise) -> PromiseDetails:
    return PromiseDetails(row.key, row.text, row.measure, row.target, row.unit)


def _position(key: str) -> tuple[int, str]:
    order = list(declared_promises())
    return (order.index(key) if key in order else len(order), key)
