"""Upload, download and remove documents of an order, in a Context of the customer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from core.business.engagements.documents.kinds import document_rules
from core.business.engagements.documents.rules import (
    INTERNAL,
    SHARED,
    check_document,
    check_reason,
    check_visibility,
)
from core.business.engagements.papers.encryption import (
    decrypt_bytes,
    decrypt_text,
    encrypt_bytes,
    encrypt_text,
)
from core.business.engagements.papers.orders import find_order, is_contact
from core.business.engagements.papers.tables import Document
from core.context import Context
from core.errors import ConflictError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record

NAME, CONTENT, REASON = "document.name", "document.content", "document.removed_reason"
"""Columns that are encrypted, as their values are bound."""


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A document as it was uploaded, byte for byte."""

    name: str
    media_type: str
    content: bytes


@action("document.upload")
def upload_document(
    context: Context, engagement_id: str, name: str, kind: str, data: bytes, *, visibility: str = SHARED
) -> str:
    """Look into a file and store it encrypted; return the document's id. What a contact uploads is shared.

    InvalidInputError for a file that is not taken, NotFoundError for an order of another customer.
    """
    order = find_order(context, engagement_id)
    checked = check_document(name, kind, data)
    is_shared = check_visibility(visibility) != INTERNAL or is_contact(context)
    document_id = new_id()
    context.session.add(
        Document(
            tenant_id=context.tenant.id,
            id=document_id,
            created_at=context.now,
            engagement_id=engagement_id,
            kind=kind,
            name=encrypt_text(context.session, NAME, document_id, checked.name),
            media_type=document_rules().formats[checked.format].media_type,
            size=checked.size,
            digest=bytes.fromhex(checked.digest),
            content=encrypt_bytes(context.session, CONTENT, document_id, data),
            is_shared=is_shared,
            person_id=context.person,
        )
    )
    record(
        context,
        "document.upload",
        "document",
        document_id,
        order=order.number,
        kind=kind,
        size=checked.size,
        shared=is_shared,
    )
    return document_id


@action("document.read")
def download_document(context: Context, document_id: str) -> DocumentFile:
    """Return a document's content, and write down who got it. NotFoundError for one that the person may not see.

    ConflictError for a removed one, whose content is gone, and where the content is not what was uploaded.
    """
    document = _find(context, document_id)
    if document.content is None:
        raise ConflictError(
            "This document was removed, and its content with it.", hint="Ask for it to be uploaded again."
        )
    content = decrypt_bytes(context.session, CONTENT, document.id, document.content)
    if hashlib.sha256(content).digest() != document.digest:
        raise ConflictError(
            "This document is not what was uploaded.", hint="Ask for it to be uploaded again."
        )
    record(context, "document.download", "document", document.id, kind=document.kind, size=document.size)
    name = decrypt_text(context.session, NAME, document.id, document.name)
    return DocumentFile(name, document.media_type, content)


@action("document.remove")
def remove_document(context: Context, document_id: str, reason: str) -> None:
    """Remove a document's content; its row stays and says who removed it, when and why. ConflictError for a removed one."""
    document = _find(context, document_id, lock=True)
    text = check_reason(reason)
    if document.removed_at is not None:
        raise ConflictError("This document was removed already.", hint="Reload the page.")
    document.content = None
    document.removed_reason = encrypt_text(context.session, REASON, document.id, text)
    document.removed_at, document.removed_by = context.now, context.person
    record(context, "document.remove", "document", document.id, kind=document.kind)


def _find(context: Context, document_id: str, *, lock: bool = False) -> Document:
    """Return a document of the customer that the person may see. NotFoundError for any other."""
    query = select(Document).where(Document.tenant_id == context.tenant.id, Document.id == document_id)
    if is_contact(context):
        query = query.where(Document.is_shared)
    query = query.with_for_update() if lock else query
    document = context.session.scalar(query.execution_options(populate_existing=True))
    if document is None:
        raise NotFoundError("There is no such document.", hint="Open the documents of the order.")
    return document
