"""Commands of quotes: written for a prospect, shown, listed, sent, approved, withdrawn."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from core.business.billing.plans import due_text, plan_text
from core.business.sales.prospects.views import prospect
from core.business.sales.quotes.actions import draft_quote
from core.business.sales.quotes.approval import approve_discount, percent_text
from core.business.sales.quotes.limits import require_package_holds
from core.business.sales.quotes.listing import QuoteFilter, quote_id_of, quote_rows
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import QuoteDetails, quote
from core.business.sales.sending import send_quote, withdraw_quote
from core.entry.cli.answer import Answer, table
from core.entry.cli.sales.numbers import as_number
from core.entry.cli.sales.operator import operator_session
from core.entry.cli.sales.prospects import resolve_prospect
from core.kit.money import ZERO, show


def new(args: Namespace) -> Answer:
    """Draft the first version of a new quote."""
    terms = QuoteTerms(
        locations=args.locations,
        add_ons=tuple(args.add_on),
        unit_price=args.unit_price,
        price_note=args.price_note,
        discount_percent=args.discount or ZERO,
        discount_reason=args.reason,
        payment_plan=args.plan,
        months=args.months,
        valid_until=args.valid_until,
        go_live_on=args.go_live,
    )
    with operator_session(args) as context:
        prospect_id = resolve_prospect(context, args.prospect)
        details = quote(context, draft_quote(context, prospect_id, args.package, terms))
        volumes = prospect(context, prospect_id, with_contact=False).volumes
    unknown = require_package_holds(details.domain, details.package, volumes, details.locations)
    answer = _answer(details)
    text = "\n\n".join([answer.text, *unknown])
    return Answer(_document(details) | {"unknown": unknown}, text)


def show_quote(args: Namespace) -> Answer:
    """Show a quote with its lines and instalments."""
    with operator_session(args) as context:
        return _answer(quote(context, quote_id_of(context, args.quote)))


def list_quotes(args: Namespace) -> Answer:
    """List the quotes that match, the last changed first."""
    filters = QuoteFilter(
        state=args.state or "", expires_within=args.expires_within, search=args.search or ""
    )
    with operator_session(args) as context:
        page = quote_rows(context, filters, limit=args.limit)
    rows = [
        [row.number_text, row.prospect_name, row.state, show(row.total, row.currency), str(row.valid_until)]
        for row in page.rows
    ]
    document = {
        "total_count": page.total_count,
        "quotes": [
            {
                "id": row.id,
                "quote": row.number_text,
                "prospect": row.prospect_name,
                "state": row.state,
                "needs_approval": row.awaits_approval,
                "total": as_number(row.total),
                "currency": row.currency,
                "valid_until": row.valid_until,
                "days_remaining": row.days_remaining,
                "owner": row.owner_name,
            }
            for row in page.rows
        ],
    }
    header = ("quote", "prospect", "state", "total", "valid until")
    return Answer(document, table(header, rows, empty="No quote matches."))


def send(args: Namespace) -> Answer:
    """Send a draft, and tell its link this once."""
    with operator_session(args) as context:
        quote_id = quote_id_of(context, args.quote)
        link = send_quote(context, quote_id, by_email=not args.no_email)
        details = quote(context, quote_id)
        has_email = prospect(context, details.prospect_id, with_contact=False).has_email
    is_mailed = has_email and not args.no_email
    if is_mailed:
        text = f"Sent {details.number_text}."
    else:
        reason = "No e-mail was sent." if has_email else "No e-mail: the contact has no e-mail address."
        text = f"Link of {details.number_text} created. {reason}"
    return Answer(_document(details) | {"link": link, "mailed": is_mailed}, f"{text} Link: {link}")


def approve(args: Namespace) -> Answer:
    """Approve the discount of a draft."""
    with operator_session(args) as context:
        quote_id = quote_id_of(context, args.quote)
        approve_discount(context, quote_id)
        details = quote(context, quote_id)
    discount = percent_text(details.total_discount)
    return Answer(_document(details), f"Approved the discount of {discount} on {details.number_text}.")


def withdraw(args: Namespace) -> Answer:
    """Withdraw a sent quote."""
    with operator_session(args) as context:
        quote_id = quote_id_of(context, args.quote)
        withdraw_quote(context, quote_id, args.reason)
        details = quote(context, quote_id)
    return Answer(_document(details), f"Withdrew {details.number_text}.")


def _answer(details: QuoteDetails) -> Answer:
    lines = [
        [line.text, f"{line.quantity.normalize():f}", show(line.amount, details.currency), line.explanation]
        for line in details.lines
    ]
    parts = [
        f"{details.number_text} for {details.prospect_name}, {details.state}, until {details.valid_until}",
        table(("item", "quantity", "amount", "explanation"), lines, widest=90),
        f"Total {show(details.total, details.currency)}. {plan_text(details.payment_plan, details.months)}.",
    ]
    if details.roi_version:
        parts.append(f"The proposal shows version {details.roi_version} of the ROI.")
    if details.awaits_approval:
        parts.append(f"A discount of {percent_text(details.total_discount)} needs the approval of a manager.")
    return Answer(_document(details), "\n\n".join(parts))


def _document(details: QuoteDetails) -> dict[str, Any]:
    return {
        "id": details.id,
        "quote": details.number_text,
        "prospect": details.prospect_name,
        "state": details.state,
        "is_withdrawn": details.is_withdrawn,
        "package": details.package,
        "locations": details.locations,
        "currency": details.currency,
        "lines": [
            {
                "item": line.item,
                "text": line.text,
                "quantity": as_number(line.quantity),
                "unit_price": as_number(line.unit_price),
                "amount": as_number(line.amount),
                "explanation": line.explanation,
            }
            for line in details.lines
        ],
        "discount_percent": as_number(details.discount_percent),
        "total_discount_percent": as_number(round(details.total_discount, 4)),
        "needs_approval": details.awaits_approval,
        "subtotal": as_number(details.subtotal),
        "total": as_number(details.total),
        "payment_plan": details.payment_plan,
        "months": details.months,
        "instalments": [
            {
                "number": part.number,
                "amount": as_number(part.amount),
                "due": due_text(part.due_on, part.due_event, part.months_after),
            }
            for part in details.instalments
        ],
        "valid_until": details.valid_until,
        "days_remaining": details.days_remaining,
        "go_live_on": details.go_live_on,
        "roi_version": details.roi_version,
    }
