"""Ask for, give and refuse the approval of a discount above the limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.business.sales.prospects.records import find_prospect
from core.business.sales.quotes.locking import add_history, check_version, lock_versions
from core.business.sales.quotes.pricing import stored_discount
from core.business.sales.quotes.rules import (
    DISCOUNT_LIMIT,
    MAX_TEXT,
    Verb,
    needs_approval,
    next_state,
    number_text,
)
from core.business.sales.quotes.stored import total_discount_of
from core.business.sales.tables import Quote
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotAllowedError
from core.platform.access.actions import action
from core.platform.access.colleagues import who_could, who_may
from core.platform.audit.actions import record
from core.platform.events.actions import emit

APPROVE = "quote.approve"


@action("quote.edit")
def request_approval(context: Context, quote_id: str) -> None:
    """Ask the managers to approve the discount of a draft. ConflictError where nothing waits for them."""
    quote, _ = lock_versions(context, quote_id)
    next_state(quote.state, Verb.ASK)
    _require_open(quote)
    if quote.approval_asked_at is not None:
        raise ConflictError("Approval was asked for already.", hint="Wait for a manager.")
    managers = [colleague.person_id for colleague in who_may(context, APPROVE)]
    if not managers:
        raise ConflictError("Nobody else can approve this discount.", hint="Lower it to 10% or less.")
    quote.approval_asked_at = quote.updated_at = context.now
    text, percent = number_text(quote.number, quote.version), percent_text(total_discount_of(quote))
    prospect = find_prospect(context, quote.prospect_id).name
    emit(
        context,
        "quote_approval_wanted",
        to=managers,
        quote=text,
        quote_id=quote.id,
        prospect=prospect,
        discount=percent,
    )
    add_history(context, quote, "quote_approval_asked", discount=percent)
    record(context, "quote.approval_ask", "quote", quote.id, quote=text, discount=percent)


@action(APPROVE)
def approve_discount(context: Context, quote_id: str, *, updated_at: datetime | None = None) -> None:
    """Approve the discount of a draft; any change of lines, prices or discount voids it.

    ConflictError where no approval is needed, or the draft was changed since `updated_at`.
    """
    quote, _ = lock_versions(context, quote_id)
    next_state(quote.state, Verb.APPROVE)
    check_version(quote, updated_at)
    _require_open(quote)
    quote.approved_by, quote.approved_at, quote.updated_at = context.person, context.now, context.now
    _tell_author(context, quote, "approved")
    _record_approval(context, quote, is_own=False)


@action(APPROVE)
def refuse_discount(context: Context, quote_id: str, reason: str) -> None:
    """Refuse the discount of a draft with a reason, which its author finds in the history."""
    quote, _ = lock_versions(context, quote_id)
    next_state(quote.state, Verb.REFUSE)
    _require_open(quote)
    reason = reason.strip()
    if not reason or len(reason) > MAX_TEXT:
        raise InvalidInputError(
            "A refusal has a reason.", hint=f"Write 1 to {MAX_TEXT} characters.", field="reason"
        )
    quote.approval_asked_at, quote.updated_at = None, context.now
    percent = percent_text(total_discount_of(quote))
    _tell_author(context, quote, "refused")
    add_history(context, quote, "quote_discount_refused", reason, discount=percent)
    text = number_text(quote.number, quote.version)
    record(context, "quote.refuse", "quote", quote.id, quote=text, discount=percent)


def require_approved(context: Context, quote: Quote) -> None:
    """Raise NotAllowedError, which names who can approve, where the discount of a draft waits for approval."""
    discount = total_discount_of(quote)
    if not needs_approval(discount) or quote.approved_at is not None:
        return
    if context.may(APPROVE):
        hint = "Approve it first."
    else:
        hint = who_could(who_may(context, APPROVE)) or f"Lower it to {DISCOUNT_LIMIT}% or less."
    raise NotAllowedError(
        f"A discount of {percent_text(discount)} needs the approval of a manager.",
        hint=hint,
        permission=APPROVE,
    )


def approval_by_editor(
    context: Context, lines: Sequence[Mapping[str, Any]], discount_percent: Decimal
) -> dict[str, Any]:
    """Return the columns of an approval where the editor may approve what they write; none where nothing needs it."""
    if needs_approval(stored_discount(lines, discount_percent)) and context.may(APPROVE):
        return {"approved_by": context.person, "approved_at": context.now}
    return {}


def record_own_approval(context: Context, quote: Quote) -> None:
    """Record that the editor of a draft approved its discount by writing it; nothing without an approval."""
    if quote.approved_at is not None:
        _record_approval(context, quote, is_own=True)


def percent_text(percent: Decimal) -> str:
    """Write a percentage: '12.5%'."""
    return f"{round(percent, 2).normalize():f}%"


def _require_open(quote: Quote) -> None:
    if not needs_approval(total_discount_of(quote)):
        raise ConflictError("This discount needs no approval.", hint="Send the quote.")
    if quote.approved_at is not None:
        raise ConflictError("This discount is approved already.", hint="Send the quote.")


def _record_approval(context: Context, quote: Quote, *, is_own: bool) -> None:
    percent = percent_text(total_discount_of(quote))
    add_history(context, quote, "quote_discount_approved", discount=percent)
    text = number_text(quote.number, quote.version)
    record(context, APPROVE, "quote", quote.id, quote=text, discount=percent, own_draft=is_own)


def _tell_author(context: Context, quote: Quote, decision: str) -> None:
    if quote.person_id != context.person:
        emit(
            context,
            "quote_discount_decided",
            to=[quote.person_id],
            quote=number_text(quote.number, quote.version),
            quote_id=quote.id,
            decision=decision,
        )
