"""What quotes promise: by package, written when sent, never again; and that what is ordered is what was quoted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.business.billing.plans import instalments
from core.business.catalog.packages import catalog, catalogs, package
from core.business.engagements.views import order
from core.business.sales.acceptance.actions import accept
from core.business.sales.figures.measures import MEASURES
from core.business.sales.promises import declared_promises, promises_for, promises_of
from core.business.sales.quotes.actions import draft_quote
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import quote
from core.business.sales.sending import send_quote
from core.errors import NotFoundError
from core.platform.access.actions import enter
from tests.business.sales.factories import add_prospect
from tests.operators import add_staff

pytestmark = pytest.mark.usefixtures("database")

PACKAGES = [(domain, key) for domain, offers in catalogs().items() for key in offers.packages]


@pytest.fixture
def staff():
    """Somebody who sells, and may give any discount for the test."""
    return add_staff("sales")


def texts(domain: str, key: str) -> dict[str, str]:
    return {promise.key: promise.text for promise in promises_for(domain, key, "USD")}


def test_packages_promise_what_they_include() -> None:
    starter, professional, enterprise = (
        texts("restaurant", key) for key in ("starter", "professional", "enterprise")
    )
    assert professional["specialist_hours"] == "2 hours with a migration specialist are included."
    assert "specialist_hours" not in starter
    assert "specialist_hours" not in enterprise
    assert enterprise["sla"] == "Service level of 99.9% uptime."
    assert "sla" not in professional
    assert starter["parallel_run"] == "Both systems can run in parallel for 30 days."
    assert "for 90 days from cutover" in starter["rollback"]
    assert "days_closed" not in texts("school", "growth")


@pytest.mark.parametrize(("domain", "key"), PACKAGES)
def test_every_package_promises_rows_money_and_a_way_back(domain: str, key: str) -> None:
    promises = {promise.key: promise for promise in promises_for(domain, key, "EUR")}
    assert promises["rows_accounted"].target_text == "100%"
    assert (promises["money_explained"].target, promises["money_explained"].unit) == (Decimal(0), "EUR")
    assert promises["money_explained"].target_text == "€0.00"
    assert promises["rollback"].target == package(domain, key).rollback_days
    assert all("{" not in promise.text for promise in promises.values())


def test_every_measure_that_a_promise_names_exists() -> None:
    assert {terms.measure for terms in declared_promises().values() if terms.measure} <= MEASURES.keys()
    for terms in declared_promises().values():
        assert set(terms.domains) <= catalogs().keys()
        assert terms.includes is None or any(terms.includes in catalog(d).inclusions for d in catalogs())


def test_promises_are_written_when_a_quote_is_sent_and_listed_for_quote_and_prospect(staff) -> None:
    with enter(staff.person, staff.operator) as seller:
        prospect = add_prospect(seller, locations=3)
        draft = draft_quote(seller, prospect, "professional")
        assert promises_of(seller, quote_id=draft) == []
        address = send_quote(seller, draft)
        rows = promises_of(seller, quote_id=draft)
        assert [row.promise.key for row in rows] == [
            promise.key for promise in promises_for("restaurant", "professional", "USD")
        ]
        accept(address.rpartition("/")[2], "Ana Ng")
        seller.session.rollback()
        assert promises_of(seller, prospect_id=prospect) == rows
    with enter(add_staff("sales").person, staff.operator) as colleague:
        assert promises_of(colleague, prospect_id=prospect) == []


def test_promises_are_the_operator_s(alice) -> None:
    with pytest.raises(NotFoundError):
        promises_of(alice, prospect_id=alice.tenant.id)


percents = st.integers(0, 1000).map(lambda hundredths: Decimal(hundredths) / 100)
plans = st.one_of(
    st.sampled_from([("full", None), ("split", None)]), st.integers(3, 12).map(lambda n: ("extended", n))
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PACKAGES), st.integers(1, 400), percents, plans, st.booleans())
def test_what_is_ordered_is_what_was_quoted_to_the_cent(
    staff, offer, locations, percent, plan, with_add_on
) -> None:
    domain, key = offer
    limit = package(domain, key).limits.get("locations", locations)
    add_ons = tuple(catalog(domain).add_ons)[: 1 if with_add_on else 0]
    terms = QuoteTerms(
        locations=min(limit, locations),
        add_ons=add_ons,
        discount_percent=percent,
        payment_plan=plan[0],
        months=plan[1],
    )
    with enter(staff.person, staff.operator) as seller:
        draft = draft_quote(seller, add_prospect(seller, domain=domain, source_system=None), key, terms)
        address = send_quote(seller, draft)
        quoted = quote(seller, draft)
    result = accept(address.rpartition("/")[2], "Ana Ng")
    with enter(staff.person, result.customer_id) as context:
        ordered = order(context, result.engagement_id)
    assert [
        (line.item, line.text, line.quantity, line.unit_price, line.amount) for line in ordered.lines
    ] == [(line.item, line.text, line.quantity, line.unit_price, line.amount) for line in quoted.lines]
    assert ordered.total == quoted.total == sum(line.amount for line in ordered.lines)
    planned = instalments(
        quoted.total, quoted.payment_plan, quoted.months, quoted.currency, ordered.ordered_at.date()
    )
    assert [part.amount for part in ordered.instalments] == [part.amount for part in planned]
    assert sum(part.amount for part in ordered.instalments) == ordered.total
