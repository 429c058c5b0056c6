"""List the documents of an order, in a Context of the customer; a contact sees those that are shared and not removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from core.business.engagements.documents.actions import NAME, REASON
from core.business.engagements.documents.kinds import document_rules
from core.business.engagements.papers.encryption import decrypt_text
from core.business.engagements.papers.orders import find_order, is_contact
from core.business.engagements.papers.tables import Document
from core.context import Context
from core.platform.access.actions import view
from core.platform.access.tables import Person
from core.platform.audit.actions import note_reading


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """A document without its content. `size` in bytes, `digest` SHA-256 in hexadecimal; `uploader` None for a former colleague.

    Of a removed one `removed_at`, `remover` and `removal_reason` say when, by whom and why.
    """

    id: str
    kind: str
    name: str
    media_type: str
    size: int
    digest: str
    is_shared: bool
    uploaded_at: datetime
    uploader: str | None
    removed_at: datetime | None
    remover: str | None
    removal_reason: str | None

    @property
    def kind_title(self) -> str:
        kind = document_rules().kinds.get(self.kind)
        return kind.title if kind else self.kind


@view("document.read")
def documents(context: Context, engagement_id: str) -> list[DocumentDetails]:
    """List the documents of an order, the newest first. NotFoundError for an order of another customer."""
    find_order(context, engagement_id)
    uploader, remover = aliased(Person), aliased(Person)
    columns = [column for column in Document.__table__.columns if column.name != "content"]
    query = (
        select(*columns, uploader.name.label("uploader"), remover.name.label("remover"))
        .outerjoin(uploader, uploader.id == Document.person_id)
        .outerjoin(remover, remover.id == Document.removed_by)
        .where(Document.tenant_id == context.tenant.id, Document.engagement_id == engagement_id)
        .order_by(Document.created_at.desc(), Document.id.desc())
    )
    if is_contact(context):
        query = query.where(Document.is_shared, Document.removed_at.is_(None))
    rows = context.session.execute(query).all()
    if rows:
        note_reading(context, "engagement", engagement_id, data="document", purpose="documents of an order")
    return [
        DocumentDetails(
            row.id,
            row.kind,
            decrypt_text(context.session, NAME, row.id, row.name),
            row.media_type,
            row.size,
            row.digest.hex(),
            row.is_shared,
            row.created_at,
            row.uploader,
            row.removed_at,
            row.remover,
            decrypt_text(context.session, REASON, row.id, row.removed_reason) or None,
        )
        for row in rows
    ]
