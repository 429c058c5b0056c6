"""There is a plan in every state of a migration; it repeats what the engine found, and every risk has its remedy."""

import json
from contextlib import ExitStack
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.agents.coach import MigrationCoach
from core.agents.coach.plan import FieldMapping, confidence_score
from core.engine.mapping.actions import accept_above, decide
from core.engine.mapping.views import mapping_fields
from core.entry.tenants import create_tenant
from core.errors import NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.costs.rules import dollars
from tests.agents.coach.conftest import MENU, PUPILS

STATES = ("made", "read", "suggested", "accepted", "validated")
ORDERS = "Order Number,Opened,Total\n1,2026-01-03 11:00,12.50\n2,2026-01-03 12:00,8.00\n"
GUESTS = "Guest ID,First Name,Last Name,Email\ng1,Ann,Lee,ann@example.com\ng2,Bo,Kim,bo@example.com\n"


@pytest.fixture
def school(people):
    """Alice's context in a school."""
    slug = f"school-{new_id()}"
    create_tenant(people["alice"], slug, "Hill School", domain="school")
    with ExitStack() as stack:
        yield stack.enter_context(enter(people["alice"], slug))


@pytest.mark.parametrize("until", STATES)
@pytest.mark.parametrize("files", [(MENU,), (PUPILS,), ("only a header\n",), (MENU, PUPILS)])
@pytest.mark.parametrize("domain", ["restaurant", "school"])
def test_a_plan_is_made_in_every_state_and_goes_into_json(alice, school, take, until, files, domain):
    context = alice if domain == "restaurant" else school
    stage = until if until in STATES[:3] or PUPILS not in files or domain == "school" else "suggested"
    if "only a header\n" in files and stage in {"accepted", "validated"}:
        stage = "suggested"  # nothing is mapped, and what is not mapped is not validated
    migration = take(*files, until=stage, context=context)
    plan = MigrationCoach(context).analyze_pos_structure(migration)
    assert 0 <= plan.confidence_score <= 1
    assert plan.estimated_hours in {2, 4, 8}
    assert plan.recommendations
    assert all(risk.title and risk.mitigation for risk in plan.risk_factors)
    document = json.loads(json.dumps(plan.as_dict()))
    assert {"field_mappings", "complexity", "confidence_score", "generated_at"} <= document.keys()
    assert plan.domain == domain


def test_an_empty_migration_has_a_plan_that_says_what_is_missing(coach, take):
    plan = coach.analyze_pos_structure(take(until="made"))
    assert (plan.field_mappings, plan.confidence_score) == ((), 0.0)
    assert (plan.complexity, plan.estimated_hours) == ("unknown", 8)
    assert "ai_unavailable" in {risk.code for risk in plan.risk_factors}
    assert plan.recommendations[0].startswith("Upload the exports")


def test_both_names_of_the_seeds_answer_the_same(coach, take):
    migration = take(MENU)
    assert coach.analyze_pos_data(migration) == coach.analyze_pos_structure(migration)


def test_the_mappings_are_those_of_the_review_and_a_person_s_word_counts_whole(coach, alice, take):
    migration = take(MENU)
    name = next(field for field in mapping_fields(alice, migration) if field.source_field == "Item Name")
    suggested = coach.analyze_pos_structure(migration)
    decide(alice, name.id, version=0, target="menu_item.kitchen_name", reason="They are short")
    after_decision = coach.analyze_pos_structure(migration)
    before = next(
        field_mapping
        for field_mapping in suggested.field_mappings
        if field_mapping.source_field == "Item Name"
    )
    after = next(
        field_mapping
        for field_mapping in after_decision.field_mappings
        if field_mapping.source_field == "Item Name"
    )
    assert (before.target_field, before.confidence) == ("menu_item.name", name.confidence)
    assert (after.target_field, after.confidence) == ("menu_item.kitchen_name", 1.0)
    assert after.reasoning == "They are short"


def test_needs_and_findings_are_the_engine_s(coach, take, sample):
    plan = coach.analyze_pos_structure(take(sample("toast"), until="validated"))
    price = next(
        transformation_need
        for transformation_need in plan.transformation_needs
        if transformation_need.source_field == "price"
    )
    assert (price.transform, price.lossy) == ("divide(100)", False)
    assert "cents" in price.reasoning
    findings = {
        data_quality_issue.code: data_quality_issue for data_quality_issue in plan.data_quality_issues
    }
    assert findings["payment_differs"].money == Decimal("-4.23")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ((MENU,), "unrecognised_file"),
        ((MENU,), "no_target"),
        ((MENU,), "not_validated"),
        ((ORDERS,), "missing_companions"),
        ((ORDERS,), "no_place"),
        ((GUESTS,), "no_consent"),
        ((MENU + "i3,Another,Pizza,1.00,,\n",), "duplicates"),
        (("toast", "square"), "several_sources"),
        (("toast", "square"), "contested_targets"),
    ],
)
def test_a_risk_is_derived_from_what_is_there(coach, take, sample, files, code):
    paths = [sample(file) if file in {"toast", "square"} else file for file in files]
    until = "validated" if code == "duplicates" else "suggested"
    plan = coach.analyze_pos_structure(take(*paths, until=until))
    assert code in {risk.code for risk in plan.risk_factors}


def test_the_gravest_risk_stands_first(coach, take, sample):
    levels = [
        risk.level
        for risk in coach.analyze_pos_structure(take(sample("toast"), sample("square"))).risk_factors
    ]
    assert levels == sorted(levels, key=("high", "medium", "low").index)
    assert {"high", "low"} <= set(levels)


def test_no_word_of_a_file_stands_in_risks_and_recommendations(coach, take):
    text = MENU.replace("Colour of lid", "Zanzibarian").replace("red", "Zanzibarian")
    plan = coach.analyze_pos_structure(take(text, until="validated"))
    assert "Zanzibarian" not in repr((plan.risk_factors, plan.recommendations))


def test_another_tenant_s_migration_is_not_there(mallory, take):
    with pytest.raises(NotFoundError):
        MigrationCoach(mallory).analyze_pos_structure(take(MENU))


MAPPING = st.builds(
    FieldMapping,
    *[st.just("")] * 3,
    st.none(),
    st.floats(0, 1),
    st.just("suggested"),
    st.just(""),
    st.integers(0, 10**9),
)


@given(st.lists(MAPPING, max_size=8))
def test_the_score_lies_between_the_least_and_the_surest_mapping(mappings):
    score = confidence_score(mappings)
    if not mappings:
        assert score == 0.0
        return
    sure = [mapping.confidence for mapping in mappings]
    assert min(sure) - 1e-9 <= score <= max(sure) + 1e-9


def test_a_mapping_with_more_rows_weighs_more():
    sure = FieldMapping("", "", "", None, 1.0, "", "", rows=900)
    unsure = FieldMapping("", "", "", None, 0.5, "", "", rows=100)
    assert confidence_score([sure, unsure]) == pytest.approx(0.95)


def test_costs_are_shown_as_the_ledger_shows_them():
    from core.agents.coach.state import usd

    assert dollars(6_390) == f"${usd(6_390)}"


@pytest.mark.parametrize("system", ["toast", "square"])
def test_documented_columns_are_no_custom_fields_of_a_plain_sample(coach, take, sample, system):
    plan = coach.analyze_pos_structure(take(sample(system)))
    assert plan.complexity_details.factors.custom_fields == 0
    counts = plan.complexity_details.factors
    assert (
        plan.complexity_details.complexity_score
        == counts.items + 2 * counts.categories + 3 * counts.modifiers
    )


def test_a_column_that_nobody_documents_is_a_custom_field(coach, take, sample):
    text = MENU.splitlines()
    more = "\n".join(
        f"{line},{'Zorblax' if not number else f'q{number}'}" for number, line in enumerate(text)
    )
    plain = coach.analyze_pos_structure(take(MENU)).complexity_details.factors.custom_fields
    assert (
        coach.analyze_pos_structure(take(more + "\n")).complexity_details.factors.custom_fields == plain + 1
    )


def test_what_a_threshold_accepted_keeps_the_matcher_s_confidence(coach, alice, take):
    migration = take(MENU)
    before = coach.analyze_pos_structure(migration)
    accept_above(alice, migration, 0.0)
    after = coach.analyze_pos_structure(migration)
    assert after.confidence_score == pytest.approx(before.confidence_score)
    assert after.confidence_score < 1
    name = next(field for field in mapping_fields(alice, migration) if field.source_field == "Item Name")
    decide(alice, name.id, version=name.version, target=name.target)
    looked = coach.analyze_pos_structure(migration)
    assert [
        field_mapping.confidence
        for field_mapping in looked.field_mappings
        if field_mapping.source_field == "Item Name"
    ] == [1.0]
