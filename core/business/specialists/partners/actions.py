"""Add and edit partners, and say which specialists are theirs; in a Context of the operator."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.business.specialists.partners.contacts import encrypted_contact
from core.business.specialists.partners.rules import PartnerDetails, check_partner
from core.business.specialists.tables import Partner, Specialist
from core.context import Context
from core.errors import ConflictError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.access.customers.actions import require_operator
from core.platform.access.customers.countries import countries
from core.platform.audit.actions import record


@action("partner.edit")
def add_partner(context: Context, partner_details: PartnerDetails) -> str:
    """Add a partner; return the id. InvalidInputError for details that cannot be stored, ConflictError for a name that is taken."""
    require_operator(context)
    details = check_partner(partner_details, countries())
    partner_id = new_id()
    context.session.add(
        Partner(
            tenant_id=context.tenant.id,
            id=partner_id,
            created_at=context.now,
            name=details.name,
            country=details.country,
            share_percent=details.share_percent,
            referral_percent=details.referral_percent,
            contact=encrypted_contact(context.session, partner_id, details.contact),
            is_active=True,
            updated_at=context.now,
        )
    )
    _flush(context)
    record(context, "partner.add", "partner", partner_id, **_shares(details))
    return partner_id


@action("partner.edit")
def edit_partner(context: Context, partner_id: str, partner_details: PartnerDetails) -> None:
    """Change a partner. New shares hold for orders that are assigned or credited from now on."""
    details = check_partner(partner_details, countries())
    partner = _find(context, partner_id)
    partner.name, partner.country = details.name, details.country
    partner.share_percent, partner.referral_percent = details.share_percent, details.referral_percent
    partner.contact = encrypted_contact(context.session, partner_id, details.contact)
    partner.updated_at = context.now
    _flush(context)
    record(context, "partner.edit", "partner", partner_id, **_shares(details))


@action("partner.edit")
def set_partner_active(context: Context, partner_id: str, *, is_active: bool) -> None:
    """End the work with a partner, or begin it again; what it earned stays."""
    partner = _find(context, partner_id)
    if partner.is_active is is_active:
        raise ConflictError(
            f"This partner is {'active' if is_active else 'inactive'} already.", hint="Reload the page."
        )
    partner.is_active, partner.updated_at = is_active, context.now
    record(context, "partner.resume" if is_active else "partner.end", "partner", partner_id)


@action("partner.edit")
def set_partner_of(context: Context, specialist_id: str, partner_id: str | None) -> None:
    """Say of which partner a specialist is (None: of none). NotFoundError for a partner that is not active."""
    require_operator(context)
    if partner_id is not None and not _find(context, partner_id).is_active:
        raise NotFoundError("There is no such partner.", hint="Choose one on Partners.")
    query = select(Specialist).where(
        Specialist.tenant_id == context.tenant.id, Specialist.id == specialist_id
    )
    specialist = context.session.scalar(query.with_for_update())
    if specialist is None:
        raise NotFoundError("There is no such specialist.", hint="Choose one on Specialists.")
    specialist.partner_id, specialist.updated_at = partner_id, context.now
    specialist.version += 1
    record(context, "partner.people", "specialist", specialist_id, partner=partner_id)


def _find(context: Context, partner_id: str) -> Partner:
    query = select(Partner).where(Partner.tenant_id == context.tenant.id, Partner.id == partner_id)
    partner = context.session.scalar(query.with_for_update())
    if partner is None:
        raise NotFoundError("There is no such partner.", hint="Choose one on Partners.")
    return partner


def _flush(context: Context) -> None:
    try:
        context.session.flush()
    except IntegrityError:
        raise ConflictError("A partner has this name already.", hint="Choose another name.") from None


def _shares(details: PartnerDetails) -> dict[str, str]:
    return {"share": str(details.share_percent), "referral": str(details.referral_percent)}
