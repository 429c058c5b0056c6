"""Find specialists and what is stored encrypted of them: photos and notes of absences, bound to their rows."""

from __future__ import annotations

from sqlalchemy import select

from core.business.specialists.tables import Absence, Specialist
from core.context import Context
from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.errors import NotAllowedError, NotFoundError
from core.kit import crypto
from core.kit.ids import is_id
from core.platform.access.customers.actions import require_operator


def find_specialist(context: Context, specialist_id: str, *, hold: bool = False) -> Specialist:
    """Return a specialist whom the person sees, locked with `hold`. NotFoundError for everybody else."""
    require_operator(context)
    row = None
    if is_id(specialist_id):
        query = select(Specialist).where(
            Specialist.tenant_id == context.tenant.id, Specialist.id == specialist_id
        )
        row = context.session.scalar(query.with_for_update() if hold else query)
    if row is None:
        raise NotFoundError("There is no such specialist.", hint="Choose from the roster.")
    return row


def find_editable(context: Context, specialist_id: str) -> Specialist:
    """Return a specialist, locked, whose entry the person may change: their own, of a manager everybody's."""
    row = find_specialist(context, specialist_id, hold=True)
    if row.person_id != context.person and not context.may("specialist.manage"):
        raise NotAllowedError(
            "You may change your own hours and absences only.",
            hint="Ask a manager.",
            permission="specialist.manage",
        )
    return row


def own_specialist(context: Context, *, hold: bool = False) -> Specialist:
    """Return the person's own entry in the roster, locked with `hold`. NotFoundError for who is not in it."""
    require_operator(context)
    query = select(Specialist).where(
        Specialist.tenant_id == context.tenant.id, Specialist.person_id == context.person
    )
    row = context.session.scalar(query.with_for_update() if hold else query)
    if row is None:
        raise NotFoundError("You are not in the roster.", hint="Ask a manager to add you.")
    return row


def is_own_or_managed(context: Context, row: Specialist) -> bool:
    """Tell whether the person may see what is between a specialist and the managers: absences, exams, training."""
    return row.person_id == context.person or context.may("specialist.manage")


def require_own_or_managed(context: Context, row: Specialist) -> None:
    """Raise NotAllowedError where the person may not see a specialist's absences, exams and training."""
    if not is_own_or_managed(context, row):
        raise NotAllowedError("This is for the specialist and the managers.", permission="specialist.manage")


def encrypt_photo(session: TenantSession, specialist_id: str, photo: bytes | None) -> bytes | None:
    """Encrypt a photo; None for none."""
    if photo is None:
        return None
    return crypto.encrypt(tenant_key(session), photo, _binding(session, "specialist|photo", specialist_id))


def decrypt_photo(session: TenantSession, row: Specialist) -> bytes | None:
    """Decrypt the photo of a specialist; None without one. DecryptionError for that of another row."""
    if row.photo is None:
        return None
    return crypto.decrypt(tenant_key(session), row.photo, _binding(session, "specialist|photo", row.id))


def encrypt_note(session: TenantSession, absence_id: str, note: str) -> str | None:
    """Encrypt the note of an absence, as text; None for an empty one."""
    if not note:
        return None
    binding = _binding(session, "absence|note", absence_id)
    return crypto.encrypt(tenant_key(session), note.encode(), binding).hex()


def decrypt_note(session: TenantSession, row: Absence) -> str:
    """Decrypt the note of an absence; '' for none."""
    if row.note is None:
        return ""
    binding = _binding(session, "absence|note", row.id)
    return crypto.decrypt(tenant_key(session), bytes.fromhex(row.note), binding).decode()


def _binding(session: TenantSession, column: str, row_id: str) -> str:
    return f"{session.tenant}|{column}|{row_id}"
