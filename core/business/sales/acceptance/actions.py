"""Accept or decline a quote by its link: one transaction over operator and customer, done whole or not at all.

Nobody is signed in: the program writes, and the lines of the audit logs stand in the name of who sent the link, as lines
of the program that say who answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.business.engagements.create import OrderDetails, OrderLine, create_engagement
from core.business.engagements.tables import Engagement
from core.business.sales.acceptance.customers import customer_of, note_created, own_customer
from core.business.sales.acceptance.links import program_session, read_linked
from core.business.sales.acceptance.rules import LinkState, NotOpenError, check_name, check_reason
from core.business.sales.acceptance.signers import encrypted_signer
from core.business.sales.promises import write_promises
from core.business.sales.quotes.pricing import as_line
from core.business.sales.quotes.rules import QuoteState, Verb, next_state, number_text
from core.business.sales.tables import Prospect, ProspectEvent, Quote, QuoteLink
from core.db.session import TenantSession
from core.kit.ids import new_id
from core.platform.access.customers.rules import OWNER_ROLES
from core.platform.access.tables import Membership, Person, TenantRecord
from core.platform.audit.writing import append_later
from core.platform.events.actions import emit
from core.platform.events.recipients import people_in_roles

_WON = "won"
_BY = "prospect"
"""Who answered, in the facts of the lines of the log."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an acceptance made: the customer and the order (ids, and the order's number)."""

    customer_id: str
    engagement_id: str
    order_number: str


@dataclass(frozen=True, slots=True)
class _Held:
    """A quote that may be answered now, its rows locked for the rest of the transaction."""

    session: TenantSession
    now: datetime
    link: QuoteLink
    quote: Quote
    prospect: Prospect
    operator: TenantRecord

    @property
    def number(self) -> str:
        return number_text(self.quote.number, self.quote.version)


def accept(token: str, name: str) -> Acceptance:
    """Accept the quote of a link in the name of a person: make customer, order, payment plan and promises; tell the staff.

    FormError for a name that is none; NotOpenError where the quote cannot be answered at this moment: nothing is changed.
    """
    name = check_name(name)
    with program_session(token) as (session, link_id, quote_id):
        held = _hold(session, link_id, quote_id)
        is_new = held.prospect.customer_id is None
        owner = _own(held)
        customer = customer_of(session, held.prospect, held.operator)
        with session.working_in(customer):
            engagement_id, order_number = _add_order(held, name)
        _close(held, Verb.ACCEPT, name)
        held.quote.customer_id, held.quote.engagement_id = customer, engagement_id
        write_promises(session, held.quote)
        _add_event(held, "quote_accepted", total=str(held.quote.total), currency=held.quote.currency)
        before = _win(held)
        _tell(held, "quote_accepted")
        session.act_for(held.link.person_id)
        facts: dict[str, object] = {
            "quote": held.number,
            "by": _BY,
            "customer": customer,
            "order": order_number,
        }
        append_later(session, "quote.accept", "quote", quote_id, reason=None, facts=facts, as_worker=True)
        if before is not None:
            _note_prospect(held, "prospect.stage", before=before, after=_WON)
        if owner is not None:
            _note_prospect(held, "prospect.assign", before=None, owner=owner)
        with session.working_in(customer):
            if is_new:
                note_created(session, held.prospect)
            elif owner is not None:
                own_customer(session, owner)
            _note_order(held, engagement_id, order_number)
        session.commit()
    return Acceptance(customer, engagement_id, order_number)


def decline(token: str, name: str, reason: str = "") -> None:
    """Decline the quote of a link in the name of a person, and tell the staff; the stage of the prospect stays.

    FormError for a name or reason that cannot be taken; NotOpenError where the quote cannot be answered at this moment.
    """
    name, text = check_name(name), check_reason(reason)
    with program_session(token) as (session, link_id, quote_id):
        held = _hold(session, link_id, quote_id)
        _close(held, Verb.DECLINE, name)
        held.quote.decline_reason = text
        _add_event(held, "quote_declined", note=text)
        _tell(held, "quote_declined")
        session.act_for(held.link.person_id)
        facts: dict[str, object] = {"quote": held.number, "by": _BY, "has_reason": text is not None}
        append_later(session, "quote.decline", "quote", quote_id, reason=None, facts=facts, as_worker=True)
        session.commit()


def _hold(session: TenantSession, link_id: str, quote_id: str) -> _Held:
    """Lock the quote and its prospect. NotOpenError unless the quote may be answered at this moment."""
    linked = read_linked(session, link_id, quote_id, lock=True)
    link, quote, prospect, operator = linked.link, linked.quote, linked.prospect, linked.operator
    if link is None or quote is None or prospect is None or operator is None:
        raise NotOpenError(linked.link_state)
    if linked.link_state is not LinkState.OPEN:
        raise NotOpenError(linked.link_state)
    return _Held(session, linked.now, link, quote, prospect, operator)


def _close(held: _Held, verb: Verb, name: str) -> None:
    quote = held.quote
    quote.state = next_state(QuoteState(quote.state), verb).value
    quote.decided_at = quote.updated_at = held.now
    quote.signer = encrypted_signer(held.session, quote.id, name)


def _add_order(held: _Held, name: str) -> tuple[str, str]:
    """Write the order in the customer's tenant; return its id and number."""
    quote, session = held.quote, held.session
    zone = session.scalars(select(TenantRecord.zone).where(TenantRecord.id == session.tenant)).one()
    lines = [as_line(document) for document in quote.lines]
    engagement_id = create_engagement(
        session,
        OrderDetails(
            quote_id=quote.id,
            quote_number=quote.number,
            prospect_id=quote.prospect_id,
            domain=quote.domain,
            package=quote.package,
            locations=quote.locations,
            currency=quote.currency,
            total=quote.total,
            lines=[
                OrderLine(line.item, line.text, line.quantity, line.unit_price, line.amount) for line in lines
            ],
            payment_plan=quote.payment_plan,
            months=quote.months,
            ordered_at=held.now,
            ordered_by=name,
            signed_on=held.now.astimezone(ZoneInfo(zone)).date(),
            go_live_on=quote.go_live_on,
        ),
    )
    number = session.scalars(select(Engagement.number).where(Engagement.id == engagement_id)).one()
    return engagement_id, number


def _own(held: _Held) -> str | None:
    """Make who sent the link the owner of a prospect that nobody owns; return them, None where nothing is changed."""
    seller = held.link.person_id
    query = select(Membership.role).join(Person, Person.id == Membership.person_id)
    query = query.where(Membership.tenant_id == held.session.tenant, Person.id == seller, Person.active)
    if held.prospect.owner_id is not None or held.session.scalar(query) not in OWNER_ROLES:
        return None
    held.prospect.owner_id = seller
    _add_event(held, "assigned", before=None, owner=seller)
    return seller


def _note_prospect(held: _Held, verb: str, **facts: object) -> None:
    append_later(held.session, verb, "prospect", held.prospect.id, reason=None, facts=facts, as_worker=True)


def _note_order(held: _Held, engagement_id: str, order_number: str) -> None:
    facts: dict[str, object] = {"order": order_number, "quote": held.number, "by": _BY}
    append_later(
        held.session, "order.create", "engagement", engagement_id, reason=None, facts=facts, as_worker=True
    )


def _win(held: _Held) -> str | None:
    """Move the prospect to won, with its history; return its stage before, None where it was won already."""
    prospect, before = held.prospect, held.prospect.stage
    prospect.updated_at = held.now
    if before == _WON:
        return None
    prospect.stage, prospect.stage_since, prospect.lost_reason = _WON, held.now, None
    _add_event(held, "stage", before=before, after=_WON)
    return before


def _add_event(held: _Held, kind: str, note: str | None = None, **details: object) -> None:
    if kind.startswith("quote"):
        details = {"quote_id": held.quote.id, "quote": held.number, **details}
    held.session.add(
        ProspectEvent(
            tenant_id=held.session.tenant,
            id=new_id(),
            created_at=held.now,
            prospect_id=held.prospect.id,
            kind=kind,
            person_id=None,
            details=details,
            note=note,
        )
    )


def _tell(held: _Held, kind: str) -> None:
    """Tell the owner of the prospect and the managers; without an owner also who sent the link."""
    owner = _active(held.session, held.prospect.owner_id or held.link.person_id)
    people = [*owner, *people_in_roles(held.session, ("manager",))]
    emit(
        held.session,
        kind,
        to=people,
        quote=held.number,
        quote_id=held.quote.id,
        prospect=held.prospect.name,
    )


def _active(session: TenantSession, person: str) -> list[str]:
    query = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.tenant_id == session.tenant, Person.id == person, Person.active)
    )
    return list(session.scalars(query))
