"""The package that fits: the cheapest that holds, the limit that decides, and what stays to be asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.catalog.fit import fit
from core.business.catalog.packages import catalogs, packages
from core.errors import InvalidInputError

R, S = "restaurant", "school"


def audit(locations: int = 1, items: int = 100, pos_types: int = 1) -> dict[str, int]:
    return {"locations": locations, "items": items, "pos_types": pos_types}


AUDITS: list[tuple[str, dict[str, int], str, tuple[str, int, int] | None]] = [
    (R, audit(), "starter", ("locations", 1, 1)),
    (R, audit(items=0), "starter", ("locations", 1, 1)),
    (R, audit(items=999), "starter", ("locations", 1, 1)),
    (R, audit(items=1_000), "starter", ("locations", 1, 1)),
    (R, audit(items=1_001), "professional", ("items", 1_001, 1_000)),
    (R, audit(items=1_000_000), "professional", ("items", 1_000_000, 1_000)),
    (R, audit(pos_types=2), "professional", ("pos_types", 2, 1)),
    (R, audit(pos_types=7), "professional", ("pos_types", 7, 1)),
    (R, audit(locations=2), "professional", ("locations", 2, 1)),
    (R, audit(locations=2, items=1_000), "professional", ("locations", 2, 1)),
    (R, audit(locations=2, items=2_500), "professional", ("items", 2_500, 1_000)),
    (R, audit(locations=3, items=2_500), "professional", ("locations", 3, 1)),
    (R, audit(locations=10), "professional", ("locations", 10, 1)),
    (R, audit(locations=10, items=50_000, pos_types=7), "professional", ("items", 50_000, 1_000)),
    (R, audit(locations=11), "enterprise", ("locations", 11, 10)),
    (R, audit(locations=11, items=100_000), "enterprise", ("locations", 11, 10)),
    (R, audit(locations=50), "enterprise", ("locations", 50, 10)),
    (R, audit(locations=4_000, items=1), "enterprise", ("locations", 4_000, 10)),
    (R, {**audit(), "guests": 9_000_000, "orders_per_day": 50_000}, "starter", ("locations", 1, 1)),
    (R, {"items": 1_001}, "professional", ("items", 1_001, 1_000)),
    (S, {"pupils": 0}, "foundation", ("pupils", 0, 200)),
    (S, {"pupils": 1}, "foundation", ("pupils", 1, 200)),
    (S, {"pupils": 50}, "foundation", ("pupils", 50, 200)),
    (S, {"pupils": 199}, "foundation", ("pupils", 199, 200)),
    (S, {"pupils": 200}, "foundation", ("pupils", 200, 200)),
    (S, {"pupils": 201}, "growth", ("pupils", 201, 200)),
    (S, {"pupils": 500}, "growth", ("pupils", 500, 200)),
    (S, {"pupils": 800}, "growth", ("pupils", 800, 200)),
    (S, {"pupils": 801}, "enterprise", ("pupils", 801, 800)),
    (S, {"pupils": 50_000}, "enterprise", ("pupils", 50_000, 800)),
    (S, {"pupils": 200, "locations": 30, "staff": 900}, "foundation", ("pupils", 200, 200)),
    (S, {}, "foundation", None),
    (R, {}, "starter", None),
]


@pytest.mark.parametrize(("domain", "counts", "package", "decides"), AUDITS)
def test_an_audit_gets_the_cheapest_package_that_holds(domain, counts, package, decides):
    result = fit(domain, counts)
    deciding = result.deciding
    assert (result.package, deciding and (deciding.measure, deciding.count, deciding.limit)) == (
        package,
        decides,
    )
    for candidate in result.packages:
        if candidate.key == package:
            break
        assert candidate.holds is False
        assert candidate.failures


def test_each_cheaper_package_says_why_it_fails():
    starter, professional, enterprise = fit(R, audit(locations=11, items=1_200)).packages
    assert starter.reason == "Locations: 11 of 1; Menu items: 1,200 of 1,000"
    assert professional.reason == "Locations: 11 of 10"
    assert enterprise.reason == "No limits"


def test_a_count_that_is_unknown_is_asked_and_not_assumed():
    result = fit(R, {"locations": 1})
    assert (result.package, result.is_certain, list(result.unknown)) == (
        "starter",
        False,
        ["items", "pos_types"],
    )
    assert result.packages[0].holds is None
    assert (
        result.packages[0].reason
        == "Menu items: unknown, ask (limit 1,000); POS types: unknown, ask (limit 1)"
    )


def test_a_package_that_is_certain_whatever_is_unknown_asks_nothing():
    result = fit(R, {"locations": 40})
    assert (result.package, result.is_certain, list(result.unknown)) == ("enterprise", True, [])


def test_the_next_package_says_what_it_adds():
    next_up = fit(R, audit()).next_up
    assert next_up is not None
    assert (next_up.key, next_up.price_difference) == ("professional", 1_500)
    assert "Menu items: no limit instead of 1,000" in next_up.adds
    assert "Locations: up to 10 instead of 1" in next_up.adds
    assert "500,000 AI tokens instead of 50,000" in next_up.adds
    assert "Consultation with a migration specialist, 2 hours" in next_up.adds
    assert not [text for text in next_up.adds if "Rollback" in text or "Parallel" in text]


def test_a_package_by_offer_has_no_price_difference_and_the_largest_no_next_one():
    up = fit(R, audit(locations=5)).next_up
    assert up is not None
    assert (up.key, up.price_difference) == ("enterprise", None)
    assert fit(R, audit(locations=11)).next_up is None


@pytest.mark.parametrize("counts", [{"items": -1}, {"burgers": 3}])
def test_a_count_that_cannot_be_is_refused(counts):
    with pytest.raises(InvalidInputError):
        fit(R, counts)


def test_a_line_of_business_without_packages_is_refused():
    with pytest.raises(InvalidInputError):
        fit("bank", {})


COUNTS = st.dictionaries(
    st.sampled_from(["locations", "items", "pos_types", "pupils", "guests"]),
    st.one_of(st.integers(0, 20), st.integers(0, 2_000)),
)


@given(
    st.sampled_from([R, S]),
    COUNTS,
    st.sampled_from(["locations", "items", "pos_types", "pupils", "guests"]),
    st.integers(0, 2_000),
)
def test_more_of_anything_never_makes_the_fit_cheaper(domain, counts, measure, more):
    rank = list(packages(domain)).index
    larger = {**counts, measure: counts.get(measure, 0) + more}
    assert rank(fit(domain, larger).package) >= rank(fit(domain, counts).package)


@given(st.sampled_from([R, S]), COUNTS)
def test_what_is_not_exceeded_or_unknown_holds(domain, counts):
    result = fit(domain, counts)
    limits = packages(domain)[result.package].limits
    assert all(counts[measure] <= limit for measure, limit in limits.items() if measure in counts)
    assert list(result.unknown) == [measure for measure in limits if measure not in counts]


def test_flat_prices_rise_with_the_size_of_the_package():
    for catalog in catalogs().values():
        prices = [offer.price for offer in catalog.packages.values() if offer.price is not None]
        assert prices == sorted(prices)
