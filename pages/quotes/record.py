"""One quote: price and payment, discount, dates; versions, links and history beside them."""

from __future__ import annotations

import streamlit as st

from core.business.sales.acceptance.views import answering_person
from core.business.sales.quotes.approval import percent_text
from core.business.sales.quotes.rules import QuoteState
from core.business.sales.quotes.views import QuoteDetails, roi_versions, versions
from core.context import Context
from core.kit.wording import day
from pages.quotes.buttons import draw_buttons, draw_dialogs
from pages.quotes.listing import LINKS
from pages.quotes.past import draw_history, draw_links, draw_versions
from pages.quotes.price import draw_instalments, draw_price
from pages.quotes.roi_line import draw_roi_faults
from pages.ui import formats, widgets
from pages.ui.delivery.orders import draw_order_of
from pages.ui.links import link
from pages.ui.quote_words import COLOURS, PATH, package_title, state_label, validity

STATE = st.session_state


def show_record(context: Context, quote: QuoteDetails) -> None:
    series = versions(context, quote.id)
    widgets.heading(
        context, quote.number_text, fact=formats.plain(formats.shortened(quote.prospect_name, 40))
    )
    with widgets.row_end():
        draw_buttons(context, quote, series)
    _draw_state(context, quote)
    _new_link(quote)
    draw_roi_faults(context, quote)
    if quote.customer_id and quote.engagement_id:
        draw_order_of(quote.customer_id, quote.engagement_id)
    main, side = st.columns([0.62, 0.38], gap="medium")
    with main:
        with st.container(border=True, gap="small"):
            locations = formats.counted(quote.locations, "location")
            widgets.section(f"{package_title(quote.domain, quote.package)}, {locations}")
            draw_price(quote.lines, quote.subtotal, quote.total, quote.currency)
        with st.container(border=True, gap="small"):
            widgets.section("Payment")
            draw_instalments(quote.total, quote.payment_plan, quote.months, quote.currency)
        draw_versions(quote, series)
    with side:
        _details(context, quote)
        draw_links(context, quote)
        draw_history(context, quote)
    draw_dialogs(quote, series)


def _draw_state(context: Context, quote: QuoteDetails) -> None:
    """Draw the way back, the state and how long the quote holds."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link(PATH, "All quotes", icon=":material/arrow_back:")
        link(
            "prospects",
            "Prospect",
            icon=":material/filter_alt:",
            prospect=quote.prospect_id,
            section="quotes",
        )
        st.space("stretch")
        label = state_label(
            quote.state, is_withdrawn=quote.is_withdrawn, awaits_approval=quote.awaits_approval
        )
        widgets.badge(label, COLOURS[label])
        remaining, colour = validity(quote.state, quote.days_remaining)
        if remaining:
            widgets.badge(remaining, colour)
        if quote.decided_at and quote.state in {QuoteState.ACCEPTED, QuoteState.DECLINED}:
            st.caption(formats.moment(context, quote.decided_at), width="content")


def _new_link(quote: QuoteDetails) -> None:
    """Tell a link that was just made; it is told until the person leaves the quote."""
    if address := STATE.get(LINKS, {}).get(quote.id):
        with st.container(border=True, gap="xsmall"):
            st.markdown(
                ":green[:material/link:] **Copy the link for the prospect now.** It is not told again."
            )
            st.code(address, language=None, wrap_lines=True)


def _details(context: Context, quote: QuoteDetails) -> None:
    today = context.today
    discount = percent_text(quote.total_discount)
    facts = [
        ("Valid until", day(quote.valid_until, today)),
        ("Go-live", day(quote.go_live_on, today) if quote.go_live_on else "–"),
        ("ROI", _roi(context, quote)),
        ("Owner", quote.owner_name or "Nobody"),
        ("Written by", quote.person_name or "A former colleague"),
        ("Discount", discount if quote.total_discount else "None"),
    ]
    if quote.discount_reason:
        facts.append(("Reason", quote.discount_reason))
    if quote.needs_approval:
        facts.append(("Approval", _approval(context, quote)))
    if signer := answering_person(context, quote.id):
        facts.append((f"{quote.state.capitalize()} by", signer))
    if quote.decline_reason:
        facts.append(("Reason given", quote.decline_reason))
    with st.container(border=True, gap="xsmall"):
        widgets.section("Details")
        for label, value in facts:
            title, content = st.columns([0.32, 0.68], gap="small")
            title.caption(label)
            content.text(value)


def _roi(context: Context, quote: QuoteDetails) -> str:
    """Say which ROI version the proposal shows; of a draft also where the prospect has a newer one."""
    text = f"Version {quote.roi_version}" if quote.roi_version else "None"
    newest = max(roi_versions(context, quote.prospect_id).values(), default=0)
    is_newer = quote.state == QuoteState.DRAFT and newest > (quote.roi_version or 0)
    return f"{text} (newest: version {newest})" if is_newer else text


def _approval(context: Context, quote: QuoteDetails) -> str:
    if quote.approved_at:
        return f"{quote.approver_name or 'A former colleague'}, {formats.moment(context, quote.approved_at)}"
    if quote.approval_asked_at:
        return f"Asked for {formats.moment(context, quote.approval_asked_at)}"
    return "Not asked for yet"
