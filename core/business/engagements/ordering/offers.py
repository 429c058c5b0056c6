"""Let a customer ask for the quote of a package without a list price: who sells to them is told, once a week."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.business.catalog.packages import package as find_package
from core.business.engagements.ordering.price import is_by_offer
from core.context import Context
from core.errors import InvalidInputError
from core.platform.access.actions import action
from core.platform.access.tables import TenantRecord
from core.platform.audit.actions import record
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles, was_emitted

AGAIN = timedelta(days=7)
"""After how long a customer's question for the same package is passed on again."""


@action("order.place")
def ask_for_offer(context: Context, package: str) -> bool:
    """Ask for a quote of a package that is priced by offer; False where it was asked for within the week.

    InvalidInputError for a package of the price list: that is ordered.
    """
    title = find_package(context.tenant.domain, package).title
    if not is_by_offer(context.tenant.domain, package):
        raise InvalidInputError(f"{title} has a price.", hint="Choose it and order it here.")
    if was_emitted(context.session, "offer_wanted", context.now - AGAIN, package=title):
        return False
    query = select(TenantRecord.owner_id).where(TenantRecord.id == context.tenant.id)
    owner = context.session.scalar(query)
    people = [*([owner] if owner else []), *people_in_roles(context.session, ("manager",))]
    emit(context, "offer_wanted", to=people, package=title)
    record(context, "order.offer_wanted", "tenant", context.tenant.id, package=package)
    return True
