"""Keep the location discounts that managers edit: versions of a table for each line of business, the newest holds.

Without a version the table of data/packages.yaml holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from core.business.catalog.discounts import check_bands, default_bands
from core.business.catalog.packages import Band, catalog
from core.business.sales.tables import ContentVersion
from core.context import Context
from core.errors import ConflictError
from core.kit.ids import new_id
from core.platform.access.actions import action, view
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person
from core.platform.audit.actions import record

KIND = "location_discounts"


@dataclass(frozen=True, slots=True)
class DiscountVersion:
    """A version of the location discounts: `version` 0 without a person is the table of the file."""

    version: int
    bands: tuple[Band, ...]
    created_at: datetime | None
    person: str | None


@view("prospect.read")
def location_discounts(context: Context, domain: str) -> DiscountVersion:
    """Return the location discounts of a line of business that hold now. InvalidInputError for an unknown line."""
    return discount_history(context, domain)[0]


@view("prospect.read")
def discount_history(context: Context, domain: str) -> list[DiscountVersion]:
    """List the versions of the location discounts, the newest first, down to the table of the file."""
    require_operator(context)
    first = DiscountVersion(0, tuple(default_bands(domain)), None, None)
    query = (
        select(ContentVersion, Person.name)
        .outerjoin(Person, Person.id == ContentVersion.person_id)
        .where(ContentVersion.kind == KIND, ContentVersion.key == domain)
        .order_by(ContentVersion.version.desc())
    )
    versions = [
        DiscountVersion(row.version, _bands(row), row.created_at, name)
        for row, name in context.session.execute(query)
    ]
    return [*versions, first]


@action("price.edit")
def set_location_discounts(context: Context, domain: str, bands: Sequence[Band], version: int) -> int:
    """Store a new version of the location discounts; return its number. `version` is the one that was edited.

    ConflictError where somebody stored a newer one meanwhile, InvalidInputError for bands that contradict each other.
    Quotes that exist keep their lines.
    """
    require_operator(context)
    catalog(domain)
    ordered = check_bands(bands)
    # Of two that edit the same version the second waits here and then finds the first.
    context.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"),
        {"key": f"{context.tenant.id}{KIND}{domain}"},
    )
    newest = context.session.scalar(
        select(func.coalesce(func.max(ContentVersion.version), 0)).where(
            ContentVersion.kind == KIND, ContentVersion.key == domain
        )
    )
    if newest != version:
        raise ConflictError(
            "The location discounts were edited meanwhile.", hint="Reload the page and edit them again."
        )
    row = ContentVersion(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        kind=KIND,
        key=domain,
        version=version + 1,
        content={"bands": [band.model_dump(mode="json") for band in ordered]},
        person_id=context.person,
    )
    context.session.add(row)
    record(context, "price.location_discounts", "content_version", row.id, domain=domain, version=row.version)
    return row.version


def _bands(row: ContentVersion) -> tuple[Band, ...]:
    return tuple(Band.model_validate(band) for band in row.content["bands"])
