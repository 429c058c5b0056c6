"""Find a quote and lock what changes with it: its versions, or the numbers of the operator. Note its history."""

from __future__ import annotations

from sqlalchemy import func, select, text

from core.business.sales.prospects.events import add_event
from core.business.sales.quotes.rules import number_text
from core.business.sales.tables import Quote
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, NotFoundError
from core.kit.ids import is_id
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import TenantRecord

_LOCK_NUMBERS = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


def operator_zone(session: TenantSession) -> str:
    """Return the zone of the session's operator, by which quotes expire: not that of the person who looks."""
    return session.scalars(select(TenantRecord.zone).where(TenantRecord.id == session.tenant)).one()


def find_quote(context: Context, quote_id: str) -> Quote:
    """Return a version of a quote that the person sees. NotFoundError alike for one that does not exist."""
    require_operator(context)
    quote = context.session.get(Quote, (context.tenant.id, quote_id)) if is_id(quote_id) else None
    if quote is None:
        raise _unknown_quote()
    return quote


def _unknown_quote() -> NotFoundError:
    return NotFoundError("There is no such quote for you.", hint="Choose one on Quotes.")


def lock_versions(context: Context, quote_id: str) -> tuple[Quote, list[Quote]]:
    """Lock all versions of a quote for the rest of the transaction; return the version and all of them, oldest first."""
    number = find_quote(context, quote_id).number
    query = select(Quote).where(Quote.number == number).order_by(Quote.version).with_for_update()
    fresh = {"populate_existing": True}
    context.session.scalars(query, execution_options=fresh).all()
    # A version that somebody added while this waited for the lock is only seen by a question asked afterwards.
    versions = list(context.session.scalars(query, execution_options=fresh))
    quote = next((version for version in versions if version.id == quote_id), None)
    if quote is None:  # deleted meanwhile
        raise _unknown_quote()
    return quote, versions


def next_number(context: Context) -> int:
    """Return the next number of the operator, and hold it until the transaction ends: none is given twice or skipped.

    The highest number is read by the program, because who sells does not see the quotes of all others.
    """
    context.session.execute(_LOCK_NUMBERS, {"key": f"{context.tenant.id}quote"})
    highest = select(func.coalesce(func.max(Quote.number), 0))
    with TenantSession(context.tenant.id, context.person, system=True) as session:
        stored = session.scalar(highest) or 0
    return max(stored, context.session.scalar(highest) or 0) + 1


def check_version(quote: Quote, updated_at: object) -> None:
    """Raise ConflictError where somebody changed the quote after the person read it; None: not asked."""
    if updated_at is not None and quote.updated_at != updated_at:
        raise ConflictError("This quote was changed by somebody else meanwhile.", hint="Reload the page.")


def add_history(
    context: Context, quote: Quote, kind: str, note: str | None = None, **details: object
) -> None:
    """Add an entry about a version to the history of its prospect."""
    text = number_text(quote.number, quote.version)
    facts = {"quote_id": quote.id, "quote": text, **details}
    add_event(context, quote.prospect_id, kind, note=note, is_program=False, **facts)
