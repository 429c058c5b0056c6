"""Expire sent quotes after their last day, by the operator's zone: a job that may run twice without harm."""

from __future__ import annotations

from sqlalchemy import func, select, update

from core.business.sales.quotes.locking import operator_zone
from core.business.sales.quotes.rules import QuoteState, number_text, today
from core.business.sales.tables import ProspectEvent, Quote
from core.db.session import TenantSession
from core.db.types import Id
from core.kit import clock
from core.kit.ids import new_id
from core.platform.audit.writing import append_later


def expire_quotes() -> int:
    """Set every sent quote whose last day is over to expired, with its entry in the history; return how many.

    Those of the installation's operator; a demo beside it is judged where it is read, like every quote before the job.
    """
    with TenantSession("", "") as session:
        operator = session.scalar(select(func.operator_tenant(type_=Id)))
    return sum(_expire(operator, author) for author in _authors(operator)) if operator else 0


def _authors(operator: str) -> list[str]:
    """List who wrote the quotes that are over: the log takes the program's lines in the name of a person."""
    with TenantSession(operator, "", system=True) as session:
        day = today(operator_zone(session), clock.now())
        query = select(Quote.person_id).where(Quote.state == QuoteState.SENT, Quote.valid_until < day)
        return list(session.scalars(query.distinct().order_by(Quote.person_id)))


def _expire(operator: str, author: str) -> int:
    now = clock.now()
    with TenantSession(operator, author, system=True) as session:
        day = today(operator_zone(session), now)
        # The state is asked again once the row is locked: a quote accepted meanwhile stays accepted.
        expired = session.execute(
            update(Quote)
            .where(
                Quote.tenant_id == operator,
                Quote.person_id == author,
                Quote.state == QuoteState.SENT,
                Quote.valid_until < day,
            )
            .values(state=QuoteState.EXPIRED, updated_at=now)
            .returning(Quote.id, Quote.prospect_id, Quote.number, Quote.version)
        ).all()
        for row in expired:
            text = number_text(row.number, row.version)
            event = ProspectEvent(
                tenant_id=operator,
                id=new_id(),
                created_at=now,
                prospect_id=row.prospect_id,
                kind="quote_expired",
                person_id=None,
                details={"quote_id": row.id, "quote": text},
                note=None,
            )
            session.add(event)
            append_later(
                session, "quote.expire", "quote", row.id, reason=None, facts={"quote": text}, as_worker=True
            )
        session.commit()
    return len(expired)
