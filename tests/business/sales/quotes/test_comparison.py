"""What differs between two versions of a quote is named in words, with its value in each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.business.sales.quotes.actions import draft_quote, edit_draft, new_version
from core.business.sales.quotes.comparison import NO_VALUE, differences
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import quote
from core.business.sales.sending import send_quote
from tests.business.sales.factories import add_prospect
from tests.business.sales.quotes.desk import later

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def school(seller):
    return add_prospect(seller, domain="school", source_system=None, locations=1)


def compared(seller, prospect, first, second):
    """Draft a version with each (package, terms), and return what differs: label -> (before, after)."""
    package, terms = first
    before = draft_quote(seller, prospect, package, terms)
    send_quote(seller, before, by_email=False)
    after = new_version(seller, before)
    package, terms = second
    edit_draft(later(seller, seconds=1), after, package, terms)
    entries = differences(quote(seller, before), quote(seller, after))
    return {entry.label: (entry.before, entry.after) for entry in entries}


def test_two_versions_with_the_same_terms_do_not_differ(seller, prospect):
    terms = QuoteTerms(valid_until=seller.now.date() + timedelta(days=20))
    assert compared(seller, prospect, ("professional", terms), ("professional", terms)) == {}


def test_another_package_and_its_total_are_named(seller, school):
    entries = compared(
        seller,
        school,
        ("foundation", QuoteTerms(payment_plan="split")),
        ("growth", QuoteTerms(payment_plan="split")),
    )
    assert entries == {
        "Package": ("Foundation", "Growth"),
        "Foundation package": ("$2,800.00", NO_VALUE),
        "Growth package": (NO_VALUE, "$6,500.00"),
        "Total": ("$2,800.00", "$6,500.00"),
    }


def test_an_add_on_a_discount_and_the_payment_plan_are_named(seller, school):
    terms = QuoteTerms(add_ons=("rush",), discount_percent=Decimal(10), payment_plan="extended", months=6)
    entries = compared(seller, school, ("growth", QuoteTerms()), ("growth", terms))
    assert entries["Payment plan"] == ("Paid in full at signing", "6 monthly instalments")
    assert entries["Rush migration"] == (NO_VALUE, "$1,000.00")
    assert entries["Discount 10%"] == (NO_VALUE, "-$750.00")
    assert entries["Full payment"] == ("-$325.00", NO_VALUE)
    assert entries["Total"] == ("$6,175.00", "$6,750.00")
    assert "Package" not in entries


def test_locations_their_price_and_days_are_named(seller, prospect):
    day = seller.now.date() + timedelta(days=90)
    terms = QuoteTerms(locations=50, valid_until=seller.now.date() + timedelta(days=9))
    entries = compared(
        seller,
        prospect,
        ("enterprise", terms),
        (
            "enterprise",
            replace(terms, locations=60, unit_price=Decimal(1950), price_note="Group", go_live_on=day),
        ),
    )
    assert entries["Locations"] == ("50", "60")
    assert entries["Enterprise package"] == ("50 × $2,000.00", "60 × $1,950.00")
    assert entries["Location discount"][0] == NO_VALUE
    assert entries["Go-live date"] == (NO_VALUE, f"{day:%-d %b %Y}")
    assert "Valid until" not in entries
