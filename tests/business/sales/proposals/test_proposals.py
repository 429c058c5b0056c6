"""The proposal of a quote says what discovery, files, ROI and quote say, and notes that the contact was read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.business.sales.proposals import proposal_name, proposal_pdf
from core.business.sales.proposals.contents import file_name, find_quote, proposal_of
from core.business.sales.prospects.actions import set_volumes
from core.business.sales.prospects.rules import ContactDetails
from core.business.sales.quotes.pricing import as_documents, price_terms
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.roi.actions import save_case
from core.business.sales.roi.case import default_case
from core.business.sales.tables import Promise, Quote, RoiCase
from core.context import Context
from core.errors import NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from tests.business.sales.factories import add_prospect
from tests.operators import Staff, add_staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def sam(database: None) -> Staff:
    return add_staff("sales")


def add_quote(context: Context, prospect_id: str, package: str = "professional", **values: Any) -> str:
    """Add a quote straight into the table, priced by the catalogue."""
    domain = values.pop("domain", "restaurant")
    terms = QuoteTerms(
        add_ons=values.pop("add_ons", ()),
        discount_percent=values.pop("discount", Decimal(0)),
        payment_plan=values.get("payment_plan", "split"),
        months=values.get("months"),
    )
    priced = price_terms(domain, package, terms, values.get("locations", 3), [])
    newest = context.session.scalars(select(Quote.number).order_by(Quote.number.desc())).first()
    standard: dict[str, Any] = {
        "tenant_id": context.tenant.id,
        "id": new_id(),
        "created_at": context.now,
        "updated_at": context.now,
        "prospect_id": prospect_id,
        "number": (newest or 0) + 1,
        "version": 2,
        "state": "draft",
        "domain": domain,
        "package": package,
        "locations": 3,
        "currency": "USD",
        "lines": as_documents(priced),
        "discount_percent": terms.discount_percent,
        "subtotal": priced.subtotal,
        "total": priced.total,
        "payment_plan": "split",
        "valid_until": context.now.date() + timedelta(days=30),
        "go_live_on": date(2027, 3, 1),
        "person_id": context.person,
    }
    quote = Quote(**(standard | values))
    context.session.add(quote)
    context.session.commit()
    return quote.id


def test_the_proposal_says_what_was_discovered_counted_and_quoted(sam):
    with enter(sam.person, sam.operator) as context:
        contact = ContactDetails("Rosa Bianchi", "rosa@example.com", "555-0123")
        buyer = add_prospect(context, name="Bella & Sons #1", locations=3, contact=contact)
        set_volumes(context, buyer, {"items": 1_200}, "menu.csv")
        quote_id = add_quote(context, buyer, discount=Decimal(10))
        context.session.add(
            Promise(
                tenant_id=context.tenant.id,
                id=new_id(),
                created_at=context.now,
                prospect_id=buyer,
                quote_id=quote_id,
                key="rollback",
                text="A rollback is possible for 90 days.",
            )
        )
        context.session.commit()
        content = proposal_of(context, find_quote(context, quote_id))
        assert content.customer == "Bella & Sons #1"
        assert content.headline.startswith("Move from Toast to ")
        assert content.headline.endswith("Professional package, 3 locations")
        assert [(row.label, row.value, row.source) for row in content.found][:2] == [
            ("Locations", "3", "you told us"),
            ("Menu items", "1,200", "counted in your files"),
        ]
        assert [fact.text for fact in content.asked] == ["Toast", "3"]
        assert content.fit == [
            "Professional is the smallest package that holds this.",
            "What decides: locations, 3; the next smaller package holds 1.",
        ]
        assert [row.amount for row in content.prices] == ["$2,000.00"]
        assert [row.amount for row in content.reductions] == ["−$200.00"]
        assert content.total == "$1,800.00"
        assert [(part.due, part.amount) for part in content.instalments] == [
            ("At signing", "$900.00"),
            ("At go-live", "$900.00"),
        ]
        assert [(row.quantity, row.unit_price) for row in content.prices] == [("1", "$2,000.00")]
        assert content.promises == ["A rollback is possible for 90 days."]
        assert ("E-mail", "rosa@example.com") in [(fact.label, fact.text) for fact in content.contact]
        assert content.roi is None
        assert proposal_pdf(context, quote_id) == proposal_pdf(context, quote_id)
        assert proposal_name(context, quote_id).startswith("Proposal Q-")
        assert proposal_name(context, quote_id).endswith(" v2 Bella & Sons #1.pdf")


def test_reading_the_contact_for_a_proposal_is_noted(sam):
    with enter(sam.person, sam.operator) as context:
        quote_id = add_quote(context, add_prospect(context))
    with enter(sam.person, sam.operator) as context:
        proposal_pdf(context, quote_id)
        prospect_id = find_quote(context, quote_id).prospect_id
        readings = select(AuditLine).where(AuditLine.object_id == prospect_id)
        purposes = [line.facts.get("purpose") for line in context.session.scalars(readings)]
        assert "contact of a prospect" in purposes


def test_the_roi_of_the_quote_s_case_stands_in_the_proposal_with_its_sources(sam):
    with enter(sam.person, sam.operator) as context:
        buyer = add_prospect(context)
        case = RoiCase(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            prospect_id=buyer,
            version=1,
            currency="USD",
            inputs=[
                {
                    "key": "locations",
                    "title": "Locations",
                    "source": "customer",
                    "low": "50",
                    "base": "50",
                    "high": "50",
                    "unit": "count",
                },
                {
                    "key": "consultant",
                    "title": "Consultant per location",
                    "source": "default",
                    "low": "5000",
                    "base": "7500",
                    "high": "15000",
                    "unit": "USD",
                },
            ],
            results={
                "traditional": "700000.00",
                "auraconnect": "105000.00",
                "saving": "595000.00",
                "percent": 85,
                "lines": [
                    {
                        "side": "traditional",
                        "key": "consultants",
                        "title": "Consultants",
                        "formula": "$7,500 × 50 locations",
                        "amount": "375000.00",
                    }
                ],
                "cases": {"low": {"saving": "310000.00"}, "high": {"saving": "880000.00"}},
                "break_even": "13900.00",
            },
            person_id=context.person,
        )
        context.session.add(case)
        context.session.commit()
        quote_id = add_quote(context, buyer, roi_case_id=case.id, state="sent", sent_at=context.now)
        roi = proposal_of(context, find_quote(context, quote_id)).roi
        assert roi is not None
        assert (roi.saving, roi.percent, roi.traditional_total) == ("$595,000", "85%", "$700,000")
        assert roi.range == "Between $310,000 and $880,000 over the range of the assumptions."
        assert [(row.value, row.range, row.source) for row in roi.inputs] == [
            ("50", "fixed", "Customer"),
            ("$7,500", "$5,000 to $15,000", "Default"),
        ]
        assert roi.traditional[0].amount == "$375,000"
        assert roi.break_even == "The saving is zero at a price of $13,900 for a location."
        without = add_quote(context, buyer, state="sent", sent_at=context.now)
        assert proposal_of(context, find_quote(context, without)).roi is None


def test_a_case_as_the_roi_page_saves_it_stands_in_the_proposal(sam):
    with enter(sam.person, sam.operator) as context:
        buyer = add_prospect(context, locations=50)
        save_case(context, buyer, default_case("restaurant"))
        case = context.session.scalar(select(RoiCase.id).where(RoiCase.prospect_id == buyer))
        quote_id = add_quote(context, buyer, "enterprise", locations=50, roi_case_id=case)
        roi = proposal_of(context, find_quote(context, quote_id)).roi
        assert roi is not None
        assert (roi.traditional_total, roi.ours_total, roi.saving, roi.percent) == (
            "$700,000",
            "$105,000",
            "$595,000",
            "85%",
        )
        assert len(roi.traditional) == len(roi.ours) == 3
        assert {row.source for row in roi.inputs} == {"Default"}
        assert proposal_pdf(context, quote_id).startswith(b"%PDF")


def test_a_school_that_pays_at_once_sees_the_discount_of_the_plan(sam):
    with enter(sam.person, sam.operator) as context:
        buyer = add_prospect(context, domain="school", source_system=None, locations=1, country="ZW")
        quote_id = add_quote(
            context,
            buyer,
            "growth",
            domain="school",
            add_ons=("rush",),
            payment_plan="full",
            locations=1,
        )
        content = proposal_of(context, find_quote(context, quote_id))
        assert content.headline == "Move to OneClass: Growth package, 1 school"
        assert (content.paper, content.subtotal, content.total) == ("a4", "$7,500.00", "$7,125.00")
        assert [row.text for row in content.prices] == ["Growth package", "Rush migration"]
        assert [row.amount for row in content.reductions] == ["−$375.00"]
        assert [(part.due, part.amount) for part in content.instalments] == [("At signing", "$7,125.00")]


def test_who_does_not_see_the_quote_gets_no_proposal(sam):
    with enter(sam.person, sam.operator) as context:
        quote_id = add_quote(context, add_prospect(context))
    stranger = add_staff("sales")
    with enter(stranger.person, stranger.operator) as context:
        for read in (proposal_pdf, proposal_name):
            with pytest.raises(NotFoundError):
                read(context, quote_id)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bella", "Proposal Q-0042 v2 Bella.pdf"),
        ("../etc/passwd", "Proposal Q-0042 v2 .. etc passwd.pdf"),
        ('A "B" <C>: D?\n', "Proposal Q-0042 v2 A B C D.pdf"),
        ("X" * 300, f"Proposal Q-0042 v2 {'X' * 80}.pdf"),
        ("...", "Proposal Q-0042 v2.pdf"),
    ],
)
def test_the_file_s_name_is_one_that_every_system_takes(name, expected):
    assert file_name("Q-0042 v2", name) == expected
