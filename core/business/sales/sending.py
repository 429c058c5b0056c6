"""Send quotes to prospects by a link, renew the link, and withdraw what was sent."""

from __future__ import annotations

from datetime import datetime

from core.business.sales.promises import write_promises
from core.business.sales.proposals.contents import keep_contents
from core.business.sales.prospects.actions import move_stage
from core.business.sales.prospects.contacts import decrypt_contact
from core.business.sales.prospects.records import find_prospect
from core.business.sales.prospects.rules import Stage
from core.business.sales.quotes.approval import require_approved
from core.business.sales.quotes.limits import require_not_lost, require_sendable
from core.business.sales.quotes.links import address, new_link
from core.business.sales.quotes.locking import (
    add_history,
    check_version,
    lock_versions,
    operator_zone,
)
from core.business.sales.quotes.roi_check import require_consistent_roi
from core.business.sales.quotes.rules import (
    MAX_TEXT,
    QuoteState,
    Verb,
    end_of_validity,
    is_over,
    next_state,
    number_text,
    state_at,
    today,
)
from core.business.sales.tables import Quote
from core.business.sales.withdrawal import withdraw_links, withdraw_sent
from core.context import Context
from core.errors import ConflictError, InvalidInputError
from core.kit.money import show
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.platform.events.actions import emit, is_address


@action("quote.edit")
def send_quote(
    context: Context, quote_id: str, *, by_email: bool = True, updated_at: datetime | None = None
) -> str:
    """Send a draft: return the link for the prospect, which is told this once, and mail it to the contact.

    The version sent before is replaced. NotAllowedError names who can approve where a discount waits for it;
    ConflictError where the quote was accepted in an earlier version, its ROI contradicts it, or it changed since
    `updated_at`.
    """
    quote, versions = lock_versions(context, quote_id)
    state = next_state(quote.state, Verb.SEND)
    check_version(quote, updated_at)
    zone = operator_zone(context.session)
    if is_over(quote.valid_until, zone, context.now):
        raise InvalidInputError("The last day of this quote is over.", hint="Choose a later day first.")
    if quote.go_live_on is not None and quote.go_live_on < today(zone, context.now):
        raise InvalidInputError(
            "The go-live date of this quote is over.", hint="Edit the draft: choose a later date, or none."
        )
    require_approved(context, quote)
    require_sendable(context, quote)
    require_consistent_roi(context, quote)
    if any(version.state == QuoteState.ACCEPTED for version in versions):
        raise ConflictError("An earlier version of this quote was accepted.", hint="Write a new quote.")
    for version in versions:
        if state_at(version.state, version.valid_until, zone, context.now) is QuoteState.SENT:
            _replace(context, version, quote)
    quote.state, quote.sent_at, quote.updated_at = state.value, context.now, context.now
    context.session.flush()
    write_promises(context.session, quote)
    keep_contents(context, quote)
    link = _make_link(context, quote, zone)
    is_mailed = by_email and _mail(context, quote, link, zone)
    _mark_quoted(context, quote)
    add_history(context, quote, "quote_sent", total=show(quote.total, quote.currency), mailed=is_mailed)
    text = number_text(quote.number, quote.version)
    record(context, "quote.send", "quote", quote.id, quote=text, mailed=is_mailed)
    return link


@action("quote.edit")
def renew_link(context: Context, quote_id: str, *, by_email: bool = False) -> str:
    """Make another link to a sent quote and withdraw the one before; return it, told this once."""
    quote, _ = lock_versions(context, quote_id)
    zone = operator_zone(context.session)
    next_state(state_at(quote.state, quote.valid_until, zone, context.now), Verb.RENEW)
    require_not_lost(context, quote)
    link = _make_link(context, quote, zone)
    is_mailed = by_email and _mail(context, quote, link, zone)
    add_history(context, quote, "quote_link_renewed", mailed=is_mailed)
    text = number_text(quote.number, quote.version)
    record(context, "quote.link", "quote", quote.id, quote=text, mailed=is_mailed)
    return link


@action("quote.edit")
def withdraw_quote(context: Context, quote_id: str, reason: str = "") -> None:
    """Withdraw a sent quote: its link opens no longer, and it counts as expired from now on."""
    quote, _ = lock_versions(context, quote_id)
    if len(reason) > MAX_TEXT:
        raise InvalidInputError("The reason is too long.", hint=f"Write at most {MAX_TEXT} characters.")
    zone = operator_zone(context.session)
    next_state(state_at(quote.state, quote.valid_until, zone, context.now), Verb.WITHDRAW)
    withdraw_sent(context, quote)
    add_history(context, quote, "quote_withdrawn", reason.strip() or None)


def _make_link(context: Context, quote: Quote, zone: str) -> str:
    return address(new_link(context, quote.id, end_of_validity(quote.valid_until, zone)))


def _replace(context: Context, version: Quote, successor: Quote) -> None:
    version.state = next_state(version.state, Verb.REPLACE).value
    version.updated_at = context.now
    context.session.flush()
    withdraw_links(context, version.id)
    add_history(context, version, "quote_replaced", by=number_text(successor.number, successor.version))


def _mail(context: Context, quote: Quote, link: str, zone: str) -> bool:
    """Mail the link to the prospect's contact; return False where there is no address."""
    prospect = find_prospect(context, quote.prospect_id)
    contact = decrypt_contact(context.session, prospect.id, prospect.contact)
    if contact is None or not is_address(contact.email):
        return False
    emit(
        context,
        "quote_sent",
        to_address=contact.email,
        link=link,
        expires_at=end_of_validity(quote.valid_until, zone),
        quote=number_text(quote.number, quote.version),
        quote_id=quote.id,
        valid_until=f"{quote.valid_until:%-d %B %Y}",
    )
    return True


def _mark_quoted(context: Context, quote: Quote) -> None:
    """Move the prospect to quoted, unless it is a customer."""
    prospect = find_prospect(context, quote.prospect_id, lock=True)
    if prospect.stage != Stage.WON:
        move_stage(context, prospect, Stage.QUOTED)
