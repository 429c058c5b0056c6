"""Candidates are ranked so that nobody uncertified stands above, and more load never ranks higher; each says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.catalog.packages import catalogs
from core.business.engagements.team.certificates import HeldCertificate, is_certified, needs_of
from core.business.engagements.team.ranking import Demand, Profile, Verdict, compare, rank
from core.business.engagements.team.workload import effort_of, line_workload, workload
from core.errors import InvalidInputError

TODAY = date(2026, 11, 28)
GO_LIVE = TODAY + timedelta(days=40)

CERTIFICATES = st.builds(
    HeldCertificate,
    speciality=st.sampled_from(["toast", "square", "clover", "enterprise", "school"]),
    level=st.sampled_from(["associate", "professional", "master"]),
    issued_on=st.integers(-700, 5).map(lambda days: TODAY + timedelta(days=days)),
    expires_on=st.integers(-30, 400).map(lambda days: TODAY + timedelta(days=days)),
)
HOURS = st.integers(0, 200).map(Decimal)
PROFILES = st.builds(
    Profile,
    specialist_id=st.uuids().map(str),
    person_id=st.uuids().map(str),
    name=st.sampled_from(["Ana", "Bo", "Cy"]),
    certificates=st.lists(CERTIFICATES, max_size=4),
    overlap=st.integers(0, 24).map(Decimal),
    busy_hours=HOURS,
    open_hours=HOURS,
    past_orders=st.integers(0, 9),
    away=st.none() | st.just(GO_LIVE),
    ended_on=st.none() | st.just(TODAY - timedelta(days=1)) | st.just(GO_LIVE - timedelta(days=1)),
)
ORDERS = st.tuples(
    st.sampled_from(
        [(domain, package) for domain, offers in catalogs().items() for package in offers.packages]
    ),
    st.sampled_from(["toast", "square", "clover", "csv", ""]),
    st.none() | st.just(GO_LIVE),
).map(lambda parts: Demand(needs_of(*parts[0], [parts[1]] if parts[1] else []), "Toast", parts[2]))


def held(speciality: str, level: str, days: int = 300) -> HeldCertificate:
    return HeldCertificate(speciality, level, TODAY - timedelta(days=60), TODAY + timedelta(days=days))


def profile(*certificates: HeldCertificate, **fields: object) -> Profile:
    usual = Profile("s", "p", "Mei Tanaka", certificates, Decimal(7), Decimal(31), Decimal(160), 3)
    return replace(usual, **fields)


def toast(package: str = "professional") -> Demand:
    return Demand(needs_of("restaurant", package, ["toast"]), "Toast", GO_LIVE)


@given(ORDERS, st.lists(PROFILES, max_size=6, unique_by=lambda profile: profile.person_id))
def test_nobody_uncertified_stands_above_somebody_certified_or_can_be_assigned(order, profiles) -> None:
    ranked = rank(order, profiles, TODAY)
    certified = [is_certified(order.needs, person.profile.certificates, TODAY) for person in ranked]
    assert certified == sorted(certified, reverse=True)
    for person, is_allowed in zip(ranked, certified, strict=True):
        assert person.is_certified is is_allowed
        assert is_allowed or (not person.is_assignable and person.missing)
        assert person.is_assignable is (person.verdict is not Verdict.NOT_NOW)


@given(
    ORDERS,
    st.lists(PROFILES, min_size=1, max_size=5, unique_by=lambda profile: profile.person_id),
    st.integers(1, 100).map(Decimal),
)
def test_more_load_never_ranks_higher(order, profiles, more) -> None:
    def position(people: list[Profile]) -> int:
        return [person.profile.person_id for person in rank(order, people, TODAY)].index(
            profiles[0].person_id
        )

    loaded = replace(profiles[0], busy_hours=profiles[0].busy_hours + more)
    assert position([loaded, *profiles[1:]]) >= position(profiles)


@given(ORDERS, PROFILES)
def test_more_overlap_and_past_work_never_lower_a_candidate(order, person) -> None:
    better = replace(person, overlap=person.overlap + 1, past_orders=person.past_orders + 1)
    verdicts = list(Verdict)
    before, after = compare(order, person, TODAY), compare(order, better, TODAY)
    assert verdicts.index(after.verdict) <= verdicts.index(before.verdict)
    assert after.points >= before.points


@given(ORDERS, st.lists(PROFILES, max_size=6, unique_by=lambda profile: profile.person_id))
def test_the_order_does_not_depend_on_the_order_of_the_roster(order, profiles) -> None:
    assert rank(order, profiles, TODAY) == rank(order, profiles[::-1], TODAY)


@pytest.mark.parametrize("source", ["toast", "square", "clover"])
@pytest.mark.parametrize("package", ["starter", "professional", "enterprise"])
def test_a_master_of_a_source_and_of_enterprise_may_lead_every_order_from_it(source, package) -> None:
    needs = needs_of("restaurant", package, [source])
    assert is_certified(needs, [held(source, "master"), held("enterprise", "master")], TODAY)
    assert is_certified(needs, [held(source, "master")], TODAY) is (package != "enterprise")


@pytest.mark.parametrize(
    ("level", "packages"),
    [
        ("associate", {"starter", "foundation"}),
        ("professional", {"starter", "professional", "foundation", "growth"}),
        ("master", {"starter", "professional", "foundation", "growth", "enterprise"}),
    ],
)
def test_each_level_may_lead_its_packages(level: str, packages: set[str]) -> None:
    certificates = [held(speciality, level) for speciality in ("toast", "enterprise", "school")]
    allowed = {
        package
        for domain in ("restaurant", "school")
        for package in catalogs()[domain].packages
        if is_certified(needs_of(domain, package, ["toast"]), certificates, TODAY)
    }
    assert allowed == packages


def test_an_enterprise_order_of_restaurants_needs_both_certificates() -> None:
    order = toast("enterprise")
    assert [need.text for need in order.needs] == ["Toast Professional", "Enterprise Master"]
    person = compare(order, profile(held("enterprise", "master")), TODAY)
    assert (person.verdict, person.refusal) == (Verdict.NOT_NOW, "No certificate Toast Professional")
    person = compare(order, profile(held("toast", "professional"), held("enterprise", "professional")), TODAY)
    assert person.refusal == "Enterprise Professional only, Enterprise Master is needed"


def test_several_sources_each_need_a_certificate_and_a_source_without_one_takes_any() -> None:
    needs = needs_of("restaurant", "professional", ["toast", "square"])
    assert not is_certified(needs, [held("toast", "master")], TODAY)
    assert is_certified(needs, [held("toast", "master"), held("square", "professional")], TODAY)
    for sources in (["csv"], []):
        needs = needs_of("restaurant", "professional", sources)
        assert is_certified(needs, [held("clover", "professional")], TODAY)
        assert not is_certified(needs, [held("school", "master")], TODAY)


def test_a_best_fit_says_why_in_the_words_of_the_trade() -> None:
    person = compare(toast(), profile(held("toast", "professional")), TODAY)
    assert person.verdict is Verdict.BEST_FIT
    assert person.missing == ()
    assert person.reasons == (
        "Toast Professional until 24 Sep 2027",
        "7 h of a working day shared with the customer",
        "31 of 160 h planned in the coming 4 weeks",
        "3 Toast orders completed",
    )


def test_a_certificate_that_ends_before_go_live_makes_possible_and_on_the_day_still_fits() -> None:
    person = compare(toast(), profile(held("toast", "master", 38)), TODAY)
    assert person.verdict is Verdict.POSSIBLE
    assert person.missing == ("Toast Master expires 5 Jan 2027, 2 days before go-live",)
    assert compare(toast(), profile(held("toast", "master", 40)), TODAY).verdict is Verdict.BEST_FIT
    expired = compare(toast(), profile(held("toast", "master", -1)), TODAY)
    assert expired.refusal == "Toast Master expired on 27 Nov 2026"
    assert compare(toast(), profile(held("toast", "master", 0)), TODAY).is_assignable


@pytest.mark.parametrize(
    ("fields", "verdict", "missing"),
    [
        ({"overlap": Decimal("1.5")}, Verdict.POSSIBLE, "1.5 h of a working day shared"),
        ({"busy_hours": Decimal(140)}, Verdict.POSSIBLE, "140 of 160 h planned"),
        ({"busy_hours": Decimal(160)}, Verdict.POSSIBLE, "160 of 160 h planned"),
        ({"busy_hours": Decimal("160.5")}, Verdict.NOT_NOW, "160.5 of 160 h planned"),
        ({"open_hours": Decimal(0)}, Verdict.NOT_NOW, "No working hours"),
        ({"past_orders": 0}, Verdict.BEST_FIT, "No Toast order completed yet"),
        ({"away": GO_LIVE}, Verdict.POSSIBLE, "Away at go-live, from 7 Jan 2027"),
        ({"ended_on": TODAY}, Verdict.POSSIBLE, "Leaves on 28 Nov"),
        ({"ended_on": TODAY - timedelta(days=1)}, Verdict.NOT_NOW, "Left on 27 Nov"),
    ],
)
def test_what_is_missing_stands_with_its_verdict(fields, verdict, missing) -> None:
    person = compare(toast(), profile(held("toast", "professional"), **fields), TODAY)
    assert person.verdict is verdict
    assert [text for text in person.missing if text.startswith(missing)]


def test_every_package_that_is_sold_has_needs_and_hours_and_each_assumption_names_a_part() -> None:
    for domain, offers in catalogs().items():
        assert line_workload(domain).needs.keys() == offers.packages.keys()
        assert all(effort_of(domain, package) for package in offers.packages)
    names = set(type(workload()).model_fields) | set(type(workload().school).model_fields)
    assert workload().assumptions.keys() <= names
    assert needs_of("school", "gone", [])[0].level == "master"
    assert effort_of("school", "gone") is None
    with pytest.raises(InvalidInputError, match="no orders for 'hotel'"):
        needs_of("hotel", "starter", [])
