"""What was sent stays as it was sent, people in it encrypted; what is no offer that holds says so on each page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.business.sales.acceptance.actions import accept, decline
from core.business.sales.acceptance.reading import proposal, resolve
from core.business.sales.proposals import proposal_name, proposal_pdf
from core.business.sales.proposals.contents import find_quote, proposal_of
from core.business.sales.proposals.frozen import sent_proposal
from core.business.sales.proposals.views import proposal_refusal
from core.business.sales.prospects.actions import edit_prospect
from core.business.sales.prospects.rules import ContactDetails
from core.business.sales.quotes.actions import draft_quote, new_version
from core.business.sales.quotes.approval import approve_discount
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import quote as quote_of
from core.business.sales.roi.actions import save_case
from core.business.sales.roi.case import default_case
from core.business.sales.roi.quoted import update_roi
from core.business.sales.sending import send_quote, withdraw_quote
from core.business.sales.tables import RoiCase
from core.errors import InvalidInputError, NotAllowedError
from core.kit.crypto import DecryptionError
from tests.business.sales.factories import add_prospect
from tests.business.sales.quotes.desk import DEEP, later

pytestmark = pytest.mark.usefixtures("database")


def token(link: str) -> str:
    return link.rsplit("/", 1)[1]


def content_of(context, quote_id):
    return proposal_of(context, find_quote(context, quote_id))


def test_sent_proposal_stays_as_sent(seller, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    link = send_quote(seller, quote_id, by_email=False)
    _, before = proposal(token(link))
    name = proposal_name(seller, quote_id)
    accept(token(link), "Ana Ng")
    edit_prospect(
        seller,
        prospect,
        {
            "name": "Harbor Lights Inc",
            "locations": 99,
            "volumes": {"items": 123_456},
            "contact": ContactDetails("Kim Doe", "kim@example.org", "555-0177"),
            "country": "DE",
        },
    )
    save_case(seller, prospect, default_case("restaurant"))
    assert proposal(token(link))[1] == before
    assert proposal_pdf(seller, quote_id) == before
    assert proposal_name(seller, quote_id) == name


def test_name_change_between_quote_and_acceptance(seller, prospect):
    link = send_quote(seller, draft_quote(seller, prospect, "professional"), by_email=False)
    before = resolve(token(link)).quote
    edit_prospect(seller, prospect, {"name": "Somebody Else Ltd"})
    after = resolve(token(link)).quote
    assert before is not None
    assert after == before


def test_a_draft_says_what_holds_now_and_its_next_version_too(seller, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    edit_prospect(seller, prospect, {"name": "First Name Ltd"})
    assert content_of(seller, quote_id).customer == "First Name Ltd"
    send_quote(seller, quote_id, by_email=False)
    edit_prospect(seller, prospect, {"name": "Second Name Ltd"})
    draft = new_version(seller, quote_id)
    assert content_of(seller, quote_id).customer == "First Name Ltd"
    assert content_of(seller, draft).customer == "Second Name Ltd"


def test_the_people_of_a_sent_quote_are_encrypted_and_bound_to_its_row(seller):
    contact = ContactDetails("Rosa Bianchi", "rosa@example.com", "555-0123")
    buyer = add_prospect(seller, contact=contact)
    rows = []
    for _ in range(2):
        quote_id = draft_quote(seller, buyer, "professional")
        send_quote(seller, quote_id, by_email=False)
        rows.append(find_quote(seller, quote_id))
    stored = json.dumps(rows[0].sent_contents)
    assert not any(value in stored for value in ("Rosa", "rosa@", "555-0123"))
    assert ("E-mail", "rosa@example.com") in [
        (fact.label, fact.text) for fact in content_of(seller, rows[0].id).contact
    ]
    rows[0].sent_contents = {**rows[0].sent_contents, "people": rows[1].sent_contents["people"]}
    with pytest.raises(DecryptionError):
        sent_proposal(seller.session, rows[0])
    seller.session.rollback()


def test_draft_pdf_with_unapproved_discount(seller, manager, prospect):
    quote_id = draft_quote(seller, prospect, "professional", DEEP)
    with pytest.raises(NotAllowedError, match="needs the approval of a manager") as refused:
        proposal_pdf(seller, quote_id)
    assert manager.name in refused.value.hint
    assert manager.name in proposal_refusal(seller, quote_id)
    seller.session.commit()
    approve_discount(manager, quote_id)
    seller.session.expire_all()
    assert proposal_refusal(seller, quote_id) == ""
    assert proposal_pdf(seller, quote_id).startswith(b"%PDF")


def test_each_state_but_sent_and_accepted_carries_its_mark(seller, prospect):
    def send(quote_id):
        return token(send_quote(seller, quote_id, by_email=False))

    def mark(quote_id, context=seller):
        return content_of(context, quote_id).mark

    first = draft_quote(seller, prospect, "professional")
    assert mark(first) == "Draft"
    send(first)
    assert mark(first) == ""
    assert mark(first, later(seller, days=40)) == "Expired"
    second = new_version(seller, first)
    assert (mark(first), mark(second)) == ("", "Draft")
    send(second)
    assert (mark(first), mark(second)) == ("Replaced by v2", "")
    withdraw_quote(seller, second)
    assert mark(second) == "Withdrawn"
    third = new_version(seller, second)
    decline(send(third), "Ana Ng")
    seller.session.expire_all()
    assert mark(third) == "Declined"
    fourth = new_version(seller, third)
    accept(send(fourth), "Ana Ng")
    seller.session.expire_all()
    assert mark(fourth) == ""


def test_a_draft_shows_the_roi_that_is_sent(seller, prospect):
    bare = draft_quote(seller, prospect, "professional")
    save_case(seller, prospect, default_case("restaurant"))
    assert content_of(seller, bare).roi is None
    for version, terms in enumerate((None, QuoteTerms(locations=3)), start=2):
        quote_id = draft_quote(seller, prospect, "professional", terms)
        update_roi(seller, quote_id)
        before = content_of(seller, quote_id).roi
        send_quote(seller, quote_id, by_email=False)
        assert before is not None
        assert content_of(seller, quote_id).roi == before
        assert quote_of(seller, quote_id).roi_version == version


def test_a_draft_attaches_the_newest_roi_unless_another_or_none_is_chosen(seller, prospect):
    case = default_case("restaurant")
    save_case(seller, prospect, case)
    closed = replace(case.inputs["days_closed"], source="customer", low=Decimal(0), evidence="Told by phone")
    save_case(seller, prospect, case.with_input(closed))
    first = seller.session.scalar(
        select(RoiCase.id).where(RoiCase.prospect_id == prospect, RoiCase.version == 1)
    )
    attached = [
        quote_of(seller, draft_quote(seller, prospect, "professional", terms)).roi_version
        for terms in (QuoteTerms(), QuoteTerms(roi_case_id=first), QuoteTerms(roi_case_id=None))
    ]
    assert attached == [2, 1, None]


def test_a_quote_whose_go_live_date_is_over_is_not_sent(seller, prospect):
    day = seller.now.date() + timedelta(days=2)
    quote_id = draft_quote(seller, prospect, "professional", QuoteTerms(go_live_on=day))
    with pytest.raises(InvalidInputError, match="go-live date") as refused:
        send_quote(later(seller, days=10), quote_id, by_email=False)
    assert "later date" in refused.value.hint
    assert quote_of(seller, quote_id).state == "draft"
    send_quote(seller, quote_id, by_email=False)
