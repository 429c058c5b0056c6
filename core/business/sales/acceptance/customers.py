"""Make the customer of an accepted quote in the open transaction of the program; one that the prospect is already stays."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.business.sales.tables import Prospect
from core.db.keys import add_new_key
from core.db.session import TenantSession
from core.errors import ConflictError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.customers.countries import countries
from core.platform.access.customers.rules import MAX_NAME, MAX_SLUG, slug_of
from core.platform.access.tables import TenantRecord
from core.platform.audit.writing import append_later

_ATTEMPTS = 20


def customer_of(session: TenantSession, prospect: Prospect, operator: TenantRecord) -> str:
    """Return the customer (id) of a locked prospect, made now where it is none yet.

    ConflictError for one that was archived meanwhile: nobody changes it.
    """
    if prospect.customer_id is not None:
        with session.working_in(prospect.customer_id):
            query = select(TenantRecord.archived_at).where(TenantRecord.id == prospect.customer_id)
            if session.execute(query).one().archived_at is not None:
                raise ConflictError("The customer of this quote is archived.", hint="Restore it first.")
        return prospect.customer_id
    customer = new_id()
    with session.working_in(customer):
        _add_record(session, prospect, operator)
        add_new_key(session)
    prospect.customer_id = customer
    session.flush()
    return customer


def note_created(session: TenantSession, prospect: Prospect) -> None:
    """Write the line of a new customer into its log, in its tenant."""
    record = session.scalars(select(TenantRecord).where(TenantRecord.id == session.tenant)).one()
    facts: dict[str, object] = {
        "slug": record.slug,
        "domain": record.domain,
        "owner": record.owner_id,
        "prospect": prospect.id,
    }
    append_later(session, "tenant.create", "tenant", record.id, reason=None, facts=facts, as_worker=True)


def own_customer(session: TenantSession, owner: str) -> None:
    """Make a person the owner of the session's customer where nobody is, with its line in the customer's log."""
    record = session.scalars(
        select(TenantRecord).where(TenantRecord.id == session.tenant).with_for_update()
    ).one()
    if record.owner_id is None:
        record.owner_id = owner
        session.flush()
        facts: dict[str, object] = {"changed": ["owner_id"]}
        append_later(session, "tenant.edit", "tenant", record.id, reason=None, facts=facts, as_worker=True)


def _add_record(session: TenantSession, prospect: Prospect, operator: TenantRecord) -> None:
    """Add the row of the customer under the first free slug; names repeat, slugs do not."""
    country = countries().get(prospect.country)
    base = slug_of(prospect.name) or "customer"
    for attempt in range(1, _ATTEMPTS + 1):
        suffix = "" if attempt == 1 else f"-{attempt if attempt < _ATTEMPTS else new_id()[-12:]}"
        record = TenantRecord(
            id=session.tenant,
            name=" ".join(prospect.name.split())[:MAX_NAME].strip(),
            slug=f"{base[: MAX_SLUG - len(suffix)].strip('-')}{suffix}",
            domain=prospect.domain,
            is_demo=operator.is_demo,
            zone=country.zone if country else operator.zone,
            currency=prospect.currency,
            country=prospect.country,
            owner_id=prospect.owner_id,
            created_at=clock.now(),
        )
        try:
            with session.begin_nested():
                session.add(record)
                session.flush()
        except IntegrityError as error:
            if attempt == _ATTEMPTS or "slug" not in str(error.orig):
                raise
            continue
        return
