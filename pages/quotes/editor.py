"""The editor of a draft: its fields, and beside them what the prospect would pay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import streamlit as st

from core.business.catalog.fit import fit
from core.business.catalog.packages import packages
from core.business.sales.prospects.views import ProspectDetails
from core.business.sales.quotes.actions import draft_quote, edit_draft
from core.business.sales.quotes.preview import preview_price
from core.business.sales.quotes.rules import QuoteState, QuoteTerms
from core.business.sales.quotes.views import QuoteDetails, operator_day, roi_versions
from core.context import Context
from core.errors import AppError, ConflictError
from pages.quotes.form import draw_fields
from pages.quotes.price import draw_instalments, draw_price
from pages.ui import formats, widgets
from pages.ui.frame import act
from pages.ui.links import turn_to
from pages.ui.quote_words import PATH, QUOTE


def show_editor(context: Context, prospect: ProspectDetails, draft: QuoteDetails | None) -> None:
    """Draw the editor of a draft, or of the first version of a new quote."""
    title = draft.number_text if draft else "New quote"
    widgets.heading(context, title, fact=formats.plain(prospect.name))
    if draft is not None and draft.state != QuoteState.DRAFT:
        raise ConflictError("Only a draft is edited.", hint="Write a new version of this quote.")
    buttons = widgets.row_end()
    form = f"terms_{draft.id}_{draft.updated_at.timestamp()}" if draft else f"terms_new_{prospect.id}"
    today, roi = operator_day(context), roi_versions(context, prospect.id)
    main, side = st.columns([0.5, 0.5], gap="medium")
    with main:
        package, terms = draw_fields(
            form,
            prospect.domain,
            draft.package if draft else _fitting(prospect),
            draft.terms
            if draft
            else QuoteTerms(locations=prospect.locations, roi_case_id=next(iter(roi), None)),
            today,
            roi,
        )
    with side:
        is_priced = _price(context, prospect, package, terms)
    with buttons:
        st.button("Cancel", key="quote_cancel", on_click=_leave, args=(draft and draft.id,))
        st.button(
            "Save draft",
            type="primary",
            key="quote_save",
            disabled=not is_priced or not context.may("quote.edit"),
            help=None if is_priced else "Correct the fields first",
            on_click=_save,
            args=(prospect.id, draft and draft.id, draft and draft.updated_at, package, terms),
        )


def _fitting(prospect: ProspectDetails) -> str:
    """Return the cheapest package that holds what is known of the prospect, the first one where nothing is."""
    counts = _counts(prospect, prospect.locations)
    return fit(prospect.domain, counts).package if counts else next(iter(packages(prospect.domain)))


def _counts(prospect: ProspectDetails, locations: int | None) -> dict[str, int]:
    counts = {measure: int(entry["value"]) for measure, entry in prospect.volumes.items()}
    return counts | ({"locations": locations} if locations else {})


def _price(context: Context, prospect: ProspectDetails, package: str, terms: QuoteTerms) -> bool:
    """Draw what the terms cost; return whether they can be stored."""
    with st.container(border=True, gap="small"):
        widgets.section("Price")
        if terms.locations is None:
            st.caption("Enter the number of locations first.")
            return False
        try:
            priced = preview_price(context, prospect.id, package, terms)
        except AppError as error:
            st.markdown(":red[:material/edit:] **Please correct this**")
            st.text(error.message)
            st.text(error.hint)
            return False
        draw_price(priced.lines, priced.subtotal, priced.total, priced.currency)
        checked = fit(prospect.domain, _counts(prospect, terms.locations)).packages
        for limit in next(offer.unknown for offer in checked if offer.key == package):
            st.caption(limit.text)
        if prospect.currency != priced.currency:
            st.caption(f"Prices are in {priced.currency}. The prospect's currency is {prospect.currency}.")
        if priced.needs_approval:
            percent = formats.plain(f"{round(priced.total_discount, 2).normalize():f}%")
            label = f"{percent} below the list price: "
            approves = context.may("quote.approve")
            st.markdown(
                f":orange[:material/approval:] {label}"
                + (
                    "saving it records your approval"
                    if approves
                    else "a manager approves it before it is sent"
                )
            )
        draw_instalments(priced.total, terms.payment_plan, terms.months, priced.currency)
    return True


def _save(
    prospect_id: str, quote_id: str | None, updated_at: datetime | None, package: str, terms: QuoteTerms
) -> None:
    def work(context: Context) -> str:
        if quote_id is None:
            return draft_quote(context, prospect_id, package, terms)
        edit_draft(context, quote_id, package, terms, updated_at=updated_at)
        return quote_id

    terms = replace(terms, price_note=terms.price_note.strip())
    if stored := act(work):
        turn_to(PATH, **{QUOTE: stored})


def _leave(quote_id: str | None) -> None:
    turn_to(PATH, **({QUOTE: quote_id} if quote_id else {}))
