"""Collect what stands in the proposal of a quote: discovery, counts and fit, ROI, price, promises, dates, contact."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from core.business.billing.plans import GO_LIVE, SIGNING, PlannedInstalment, instalments, plan_text
from core.business.catalog.fit import fit
from core.business.catalog.packages import MEASURES, ai_tokens_text, catalog, inclusions, package
from core.business.sales.promises import stored_promises
from core.business.sales.proposals.amounts import money, whole
from core.business.sales.proposals.document import (
    CountRow,
    Fact,
    Instalment,
    PriceRow,
    Proposal,
    Roi,
)
from core.business.sales.proposals.frozen import SentContents, sealed, sent_proposal
from core.business.sales.proposals.marks import mark_of
from core.business.sales.proposals.roi import roi_of
from core.business.sales.prospects.questions import Question, questions
from core.business.sales.prospects.views import ProspectDetails, prospect
from core.business.sales.quotes.pricing import DISCOUNT, PLAN_DISCOUNT, QuoteLine, as_line
from core.business.sales.quotes.rules import number_text
from core.business.sales.tables import Quote
from core.context import Context
from core.errors import NotFoundError
from core.kit.ids import is_id
from core.kit.wording import counted
from core.platform.access.customers.actions import require_operator
from core.platform.access.tables import Person
from core.platform.audit.actions import note_reading
from core.platform.delivery.composing import DEFAULT_PRODUCT, PRODUCTS
from core.platform.printing.paper import paper_of

_SOURCES = {"typed": "you told us", "file": "counted in your files"}
_FILE_NAME_LENGTH = 80
_NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def find_quote(context: Context, quote_id: str) -> Quote:
    """Return the row of a quote that the person sees. NotFoundError alike for one that does not exist."""
    require_operator(context)
    query = select(Quote).where(Quote.id == quote_id)
    row = context.session.scalar(query) if is_id(quote_id) else None
    if row is None:
        raise NotFoundError("There is no such quote for you.", hint="Choose one on Quotes.")
    return row


def proposal_of(context: Context, row: Quote) -> Proposal:
    """Return the content of a quote's proposal: as it was sent, a draft's as it would be sent now.

    The contact of the prospect is noted as read.
    """
    proposal = sent_proposal(context.session, row)
    if proposal is None:
        proposal = _current(context, row)
    else:
        note_reading(context, "prospect", row.prospect_id, data="contact", purpose="contact of a prospect")
    return proposal.model_copy(update={"mark": mark_of(context, row)})


def keep_contents(context: Context, row: Quote) -> None:
    """Keep in a quote that is sent what its proposal and the page of its link say from now on."""
    contents = SentContents(
        proposal=_current(context, row),
        package=package(row.domain, row.package).title,
        plan=plan_text(row.payment_plan, row.months),
    )
    row.sent_contents = sealed(context.session, row.id, contents)


def _current(context: Context, row: Quote) -> Proposal:
    buyer = prospect(context, row.prospect_id)
    lines = [as_line(document) for document in row.lines]
    written_on = context.day_of(row.sent_at or row.updated_at)
    roi = roi_of(context, row)
    number = number_text(row.number, row.version)
    terms = catalog(row.domain).payment_plans[row.payment_plan]
    return Proposal(
        paper=paper_of(buyer.country),
        is_demo=context.tenant.is_demo,
        seller=context.tenant.name,
        product=PRODUCTS.get(row.domain, DEFAULT_PRODUCT),
        number=number,
        date=_day(written_on),
        customer=buyer.name,
        headline=_headline(buyer, row),
        summary=_summary(row, roi),
        asked=_answers(buyer),
        found=_counts(buyer),
        fit=_fit(buyer, row),
        roi=roi,
        prices=[_price(line, row.currency) for line in lines if line.item not in {DISCOUNT, PLAN_DISCOUNT}],
        reductions=[_price(line, row.currency) for line in lines if line.item in {DISCOUNT, PLAN_DISCOUNT}],
        subtotal=money(row.subtotal, row.currency),
        total=money(row.total, row.currency),
        plan=f"{terms.title}: {terms.about[:1].lower()}{terms.about[1:]}.",
        instalments=[
            Instalment(due=_due(part), amount=money(part.amount, row.currency))
            for part in instalments(row.total, row.payment_plan, row.months, row.currency, None)
        ],
        includes=[*inclusions(row.domain, row.package), ai_tokens_text(package(row.domain, row.package))],
        promises=_promises(context, row),
        dates=_dates(row, written_on),
        contact=_contact(buyer),
        ours=[
            Fact(label="Name", text=_person_name(context, row.person_id)),
            Fact(label="Proposal", text=number),
        ],
    )


def file_name(number: str, name: str) -> str:
    """Return the name of the file: 'Proposal Q-0042 v2 Bella.pdf', without what file systems refuse."""
    safe = " ".join(_NOT_IN_FILE_NAMES.sub(" ", name).split())[:_FILE_NAME_LENGTH].rstrip(" .")
    return f"{' '.join(filter(None, ('Proposal', number, safe)))}.pdf"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _headline(buyer: ProspectDetails, row: Quote) -> str:
    origin = f" from {buyer.source_label}" if buyer.source_label else ""
    place = counted(row.locations, "school" if row.domain == "school" else "location")
    product = PRODUCTS.get(row.domain, DEFAULT_PRODUCT)
    return f"Move{origin} to {product}: {package(row.domain, row.package).title} package, {place}"


def _summary(row: Quote, roi: Roi | None) -> list[Fact]:
    facts = [
        ("Total", whole(row.total, row.currency)),
        ("Saving", roi.saving if roi else ""),
        ("Go-live", _day(row.go_live_on) if row.go_live_on else ""),
        ("Valid until", _day(row.valid_until)),
    ]
    return [Fact(label=label, text=text) for label, text in facts if text]


def _answers(buyer: ProspectDetails) -> list[Fact]:
    return [
        Fact(label=question.text, text=_answer(question, buyer.answers[question.key]))
        for question in questions(buyer.domain)
        if buyer.answers.get(question.key)
    ]


def _answer(question: Question, text: str) -> str:
    return f"{int(text):,}" if question.is_number and text.isdecimal() else text


def _dates(row: Quote, written_on: date) -> list[Fact]:
    return [
        Fact(label="Date of this proposal", text=_day(written_on)),
        Fact(label="Valid until", text=_day(row.valid_until)),
        Fact(label="Go-live planned", text=_day(row.go_live_on) if row.go_live_on else "To be agreed"),
    ]


def _known_counts(buyer: ProspectDetails) -> Mapping[str, int]:
    counts = {measure: buyer.volume(measure) for measure in MEASURES}
    return {measure: count for measure, count in counts.items() if count is not None}


def _counts(buyer: ProspectDetails) -> list[CountRow]:
    rows = []
    for measure, count in _known_counts(buyer).items():
        entry: Mapping[str, Any] = buyer.volumes.get(measure, {})
        label = "Schools" if measure == "locations" and buyer.domain == "school" else MEASURES[measure]
        source = _SOURCES.get(str(entry.get("source", "typed")), "")
        rows.append(CountRow(label=label, value=f"{count:,}", source=source))
    return rows


def _fit(buyer: ProspectDetails, row: Quote) -> list[str]:
    """Say which package fits, what decides it, and what must be asked; and where the quote is for another one."""
    result = fit(row.domain, {**_known_counts(buyer), "locations": row.locations})
    sentences = []
    if result.is_certain:
        sentences.append(f"{result.title} is the smallest package that holds this.")
    else:
        missing = ", ".join(MEASURES[measure].lower() for measure in result.unknown)
        sentences.append(f"{result.title} holds what is known. Not known yet: {missing}.")
    if result.deciding is not None and result.deciding.holds is False:
        check = result.deciding
        sentences.append(
            f"What decides: {MEASURES[check.measure].lower()}, {check.count:,}; "
            f"the next smaller package holds {check.limit:,}."
        )
    if result.package != row.package:
        sentences.append(f"This proposal is for {package(row.domain, row.package).title}.")
    return sentences


def _price(line: QuoteLine, currency: str) -> PriceRow:
    is_reduction = line.amount < 0
    return PriceRow(
        text=line.text,
        explanation=line.explanation,
        quantity="" if is_reduction else f"{line.quantity.normalize():,f}",
        unit_price="" if is_reduction else money(line.unit_price, currency),
        amount=money(line.amount, currency),
    )


def _due(part: PlannedInstalment) -> str:
    if part.due_event == SIGNING:
        return "At signing"
    if part.due_event == GO_LIVE:
        return "At go-live"
    return f"{counted(part.months_after, 'month')} after signing"


def _promises(context: Context, row: Quote) -> Sequence[str]:
    return [promise.text for promise in stored_promises(context.session, row)]


def _contact(buyer: ProspectDetails) -> list[Fact]:
    contact = buyer.contact
    facts = [("Company", buyer.name if len(buyer.name) <= _FILE_NAME_LENGTH else "")]
    if contact is not None:
        facts += [("Name", contact.name), ("E-mail", contact.email), ("Telephone", contact.phone)]
    return [Fact(label=label, text=text) for label, text in facts if text]


def _person_name(context: Context, person_id: str) -> str:
    return context.session.scalar(select(Person.name).where(Person.id == person_id)) or ""
