"""Assign lead, reviewer and reserve of an order, let the reserve take over, end a membership; in a Context of the customer.

Who is not certified for the order is refused in words, whatever a screen offered: the specialist is compared with the
order inside the transaction that writes.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from core.business.engagements.tables import Engagement, EngagementEvent, TeamMember
from core.business.engagements.team.members import (
    LEAD,
    REFERRAL_EVENT,
    RESERVE,
    REVIEWER,
    Seat,
    active_members,
    add_member,
    end_membership,
    note_change,
    open_order,
)
from core.business.engagements.team.ranking import Candidate, compare
from core.business.engagements.team.reading import StaffFacts, demand_of, profiles, staff_facts
from core.business.engagements.team.views import horizon
from core.business.specialists.tables import Partner, Specialist
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.access.customers.both import BothTenants, customer_and_operator
from core.platform.access.tables import TenantRecord
from core.platform.audit.writing import append_later
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

MAX_REASON = 500


@action("order.assign")
def assign_lead(context: Context, engagement_id: str, person_id: str) -> str:
    """Assign the lead of an order, with access to the customer from now on; return the membership (id).

    A lead that is there is replaced and their access ends. ConflictError says in words why somebody cannot lead it.
    """
    with customer_and_operator(context) as desk:
        order = open_order(desk.session, engagement_id)
        person_facts, candidate = _hold(desk, context, order, person_id)
        if candidate.refusal:
            raise _not_assignable(candidate, candidate.refusal)
        return _lead(desk, context, order, person_facts, candidate, "assigned")


@action("order.assign")
def assign_reserve(context: Context, engagement_id: str, person_id: str) -> str:
    """Assign a reserve of an order, without access until it takes over; return the membership (id).

    A reserve that is there is replaced. ConflictError for the lead of the order, and for who is not certified for it.
    """
    return _assign_beside(context, engagement_id, person_id, RESERVE)


@action("order.assign")
def assign_reviewer(context: Context, engagement_id: str, person_id: str) -> str:
    """Assign the reviewer of an order, with access to the customer from now on; return the membership (id).

    A reviewer that is there is replaced and their access ends. ConflictError for who is in the team already, and for who
    is not certified for the order.
    """
    return _assign_beside(context, engagement_id, person_id, REVIEWER)


@action("order.assign")
def take_over_lead(context: Context, engagement_id: str) -> str:
    """Make the reserve of an order its lead, whose access begins while the earlier lead's ends; return the membership (id).

    ConflictError without a reserve, and for one whose certificate does not hold any more.
    """
    with customer_and_operator(context) as desk:
        order = open_order(desk.session, engagement_id)
        reserves = active_members(desk.session, engagement_id, RESERVE)
        if not reserves:
            raise ConflictError("This order has no reserve.", hint="Assign a lead instead.")
        person_facts, candidate = _hold(desk, context, order, reserves[0].person_id)
        if candidate.reserve_refusal:
            raise _not_assignable(candidate, candidate.reserve_refusal)
        return _lead(desk, context, order, person_facts, candidate, "took_over")


@action("order.assign")
def end_member(context: Context, member_id: str, reason: str = "") -> None:
    """End a membership and its access now. NotFoundError for one of another customer or one that is over."""
    reason = _checked(reason)
    with customer_and_operator(context) as desk:
        session = desk.session
        query = select(TeamMember).where(TeamMember.tenant_id == session.tenant, TeamMember.id == member_id)
        member = session.scalar(query)
        if member is not None:
            order = open_order(session, member.engagement_id)
            session.refresh(member)
        if member is None or member.ends_at is not None:
            raise NotFoundError("This membership is over.", hint="Reload the page.")
        end_membership(session, member, context.now, reason or "ended")
        note_change(session, member.engagement_id, context.now, "ended", member, reason=reason or None)
        if member.role == LEAD and member.person_id != context.person:
            _tell_outside(desk, "order_released", member.person_id, order)


@action("partner.edit")
def credit_referral(context: Context, engagement_id: str, partner_id: str | None) -> None:
    """Note which partner brought an order (None: nobody), with its referral share at this moment.

    NotFoundError for an order of another customer and for a partner that is not active.
    """
    with customer_and_operator(context) as desk:
        session = desk.session
        query = select(Engagement).where(
            Engagement.tenant_id == session.tenant, Engagement.id == engagement_id
        )
        order = session.scalar(query.with_for_update())
        if order is None:
            raise NotFoundError("There is no such order.", hint="Open the customer's orders.")
        percent = None
        if partner_id is not None:
            with desk.working_in_operator():
                partner = session.get(Partner, (desk.operator, partner_id))
                if partner is None or not partner.is_active:
                    raise NotFoundError("There is no such partner.", hint="Choose one on Partners.")
                percent = str(partner.referral_percent)
        details = {"partner": partner_id, "percent": percent}
        session.add(
            EngagementEvent(
                tenant_id=session.tenant,
                id=new_id(),
                created_at=context.now,
                engagement_id=order.id,
                kind=REFERRAL_EVENT,
                person_id=context.person,
                details=details,
            )
        )
        append_later(session, "order.refer", "engagement", order.id, reason=None, facts={**details})


def _assign_beside(context: Context, engagement_id: str, person_id: str, role: str) -> str:
    """Assign the reserve or the reviewer of an order in place of the one that is there."""
    with customer_and_operator(context) as desk:
        order = open_order(desk.session, engagement_id)
        person_facts, candidate = _hold(desk, context, order, person_id)
        if candidate.reserve_refusal:
            raise _not_assignable(candidate, candidate.reserve_refusal)
        team = active_members(desk.session, engagement_id)
        if any(member.person_id == person_id for member in team):
            raise ConflictError(
                f"{candidate.profile.name} is in the team of this order already.",
                hint="Choose somebody else.",
            )
        replaced = [member for member in team if member.role == role]
        for member in replaced:
            end_membership(desk.session, member, context.now, "replaced")
        seat = Seat(
            person_id,
            role,
            candidate.reasons,
            has_access=role == REVIEWER and person_facts.is_assigned,
            partner_id=person_facts.specialist.partner_id,
        )
        member = add_member(desk.session, order, seat, context.now)
        before = replaced[0].person_id if replaced else None
        note_change(desk.session, order.id, context.now, "assigned", member, replaced=before)
        if role == REVIEWER:
            emit(desk.session, "order_reviewer", to=[person_id], order=order.number, engagement_id=order.id)
            if before:
                _tell_outside(desk, "order_released", before, order)
        else:
            _tell_outside(desk, "order_reserve", person_id, order)
        return member.id


def _hold(
    desk: BothTenants, context: Context, order: Engagement, person_id: str
) -> tuple[StaffFacts, Candidate]:
    """Lock a specialist's row and compare them with an order. NotFoundError for somebody who is no active specialist.

    Of two orders that want the same person at once, the second waits here and then sees the hours of the first.
    """
    with desk.working_in_operator() as session:
        query = select(Specialist.id).where(
            Specialist.tenant_id == desk.operator, Specialist.person_id == person_id
        )
        session.execute(query.with_for_update()).all()
    staff = staff_facts(desk, context.now, horizon(desk.session, order, context.now))
    person_facts = [person for person in staff if person.specialist.person_id == person_id]
    if not person_facts:
        raise NotFoundError("There is no such specialist.", hint="Choose one of the candidates.")
    [profile] = profiles(desk, order, person_facts, context.now)
    return person_facts[0], compare(demand_of(desk.session, order), profile, context.today)


def _lead(
    desk: BothTenants,
    context: Context,
    order: Engagement,
    person_facts: StaffFacts,
    candidate: Candidate,
    change: str,
) -> str:
    """Make somebody the lead: the earlier lead's membership ends, and their own as reserve; tell them and the customer."""
    session, person = desk.session, candidate.profile.person_id
    replaced = None
    for member in active_members(session, order.id):
        if member.role == LEAD and member.person_id == person:
            raise ConflictError(
                f"{candidate.profile.name} leads this order already.", hint="Reload the page."
            )
        if member.role == LEAD:
            replaced = member.person_id
            end_membership(session, member, context.now, "replaced")
        elif member.person_id == person:
            end_membership(session, member, context.now, "leads now")
    partner_id = person_facts.specialist.partner_id
    seat = Seat(
        person,
        LEAD,
        candidate.reasons,
        has_access=person_facts.is_assigned,
        partner_id=partner_id,
        share_percent=_share(desk, partner_id),
    )
    member = add_member(session, order, seat, context.now)
    note_change(session, order.id, context.now, change, member, replaced=replaced)
    contacts = people_in_roles(session, ["customer"])
    emit(session, "order_assigned", to=[person], order=order.number, engagement_id=order.id)
    emit(session, "order_team", to=contacts, order=order.number, engagement_id=order.id)
    if replaced:
        _tell_outside(desk, "order_released", replaced, order)
    return member.id


def _tell_outside(desk: BothTenants, kind: str, person: str, order: Engagement) -> None:
    """Tell somebody who does not reach the customer, at the operator."""
    customer = desk.session.get_one(TenantRecord, desk.customer).name
    number = order.number
    with desk.working_in_operator() as session:
        emit(session, kind, to=[person], order=number, client=customer)


def _share(desk: BothTenants, partner_id: str | None) -> Decimal | None:
    if partner_id is None:
        return None
    with desk.working_in_operator() as session:
        return session.get_one(Partner, (desk.operator, partner_id)).share_percent


def _not_assignable(candidate: Candidate, refusal: str) -> ConflictError:
    return ConflictError(
        f"{candidate.profile.name} cannot be assigned to this order. {refusal}.",
        hint="Choose somebody whom nothing forbids.",
    )


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) > MAX_REASON:
        raise InvalidInputError("The reason is too long.", hint=f"Write at most {MAX_REASON} letters.")
    return reason
