"""A loyalty program comes over whole: its status, tiers and accrual rules, and what each guest has and is in it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from adapters import SOURCES
from core.db.target import target_table
from core.engine.runs import checksums
from core.engine.runs.reconciliation.accounting import account
from core.engine.sources.flatten import flatten
from core.engine.validation import views
from tests.conftest import SQUARE_SAMPLE

SQUARE = SOURCES["square"].streams
LOYALTY = ("loyalty_program", "loyalty_tier", "loyalty_accrual", "loyalty_account")


def documented(**changes):
    """What Square's Loyalty API answers, with customers and catalog beside it."""
    program = {
        "id": "P-1",
        "status": "ACTIVE",
        "reward_tiers": [
            {"id": "T-1", "points": 10, "name": "10% off", "definition": {"scope": "ORDER", "percentage_discount": "10"}},
            {"id": "T-2", "points": 25, "name": "$5 off", "definition": {"fixed_discount_money": {"amount": 500, "currency": "USD"}}},
        ],
        "expiration_policy": {"expiration_duration": "P1Y"},
        "terminology": {"one": "Star", "other": "Stars"},
        "location_ids": ["L-1"],
        "accrual_rules": [
            {"accrual_type": "SPEND", "points": 1, "spend_data": {"amount_money": {"amount": 150, "currency": "USD"}, "tax_mode": "BEFORE_TAX"}},
            {"accrual_type": "ITEM_VARIATION", "points": 3, "item_variation_data": {"item_variation_id": "V-1"}},
            {"accrual_type": "CATEGORY", "points": 2, "category_data": {"category_id": "C-1"}},
            {"accrual_type": "VISIT", "points": 5, "visit_data": {"minimum_amount_money": {"amount": 800, "currency": "USD"}}},
        ],
    }  # fmt: skip
    item = {
        "name": "Tea",
        "category_id": "C-1",
        "variations": [
            {
                "type": "ITEM_VARIATION",
                "id": "V-1",
                "item_variation_data": {
                    "item_id": "I-1",
                    "name": "Pot",
                    "price_money": {"amount": 450, "currency": "USD"},
                },
            }
        ],
    }
    return {
        "locations": [{"id": "L-1", "name": "Pier 9", "merchant_id": "M-1"}],
        "catalog": {
            "objects": [
                {"type": "CATEGORY", "id": "C-1", "category_data": {"name": "Drinks"}},
                {"type": "ITEM", "id": "I-1", "item_data": item},
            ]
        },
        "customers": [{"id": "G-1", "given_name": "Ann", "family_name": "Ray"}],
        "programs": [program | changes],
        "loyalty_accounts": [
            {"id": "A-1", "program_id": "P-1", "customer_id": "G-1", "balance": 30, "lifetime_points": 90}
        ],
    }


def bring(importer, document):
    return importer.import_file(json.dumps(document), name="square.json")


def records(importer, entity):
    """External id -> the record, of all that the tenant has."""
    importer.context.session.rollback()
    rows = importer.context.session.execute(select(target_table(entity))).mappings().all()
    return {row["external_id"]: row for row in rows}


def test_the_sample_s_program_comes_over_with_tiers_rule_and_account(importer):
    run = importer.import_file(SQUARE_SAMPLE)
    program, tiers, rules, accounts = (records(importer, entity) for entity in LOYALTY)
    assert {key: row["status"] for key, row in program.items()} == {"LOYALTY001": "active"}
    of_program = program["LOYALTY001"]["id"]
    assert {row["program_id"] for rows in (tiers, rules, accounts) for row in rows.values()} == {of_program}
    tier_terms = {row["name"]: (row["points_required"], row["discount_percent"]) for row in tiers.values()}
    assert tier_terms == {"Bronze": (0, 5), "Silver": (500, 10)}
    (rule,) = rules.values()
    assert (rule["kind"], rule["points"], rule["spend_amount"]) == ("spend", 1, Decimal(1))
    (member,) = accounts.values()
    assert (member["points_balance"], member["lifetime_points"], member["tier"]) == (750, 1200, "Silver")
    counted = account(importer.context, run.id)
    became = {table.table: table.became for table in counted.tables if table.table.startswith("loyalty")}
    assert became == {
        "loyalty_programs": {"loyalty_program": 1},
        "loyalty_tiers": {"loyalty_tier": 2},
        "loyalty_accrual_rules": {"loyalty_accrual": 1},
        "loyalty_accounts": {"loyalty_account": 1},
    }
    assert (counted.held, counted.differing) == (0, ())


def test_a_program_as_square_documents_it_comes_over_with_every_kind_of_rule(importer):
    bring(importer, documented())
    (program,) = records(importer, "loyalty_program").values()
    words = ("point_name", "points_name", "points_expire_after", "status")
    assert [program[word] for word in words] == ["Star", "Stars", "P1Y", "active"]
    assert program["offered_at"] == [str(records(importer, "location")["L-1"]["id"])]
    tiers = {row["name"]: row for row in records(importer, "loyalty_tier").values()}
    assert (tiers["10% off"]["discount_percent"], tiers["$5 off"]["discount_amount"]) == (10, 5)
    rules = {row["kind"]: row for row in records(importer, "loyalty_accrual").values()}
    assert {kind: row["points"] for kind, row in rules.items()} == {
        "spend": 1,
        "item": 3,
        "category": 2,
        "visit": 5,
    }
    assert (rules["spend"]["spend_amount"], rules["visit"]["minimum_amount"]) == (Decimal("1.5"), 8)
    assert rules["item"]["variant_id"] == records(importer, "item_variant")["V-1"]["id"]
    assert rules["category"]["category_id"] == records(importer, "category")["C-1"]["id"]


def test_what_points_are_paid_for_is_nobody_s_tier(importer):
    bring(importer, documented())
    (member,) = records(importer, "loyalty_account").values()
    assert member["tier"] is None
    assert member["program_id"] == records(importer, "loyalty_program")["P-1"]["id"]


def test_a_program_that_comes_again_changes_nothing_and_a_changed_rule_stays_one_rule(importer):
    bring(importer, documented())
    again = bring(importer, documented())
    assert {count.changed for count in again.entities} == {0}
    rules = documented()["programs"][0]["accrual_rules"]
    bring(importer, documented(accrual_rules=[rules[0] | {"points": 2}, *rules[1:]], status="INACTIVE"))
    points = {row["kind"]: row["points"] for row in records(importer, "loyalty_accrual").values()}
    assert points == {"spend": 2, "item": 3, "category": 2, "visit": 5}
    assert records(importer, "loyalty_program")["P-1"]["status"] == "inactive"


def test_a_rollback_takes_the_program_back_with_its_tiers_and_rules(importer):
    before = checksums.table_checksums(importer.context)
    run = bring(importer, documented())
    assert all(records(importer, entity) for entity in LOYALTY)
    assert importer.roll_back(run.id).equal
    assert not any(records(importer, entity) for entity in LOYALTY)
    assert checksums.table_checksums(importer.context) == before


@pytest.mark.parametrize("says", [{"tier": "Silver"}, {"tier_name": "Silver"}, {"tier_id": "T-2"}])
def test_a_tier_that_the_account_names_stays(importer, says):
    document = documented(tiers=[{"id": "T-2", "name": "Silver", "min_points": 500, "discount_percent": 10}])
    del document["programs"][0]["reward_tiers"]
    document["loyalty_accounts"][0] |= says
    bring(importer, document)
    (member,) = records(importer, "loyalty_account").values()
    assert member["tier"] == "Silver"
    (tier,) = records(importer, "loyalty_tier").values()
    assert (tier["points_required"], tier["discount_percent"]) == (500, 10)


def test_an_account_of_a_program_that_no_file_holds_is_imported_and_reported(importer):
    document = documented()
    del document["programs"]
    migration = importer.prepare(json.dumps(document), name="square.json")
    importer.run(migration)
    (member,) = records(importer, "loyalty_account").values()
    assert (member["points_balance"], member["program_id"]) == (30, None)
    validation = views.latest(importer.context, migration).id
    (issue,) = views.issues(importer.context, validation, code="optional_reference_missing")
    assert (issue.entity, issue.field) == ("loyalty_account", "program_id")


def test_a_tier_that_cannot_be_read_is_held_and_the_program_stays(importer):
    tiers = [
        {"id": "T-1", "name": "Bronze", "points": "many"},
        {"id": "T-2", "name": "Silver", "points": 500},
    ]
    run = bring(importer, documented(reward_tiers=tiers))
    assert set(records(importer, "loyalty_tier")) == {"T-2"}
    assert set(records(importer, "loyalty_program")) == {"P-1"}
    assert account(importer.context, run.id).held == 1


# --- the tier that an account has reached -------------------------------------------------------------------------

_POINTS = st.integers(-50, 3_000)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(thresholds=st.sets(st.integers(1, 2_000), max_size=4), balance=_POINTS, lifetime=_POINTS)
def test_a_tier_is_told_where_balance_and_lifetime_points_reach_the_same(thresholds, balance, lifetime):
    tiers = [{"id": f"T-{points}", "name": f"from {points}", "points": points} for points in [0, *thresholds]]
    assert reached(tiers, balance, lifetime) == {
        name for name in [level(thresholds, balance)] if name == level(thresholds, lifetime) and name
    }


def level(thresholds, points):
    return f"from {max(at for at in [0, *thresholds] if at <= points)}" if points >= 0 else None


def reached(tiers, balance=750, lifetime=1200, program="P-1", more=()):
    document = {
        "programs": [{"id": "P-1", "reward_tiers": tiers}, *more],
        "loyalty_accounts": [
            {"id": "A-1", "program_id": program, "balance": balance, "lifetime_points": lifetime}
        ],
    }
    (record,) = flatten(document, SQUARE)["loyalty_accounts"]
    return {record.extra["tier.reached"]} if "tier.reached" in record.extra else set()


BRONZE, SILVER = {"name": "Bronze", "points": 0}, {"name": "Silver", "points": 500}


@pytest.mark.parametrize(
    "tiers",
    [
        [],
        [SILVER],
        [BRONZE, SILVER, {"name": "Gold", "points": 500}],
        [BRONZE, SILVER, {"name": "Gold"}],
        [BRONZE, SILVER, {"name": "Gold", "points": "plenty"}],
        [BRONZE, SILVER, {"name": "Gold", "points": True}],
        [BRONZE, SILVER, {"name": None, "points": 600}],
    ],
)
def test_tiers_that_leave_a_doubt_tell_nobody_s_tier(tiers):
    assert reached([BRONZE, SILVER]) == {"Silver"}
    assert reached(tiers) == set()


def test_the_tiers_of_another_program_or_of_two_with_one_id_tell_nothing():
    second_program = {"id": "P-2", "reward_tiers": [{"name": "Guest", "points": 0}]}
    assert reached([BRONZE, SILVER], more=[second_program]) == {"Silver"}
    assert reached([BRONZE, SILVER], more=[second_program], program="P-2") == {"Guest"}
    assert reached([BRONZE, SILVER], program="P-3") == set()
    assert reached([BRONZE, SILVER], more=[second_program | {"id": "P-1"}]) == set()
    assert reached([BRONZE, SILVER], lifetime=None) == set()
