"""A quote is not sent with an ROI that contradicts it: currency, version, locations and our price agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.business.sales.proposals.contents import find_quote, proposal_of
from core.business.sales.quotes.actions import attach_roi, draft_quote, edit_draft, new_version
from core.business.sales.quotes.roi_check import roi_faults
from core.business.sales.quotes.rules import QuoteTerms, TermsError
from core.business.sales.quotes.views import quote, roi_versions
from core.business.sales.roi.actions import save_case
from core.business.sales.roi.case import Rate, converted, default_case
from core.business.sales.roi.quoted import update_roi
from core.business.sales.roi.views import newest_case, prefilled_case
from core.business.sales.sending import send_quote
from core.errors import ConflictError, NotAllowedError
from tests.business.sales.factories import add_prospect
from tests.business.sales.quotes.desk import DEEP

pytestmark = pytest.mark.usefixtures("database")


def attached(context, prospect, case=None):
    save_case(context, prospect, case or default_case("restaurant"))
    return QuoteTerms(roi_case_id=newest_case(context, prospect).id)


def aspects(context, quote_id):
    return [fault.aspect for fault in roi_faults(context, quote_id)]


def test_a_quote_whose_roi_has_another_price_and_other_locations_is_not_sent(seller):
    prospect = add_prospect(seller, locations=5)
    quote_id = draft_quote(seller, prospect, "professional", attached(seller, prospect))
    assert aspects(seller, quote_id) == ["locations", "price"]
    words = (
        r"The ROI is for 50 locations, the quote for 5\. Our price is \$100,000\.00 in the ROI, \$2,000\.00"
    )
    with pytest.raises(ConflictError, match=words):
        send_quote(seller, quote_id, by_email=False)
    assert quote(seller, quote_id).state == "draft"


def test_an_updated_roi_has_the_price_and_the_locations_of_the_quote(seller):
    prospect = add_prospect(seller, locations=5)
    quote_id = draft_quote(seller, prospect, "professional", attached(seller, prospect))
    assert update_roi(seller, quote_id) == 2
    row = quote(seller, quote_id)
    assert (row.roi_version, roi_faults(seller, quote_id)) == (2, [])
    inputs = newest_case(seller, prospect).case.inputs
    assert inputs["locations"].evidence == f"Quote {row.number_text}, locations"
    assert inputs["package_per_location"].base == 400
    send_quote(seller, quote_id, by_email=False)
    proposal = proposal_of(seller, find_quote(seller, quote_id))
    assert proposal.roi.ours[0].amount.partition(".")[0] == proposal.total.partition(".")[0]


@pytest.mark.parametrize(
    ("locations", "package"), [(3, "professional"), (7, "enterprise"), (97, "enterprise")]
)
def test_a_price_that_does_not_divide_evenly_agrees(seller, locations, package):
    prospect = add_prospect(seller, locations=locations)
    terms = attached(seller, prospect)
    quote_id = draft_quote(seller, prospect, package, replace(terms, discount_percent=Decimal("3.3333")))
    update_roi(seller, quote_id)
    assert roi_faults(seller, quote_id) == []
    assert update_roi(seller, quote_id) == 2


def test_a_school_s_roi_is_updated_to_the_order(seller):
    prospect = add_prospect(seller, domain="school", source_system=None, locations=2, volumes={"pupils": 100})
    case = prefilled_case(seller, prospect)
    quote_id = draft_quote(seller, prospect, "foundation", attached(seller, prospect, case))
    assert aspects(seller, quote_id) == ["price"]
    update_roi(seller, quote_id)
    assert roi_faults(seller, quote_id) == []


def test_a_draft_that_is_edited_afterwards_differs_again(seller):
    prospect = add_prospect(seller, locations=5)
    quote_id = draft_quote(seller, prospect, "professional", attached(seller, prospect))
    update_roi(seller, quote_id)
    edit_draft(
        seller, quote_id, "professional", replace(quote(seller, quote_id).terms, discount_percent=Decimal(5))
    )
    assert aspects(seller, quote_id) == ["price"]
    attach_roi(seller, quote_id, None)
    send_quote(seller, quote_id, by_email=False)
    assert quote(seller, quote_id).roi_version is None


def test_an_roi_that_is_not_the_newest_is_not_sent_until_the_newest_is_attached(seller):
    prospect = add_prospect(seller, locations=5)
    quote_id = draft_quote(seller, prospect, "professional", attached(seller, prospect))
    update_roi(seller, quote_id)
    case = newest_case(seller, prospect).case
    save_case(seller, prospect, case.with_input(replace(case.inputs["days_closed"], evidence="Call")))
    assert aspects(seller, quote_id) == ["newer"]
    with pytest.raises(ConflictError, match="version 2, the newest is version 3"):
        send_quote(seller, quote_id, by_email=False)
    attach_roi(seller, quote_id, next(iter(roi_versions(seller, prospect))))
    send_quote(seller, quote_id, by_email=False)


def test_a_new_version_has_the_newest_roi_and_none_where_it_was_removed(seller):
    prospect = add_prospect(seller, locations=5)
    quote_id = draft_quote(seller, prospect, "professional", attached(seller, prospect))
    update_roi(seller, quote_id)
    send_quote(seller, quote_id, by_email=False)
    assert roi_faults(seller, quote_id) == []
    case = newest_case(seller, prospect).case
    save_case(seller, prospect, case.with_input(replace(case.inputs["days_closed"], evidence="Call")))
    second = new_version(seller, quote_id)
    assert quote(seller, second).roi_version == 3
    attach_roi(seller, second, None)
    send_quote(seller, second, by_email=False)
    assert quote(seller, new_version(seller, second)).roi_version is None


def test_an_roi_in_another_currency_is_not_attached(seller):
    prospect = add_prospect(seller, currency="EUR", country="DE", locations=5)
    rate = Rate("USD", "EUR", Decimal("0.9"), date(2026, 11, 1))
    terms = attached(seller, prospect, converted(default_case("restaurant", "EUR"), rate))
    assert roi_versions(seller, prospect) == {}
    with pytest.raises(TermsError, match="The ROI is in EUR, the quote in USD"):
        draft_quote(seller, prospect, "professional", terms)
    quote_id = draft_quote(seller, prospect, "professional")
    for call in (edit_draft, attach_roi):
        with pytest.raises(TermsError, match="The ROI is in EUR"):
            call(seller, quote_id, *(("professional", terms) if call is edit_draft else (terms.roi_case_id,)))
    with pytest.raises(ConflictError, match="no ROI in USD"):
        update_roi(seller, quote_id)


def test_a_quote_that_has_an_roi_of_another_currency_from_before_is_not_sent(seller):
    prospect = add_prospect(seller, currency="EUR", country="DE", locations=5)
    rate = Rate("USD", "EUR", Decimal("0.9"), date(2026, 11, 1))
    terms = attached(seller, prospect, converted(default_case("restaurant", "EUR"), rate))
    quote_id = draft_quote(seller, prospect, "professional")
    find_quote(seller, quote_id).roi_case_id = terms.roi_case_id
    seller.session.commit()
    assert aspects(seller, quote_id) == ["currency"]
    with pytest.raises(ConflictError, match="The ROI is in EUR, the quote in USD"):
        send_quote(seller, quote_id, by_email=False)


def test_an_roi_is_not_updated_to_a_price_that_waits_for_approval(seller):
    prospect = add_prospect(seller, locations=5)
    terms = attached(seller, prospect)
    quote_id = draft_quote(seller, prospect, "professional", replace(DEEP, roi_case_id=terms.roi_case_id))
    with pytest.raises(NotAllowedError):
        update_roi(seller, quote_id)
    assert newest_case(seller, prospect).version == 1


def test_only_a_draft_s_roi_changes(seller):
    prospect = add_prospect(seller, locations=5)
    quote_id = draft_quote(seller, prospect, "professional")
    send_quote(seller, quote_id, by_email=False)
    terms = attached(seller, prospect)
    for call in (
        lambda: attach_roi(seller, quote_id, terms.roi_case_id),
        lambda: update_roi(seller, quote_id),
    ):
        with pytest.raises(ConflictError):
            call()
