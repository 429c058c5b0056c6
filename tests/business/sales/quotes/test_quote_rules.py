"""What may become of a quote: every state and every verb, validity by the zone, discounts, numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.catalog.packages import Band
from core.business.sales.quotes.pricing import (
    DISCOUNT,
    PLAN_DISCOUNT,
    as_documents,
    as_line,
    price_terms,
    stored_discount,
)
from core.business.sales.quotes.rules import (
    QuoteState,
    QuoteTerms,
    TermsError,
    Verb,
    check_terms,
    end_of_validity,
    needs_approval,
    next_state,
    number_text,
    read_number,
    state_at,
    total_discount,
)
from core.errors import ConflictError

TODAY = date(2026, 11, 28)

# By hand, from the issue: what each verb makes of each state; a state that is missing refuses the verb.
AFTER = {
    Verb.EDIT: {"draft": "draft"},
    Verb.ASK: {"draft": "draft"},
    Verb.APPROVE: {"draft": "draft"},
    Verb.REFUSE: {"draft": "draft"},
    Verb.SEND: {"draft": "sent"},
    Verb.WITHDRAW: {"sent": "expired"},
    Verb.RENEW: {"sent": "sent"},
    Verb.ACCEPT: {"sent": "accepted"},
    Verb.DECLINE: {"sent": "declined"},
    Verb.EXPIRE: {"sent": "expired"},
    Verb.REPLACE: {"sent": "replaced"},
    Verb.REVISE: {"sent": "sent", "declined": "declined", "expired": "expired"},
}


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("state", list(QuoteState))
def test_every_state_allows_or_refuses_every_verb(state, verb):
    after = AFTER[verb].get(state.value)
    if after is not None:
        assert next_state(state, verb).value == after
        return
    with pytest.raises(ConflictError, match=f"A quote that is {state.value} cannot be {verb.value}"):
        next_state(state, verb)


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("America/New_York", datetime(2026, 11, 29, 5, tzinfo=UTC)),
        ("Europe/Rome", datetime(2026, 11, 28, 23, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 11, 28, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_quote_holds_until_midnight_after_its_last_day_in_the_operator_s_zone(zone, end):
    assert end_of_validity(TODAY, zone) == end
    assert state_at("sent", TODAY, zone, end - timedelta(microseconds=1)) is QuoteState.SENT
    assert state_at("sent", TODAY, zone, end) is QuoteState.EXPIRED


@pytest.mark.parametrize("zone", ["Europe/Rome", "America/New_York", "Africa/Cairo", "America/Santiago"])
@given(day=st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_the_end_of_validity_is_the_next_day_and_the_moment_before_is_not(zone, day):
    from zoneinfo import ZoneInfo

    end = end_of_validity(day, zone)
    assert end.astimezone(ZoneInfo(zone)).date() == day + timedelta(days=1)
    assert (end - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() == day


@pytest.mark.parametrize("state", [state for state in QuoteState if state is not QuoteState.SENT])
def test_only_a_sent_quote_expires(state):
    assert state_at(state, date(2020, 1, 1), "UTC", datetime(2026, 1, 1, tzinfo=UTC)) is state


@given(number=st.integers(1, 10**8), version=st.integers(1, 999))
def test_a_number_is_read_as_it_is_written(number, version):
    assert read_number(number_text(number, version)) == number


@pytest.mark.parametrize(
    ("text", "number"), [("42", 42), ("q-42", 42), ("Q0042", 42), ("Zia 42", None), ("", None)]
)
def test_a_search_text_is_a_number_or_none(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("percent", "needed"), [("0", False), ("10", False), ("10.0001", True), ("100", True)]
)
def test_a_discount_above_ten_percent_needs_approval(percent, needed):
    assert needs_approval(Decimal(percent)) is needed


@given(
    unit=st.decimals("1", "2000", places=2),
    percent=st.decimals("0", "100", places=2),
    locations=st.integers(1, 400),
)
def test_a_lower_price_per_location_counts_as_a_discount_on_the_list(unit, percent, locations):
    discount = total_discount(2000 * Decimal(locations), unit * locations, percent)
    paid = unit * locations * (100 - percent) / 100
    assert discount >= percent
    assert abs(discount - (100 - paid / (20 * Decimal(locations)))) < Decimal("0.0001")


def test_the_location_discount_is_price_list_and_no_discount_to_approve():
    bands = [Band(from_locations=11, percent=Decimal(30))]
    priced = price_terms("restaurant", "enterprise", QuoteTerms(), 50, bands)
    assert (priced.total, priced.total_discount) == (Decimal(70_000), Decimal(0))


def test_a_discount_on_top_of_a_price_below_the_list_is_summed_up():
    terms = QuoteTerms(unit_price=Decimal(1900), price_note="Pilot", discount_percent=Decimal(10))
    priced = price_terms("restaurant", "enterprise", terms, 50, [])
    assert priced.total == Decimal(85_500)
    assert priced.total_discount == Decimal("14.5")
    assert priced.needs_approval


def test_the_discount_of_a_payment_plan_is_price_list_too():
    priced = price_terms("school", "growth", QuoteTerms(add_ons=("rush",)), 1, [])
    assert [(line.item, line.amount) for line in priced.lines] == [
        ("growth", Decimal(6500)),
        ("rush", Decimal(1000)),
        (PLAN_DISCOUNT, Decimal("-375.00")),
    ]
    assert not priced.needs_approval


_packages = st.sampled_from(
    [
        ("restaurant", "starter"),
        ("restaurant", "enterprise"),
        ("school", "foundation"),
        ("school", "enterprise"),
    ]
)


@given(
    package=_packages,
    locations=st.integers(1, 500),
    unit=st.none() | st.decimals("0.01", "9999", places=2),
    percent=st.decimals("0", "100", places=4),
    plan=st.sampled_from(["full", "split", "extended"]),
    add_ons=st.sets(st.sampled_from(["rush", "on_site_training", "weekend_work"])),
)
def test_lines_sum_to_the_total_to_the_cent_and_are_read_as_they_are_stored(
    package, locations, unit, percent, plan, add_ons
):
    domain, key = package
    by_offer = domain == "restaurant" and key == "enterprise"
    terms = QuoteTerms(
        add_ons=tuple(sorted(add_ons)) if domain == "school" else (),
        unit_price=unit if by_offer else None,
        price_note="Agreed",
        discount_percent=percent,
        payment_plan=plan,
        months=6 if plan == "extended" else None,
    )
    bands = [Band(from_locations=51, percent=Decimal(5))]
    priced = price_terms(domain, key, terms, 1 if not by_offer else locations, bands)
    assert sum(line.amount for line in priced.lines) == priced.total == round(priced.total, 2)
    off = {DISCOUNT, PLAN_DISCOUNT}
    assert sum(line.amount for line in priced.lines if line.item not in off) == priced.subtotal
    assert all(line.amount == line.quantity * line.unit_price for line in priced.lines)
    assert all(line.explanation for line in priced.lines)
    documents = as_documents(priced)
    assert [as_line(document) for document in documents] == list(priced.lines)
    assert stored_discount(documents, Decimal(0)) == round(priced.total_discount, 4)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (QuoteTerms(locations=0), "locations"),
        (QuoteTerms(discount_percent=Decimal(-1)), "discount_percent"),
        (QuoteTerms(discount_percent=Decimal("NaN")), "discount_percent"),
        (QuoteTerms(discount_percent=Decimal("100.01")), "discount_percent"),
        (QuoteTerms(discount_percent=Decimal("5.12345")), "discount_percent"),
        (QuoteTerms(discount_percent=Decimal(11)), "discount_reason"),
        (QuoteTerms(unit_price=Decimal(0), price_note="Free"), "unit_price"),
        (QuoteTerms(unit_price=Decimal(1500)), "price_note"),
        (QuoteTerms(payment_plan="weekly"), "payment_plan"),
        (QuoteTerms(payment_plan="extended", months=2), "months"),
        (QuoteTerms(payment_plan="extended", months=13), "months"),
        (QuoteTerms(payment_plan="full", months=3), "months"),
        (QuoteTerms(valid_until=TODAY - timedelta(days=1)), "valid_until"),
        (QuoteTerms(valid_until=TODAY + timedelta(days=367)), "valid_until"),
        (QuoteTerms(go_live_on=TODAY - timedelta(days=1)), "go_live_on"),
    ],
)
def test_terms_that_cannot_be_stored_name_their_field(terms, field):
    with pytest.raises(TermsError) as error:
        check_terms(terms, TODAY)
    assert list(error.value.faults) == [field]


def test_a_fixed_price_is_not_replaced():
    with pytest.raises(TermsError, match="The price of Starter is fixed"):
        price_terms("restaurant", "starter", QuoteTerms(unit_price=Decimal(1), price_note="x"), 1, [])
