"""Draft quotes, edit drafts and write new versions, in a Context of the operator."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.business.catalog.packages import catalog
from core.business.sales.prospects.records import find_prospect
from core.business.sales.quotes.approval import approval_by_editor, record_own_approval
from core.business.sales.quotes.limits import require_package_holds
from core.business.sales.quotes.locking import (
    add_history,
    check_version,
    lock_versions,
    next_number,
    operator_zone,
)
from core.business.sales.quotes.preview import locations_of, priced_for
from core.business.sales.quotes.pricing import as_documents
from core.business.sales.quotes.roi_check import newest_roi
from core.business.sales.quotes.rules import (
    DEFAULT_VALIDITY,
    NEWEST_ROI,
    QuoteState,
    QuoteTerms,
    TermsError,
    Verb,
    check_terms,
    next_state,
    number_text,
    state_at,
    today,
)
from core.business.sales.quotes.stored import terms_of
from core.business.sales.tables import Prospect, Quote, RoiCase
from core.context import Context
from core.errors import ConflictError
from core.kit.ids import new_id
from core.kit.money import show
from core.platform.access.actions import action
from core.platform.audit.actions import record

_APPROVED = ("package", "locations", "lines", "discount_percent", "discount_reason", "subtotal", "total")
"""Columns that an approval of the discount is given on."""


@action("quote.edit")
def draft_quote(context: Context, prospect_id: str, package: str, terms: QuoteTerms | None = None) -> str:
    """Draft the first version of a new quote; return its id. TermsError names the fields that are wrong.

    Without terms: the prospect's locations at list prices, paid in full, valid for 30 days, with the newest ROI case.
    InvalidInputError for a package that does not hold what is known of the prospect.
    """
    prospect = find_prospect(context, prospect_id)
    quote = _draft(context, prospect, package, terms or QuoteTerms())
    require_package_holds(prospect.domain, package, prospect.volumes, quote.locations)
    quote.number, quote.version = next_number(context), 1
    _add(context, quote)
    add_history(context, quote, "quote_drafted", total=show(quote.total, quote.currency))
    record(context, "quote.draft", "quote", quote.id, quote=number_text(quote.number, 1), package=package)
    return quote.id


@action("quote.edit")
def edit_draft(
    context: Context,
    quote_id: str,
    package: str,
    terms: QuoteTerms,
    *,
    updated_at: datetime | None = None,
) -> None:
    """Change a draft. An approval of the discount is void where lines, prices or discount differ.

    ConflictError where the version is no draft, or was changed since `updated_at`.
    """
    quote, _ = lock_versions(context, quote_id)
    next_state(quote.state, Verb.EDIT)
    check_version(quote, updated_at)
    prospect = find_prospect(context, quote.prospect_id)
    values = _values(context, prospect, package, terms)
    require_package_holds(prospect.domain, package, prospect.volumes, values["locations"])
    if any(getattr(quote, name) != values[name] for name in _APPROVED):
        values |= {"approval_asked_at": None, "approved_by": None, "approved_at": None}
        values |= approval_by_editor(context, values["lines"], values["discount_percent"])
    for name, value in values.items():
        setattr(quote, name, value)
    context.session.flush()
    if quote.approved_at == context.now:
        record_own_approval(context, quote)
    record(
        context,
        "quote.edit",
        "quote",
        quote.id,
        quote=number_text(quote.number, quote.version),
        package=package,
        approved=quote.approved_at is not None,
    )


@action("quote.edit")
def new_version(context: Context, quote_id: str) -> str:
    """Draft the next version of a sent, declined or expired quote with the same terms, at today's prices; return its id.

    Where an ROI was attached, the newest one is. The sent version holds until the new one is sent. ConflictError
    where a later version exists already.
    """
    quote, versions = lock_versions(context, quote_id)
    zone = operator_zone(context.session)
    next_state(state_at(quote.state, quote.valid_until, zone, context.now), Verb.REVISE)
    newest = versions[-1]
    if newest.version > quote.version:
        raise ConflictError(
            f"{number_text(newest.number, newest.version)} is newer.", hint="Open the newest version."
        )
    terms, day = terms_of(quote), today(zone, context.now)
    terms = replace(
        terms,
        roi_case_id=terms.roi_case_id
        and newest_roi(context, quote.prospect_id, catalog(quote.domain).currency),
        valid_until=None,
        go_live_on=terms.go_live_on if terms.go_live_on and terms.go_live_on >= day else None,
    )
    draft = _draft(context, find_prospect(context, quote.prospect_id), quote.package, terms)
    draft.number, draft.version = quote.number, quote.version + 1
    _add(context, draft)
    add_history(context, draft, "quote_drafted", total=show(draft.total, draft.currency))
    record(
        context,
        "quote.draft",
        "quote",
        draft.id,
        quote=number_text(draft.number, draft.version),
        package=draft.package,
    )
    return draft.id


@action("quote.edit")
def attach_roi(context: Context, quote_id: str, roi_case_id: str | None) -> None:
    """Attach an ROI version to a draft, or none; an approval of the discount stays."""
    quote, _ = lock_versions(context, quote_id)
    next_state(quote.state, Verb.EDIT)
    version = _check_roi(context, quote.prospect_id, roi_case_id, quote.currency)
    quote.roi_case_id, quote.updated_at = roi_case_id, context.now
    context.session.flush()
    text = number_text(quote.number, quote.version)
    record(context, "quote.edit", "quote", quote.id, quote=text, roi=version)


def _check_roi(context: Context, prospect_id: str, roi_case_id: str | None, currency: str) -> int | None:
    """Return the version of the case. TermsError for one of another prospect or currency."""
    if roi_case_id is None:
        return None
    case = context.session.get(RoiCase, (context.tenant.id, roi_case_id))
    if case is None or case.prospect_id != prospect_id:
        raise TermsError({"roi_case_id": "Choose an ROI version of this prospect"})
    if case.currency != currency:
        raise TermsError(
            {"roi_case_id": f"The ROI is in {case.currency}, the quote in {currency}: attach none"}
        )
    return case.version


def _draft(context: Context, prospect: Prospect, package: str, terms: QuoteTerms) -> Quote:
    values = _values(context, prospect, package, terms)
    return Quote(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        prospect_id=prospect.id,
        state=QuoteState.DRAFT.value,
        domain=prospect.domain,
        person_id=context.person,
        **values,
        **approval_by_editor(context, values["lines"], values["discount_percent"]),
    )


def _add(context: Context, quote: Quote) -> None:
    context.session.add(quote)
    context.session.flush()
    record_own_approval(context, quote)


def _values(context: Context, prospect: Prospect, package: str, terms: QuoteTerms) -> dict[str, Any]:
    """Check and price terms; return the columns that a person's choices set."""
    day = today(operator_zone(context.session), context.now)
    check_terms(terms, day)
    priced = priced_for(context, prospect, package, terms)
    roi_case_id = terms.roi_case_id
    if roi_case_id == NEWEST_ROI:
        roi_case_id = newest_roi(context, prospect.id, priced.currency)
    _check_roi(context, prospect.id, roi_case_id, priced.currency)
    return {
        "package": package,
        "locations": locations_of(prospect, terms),
        "currency": priced.currency,
        "lines": as_documents(priced),
        "discount_percent": terms.discount_percent,
        "discount_reason": terms.discount_reason.strip() or None,
        "subtotal": priced.subtotal,
        "total": priced.total,
        "payment_plan": terms.payment_plan,
        "months": terms.months,
        "valid_until": terms.valid_until or day + timedelta(days=DEFAULT_VALIDITY),
        "go_live_on": terms.go_live_on,
        "roi_case_id": roi_case_id,
        "updated_at": context.now,
    }
