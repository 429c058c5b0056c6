"""What the coach says it used is the ledger, to the micro-dollar; and it says how it is."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.agents.coach.state import usd
from core.engine.sources.actions import create_migration
from core.platform.costs.budget import CallRequest, record_unbilled, reserve, settle
from core.platform.costs.tables import AiCall


def spend(context, migration, operation, model, tokens_in, tokens_out):
    call = reserve(
        context, CallRequest(operation, "emulator", model, "v1", tokens_in + tokens_out, migration)
    )
    settle(context, call, outcome="answered", tokens_in=tokens_in, tokens_out=tokens_out)


def test_the_sums_are_the_ledger_s_and_groups_are_by_what_is_stored(coach, alice):
    first, second = (create_migration(alice, name).id for name in ("One", "Two"))
    spend(alice, first, "field_mapping", "gpt-5-mini", 123, 45)
    spend(alice, first, "an operation nobody listed", "gpt-5", 1_001, 7)
    spend(alice, second, "field_mapping", "gpt-5", 10, 10)
    record_unbilled(
        alice, CallRequest("field_mapping", "emulator", "gpt-5", "v1", 1, first), outcome="cached"
    )
    used = coach.get_token_usage()
    micro = alice.session.scalar(select(func.sum(AiCall.cost_micro)))
    assert used.cost_usd == Decimal(int(micro)) / 1_000_000 > 0
    assert (used.tokens, used.calls) == (1_196, 4)
    for groups in (used.by_operation, used.by_model):
        assert sum(part.cost_micro for part in groups.values()) == micro
        assert sum(part.tokens for part in groups.values()) == used.tokens
    assert set(used.by_operation) == {"field_mapping", "an operation nobody listed"}
    assert coach.get_token_usage(second).tokens == 20


def test_before_the_first_call_it_is_nothing(coach):
    used = coach.get_token_usage()
    assert (used.tokens, used.cost_usd, used.by_operation) == (0, Decimal("0.000000"), {})


@given(st.integers(0, 10**15))
def test_dollars_have_six_places_and_lose_nothing(micro):
    cost = usd(micro)
    assert cost.as_tuple().exponent == -6
    assert int(cost * 1_000_000) == micro


def test_without_a_key_it_is_degraded_and_works(coach, alice):
    health = coach.health_check()
    assert (health.agent_name, health.status) == ("MigrationCoach", "degraded")
    assert health.dependencies["ai_provider"].state == "off"
    assert health.dependencies["answer_cache"].state == "healthy"
    assert health.timestamp == alice.now


def test_with_a_model_to_ask_it_is_healthy(coach, emulator):
    assert coach.health_check().status == "healthy"


def test_it_says_what_it_can_do(coach):
    assert coach.capabilities == (
        "pos_structure_analysis",
        "field_mapping_suggestion",
        "complexity_estimation",
        "migration_planning",
        "data_quality_assessment",
    )
