"""What the page shows is what the ledger holds; prices and packages change with a reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from core.engine.mapping.ai_costs import ahead, ai_answers, experience
from core.engine.mapping.tables import MappingField
from core.engine.sources.actions import create_migration
from core.errors import ConflictError, InvalidInputError, LimitReachedError, NotAllowedError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.ai.tables import AiPrompt
from core.platform.audit.views import audit_lines
from core.platform.costs.actions import NewPrice, choose_package, end_price, set_price
from core.platform.costs.budget import record_unbilled, reserve, settle
from core.platform.costs.packages import package_of
from core.platform.costs.prices import price_of
from core.platform.costs.spending import Answers, Experience, parts, total
from core.platform.costs.tables import AiCall
from core.platform.costs.views import (
    ASSUMED_TOKENS_PER_FIELD,
    forecast,
    last_hour,
    ledger,
    meters,
    price_list,
    savings,
    this_month,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def spend(context, ask, tokens_in=400, tokens_out=100, outcome="answered"):
    call = reserve(context, ask)
    settle(context, call, outcome=outcome, tokens_in=tokens_in, tokens_out=tokens_out)
    return call


def test_after_many_at_once_the_view_equals_the_ledger_and_the_limits(bob, asking, packaged, people):
    packaged("starter")
    words = (
        "field_mapping",
        "analyze_structure",
        "price_validation",
        "summary_generation",
        "migration_coaching",
    )

    def call(number):
        with enter(people["bob"], bob.tenant.id) as context:
            ask = asking(operation=words[number % 5], model=("gpt-5-mini", "gpt-5")[number % 2])
            try:
                spend(context, ask, number * 7, number, ("answered", "invalid", "timeout")[number % 3])
            except LimitReachedError:
                record_unbilled(context, ask, outcome="over_limit")

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(call, range(100)))
    columns = (func.count(), func.sum(AiCall.cost_micro), func.sum(AiCall.tokens_in + AiCall.tokens_out))
    count, cost, tokens = bob.session.execute(select(*columns)).one()
    calls = ledger(bob)
    assert (len(calls), total(calls).cost_micro, total(calls).tokens) == (count, cost, tokens)
    assert set(parts(calls, "operation")) == set(words)
    for grouping in ("operation", "model", "migration_id", "day", "outcome", "provider"):
        assert sum(part.cost_micro for part in parts(calls, grouping).values()) == cost
    assert {meter.scope: meter.used for meter in meters(bob, calls[0].migration_id)} == {
        "migration": tokens,
        "month": tokens,
    }


def test_days_and_months_are_the_customer_s(bob, asking):
    """New York is five hours behind: 4:30 in UTC on the first of December is still the last of November."""
    with clock.frozen(datetime(2026, 12, 1, 4, 30, tzinfo=UTC)):
        spend(bob, asking())
        with enter(bob.person, bob.tenant.id) as november:
            since, until = this_month(november)
            [call] = ledger(november, since=since, until=until)
    assert str(call.day) == "2026-11-30"
    with (
        clock.frozen(datetime(2026, 12, 1, 5, 30, tzinfo=UTC)),
        enter(bob.person, bob.tenant.id) as december,
    ):
        since, until = this_month(december)
        assert ledger(december, since=since, until=until) == []


def test_one_migration_is_shown_alone(bob, asking):
    second = create_migration(bob, "Another").id
    for migration in (asking().migration_id, second, None):
        spend(bob, asking(migration_id=migration))
    assert len(ledger(bob)) == 3
    assert [call.migration_id for call in ledger(bob, migration_id=second)] == [second]


def test_limits_show_what_is_used_held_and_left(bob, asking, packaged):
    packaged("starter")
    spend(bob, asking(tokens=39_000), 30_000, 0)
    reserve(bob, asking(tokens=10_000))
    migration, month = meters(bob, asking().migration_id)
    assert (migration.title, migration.tokens_left, migration.is_near) == ("Starter package", 10_000, True)
    assert (month.limit, month.used, month.reserved, month.is_near) == (1_000_000, 30_000, 10_000, False)
    packaged("enterprise")
    migration, _ = meters(bob, asking().migration_id)
    assert (migration.limit, migration.tokens_left, migration.is_near) == (None, None, False)


def test_an_hour_is_sixty_minutes_and_warns_above_a_hundred_thousand(bob, asking):
    with clock.frozen(NOON):
        spend(bob, asking(tokens=100_001), 100_000, 1)
    for later, above in ((59, True), (60, False)):
        with clock.frozen(NOON + timedelta(minutes=later)), enter(bob.person, bob.tenant.id) as context:
            assert last_hour(context).is_above is above


def test_without_history_a_forecast_says_that_it_assumes(bob, asking, packaged):
    packaged("starter")
    expected = forecast(bob, asking().migration_id, 126)
    assert (expected.tokens, expected.fields_seen) == (126 * ASSUMED_TOKENS_PER_FIELD, 0)
    assert (expected.tokens_left, expected.limit, expected.fits) == (50_000, 50_000, True)
    assert not forecast(bob, asking().migration_id, 167).fits


def field(context, migration, number, call, status="suggested", **values):
    usual = {
        "stream": "items", "source_field": f"f{number}", "slot": 0, "position": number, "target": "item.name",
        "transform": None, "suggested_target": "item.name", "confidence": 0.8, "evidence": [], "alternatives": [],
        "version": 1, "decided_by": None, "decided_at": None, "reason": None, "origin": "ai", "rows": 0, "money": 0,
        "profile": None, "samples": None, "second_by": None, "second_at": None,
    }  # fmt: skip
    return MappingField(
        tenant_id=context.tenant.id, id=new_id(), created_at=context.now, migration_id=migration, status=status,
        ai_call_id=call, **(usual | values),
    )  # fmt: skip


def test_with_history_a_forecast_takes_what_fields_took_failures_included(bob, asking):
    """Twenty answered fields took 10,000 tokens: 500 each. Ten more are unsure, one is sure, one has nothing to ask."""
    migration = asking().migration_id
    fields = [field(bob, migration, number, None, evidence=[{"feature": "ai"}]) for number in range(20)]
    fields += [field(bob, migration, 20 + number, None, confidence=0.5) for number in range(9)]
    fields += [
        field(bob, migration, 30, None, confidence=None, target=None, alternatives=[{"target": "item.name"}]),
        field(bob, migration, 31, None, confidence=0.95),
        field(bob, migration, 32, None, confidence=None, target=None),
        field(bob, migration, 33, None, status="edited"),
    ]
    bob.session.add_all(fields)
    bob.session.commit()
    spend(bob, asking(tokens=10_000), 7_000, 1_000)
    spend(bob, asking(tokens=10_000), 2_000, 0, "invalid")
    spend(bob, asking(operation="summary_generation"))
    assert experience(bob) == Experience(20, 10_000)
    expected = ahead(bob, migration)
    assert (expected.fields, expected.tokens, expected.fields_seen) == (10, 5_000, 20)


def test_what_an_earlier_mapping_took_does_not_count_for_the_new_one(bob, asking):
    migration = asking().migration_id
    with clock.frozen(bob.now - timedelta(days=1)):
        spend(bob, asking())
    bob.session.add(field(bob, migration, 0, None, evidence=[{"feature": "ai"}]))
    bob.session.commit()
    assert experience(bob) == Experience(1, 0)


def test_a_handful_of_fields_is_no_experience(bob, asking):
    expected = forecast(bob, asking().migration_id, 10, Experience(19, 19))
    assert (expected.tokens, expected.fields_seen) == (10 * ASSUMED_TOKENS_PER_FIELD, 0)


def test_answers_are_counted_by_their_call(bob, mallory, asking):
    migration = asking().migration_id
    call = spend(bob, asking())
    bob.session.add_all(
        field(bob, migration, number, call, status)
        for number, status in enumerate(["accepted", "accepted", "edited", "suggested"])
    )
    bob.session.commit()
    assert ai_answers(bob) == ai_answers(bob, migration) == {call: Answers(4, 2)}
    assert ai_answers(bob, create_migration(bob, "Another").id) == {}
    assert ai_answers(mallory) == {}


def test_equal_prompts_are_found_among_those_kept(bob, asking):
    for _ in range(2):
        call = spend(bob, asking())
        messages = [{"role": "user", "content": "the same"}]
        bob.session.add(
            AiPrompt(tenant_id=bob.tenant.id, call_id=call, messages=messages, reply="", created_at=bob.now)
        )
        bob.session.commit()
    calls = ledger(bob)
    [tip] = savings(bob, calls, {})
    assert (tip.title, tip.saving_micro) == ("The same prompt paid for twice", calls[1].cost_micro)


def test_a_price_set_by_hand_goes_before_all_others_until_it_ends(alice, asking):
    model = f"own-model-{uuid4()}"
    with pytest.raises(InvalidInputError):
        price_of(alice, model, alice.now)
    price = set_price(alice, NewPrice(model.upper(), 100_000, 0, 300_000), "Our own server")
    assert price_of(alice, model, alice.now).output_micro == 300_000
    [line] = [line for line in price_list(alice) if line.model == model]
    assert (line.id, line.note, line.state(alice.now)) == (price, "Our own server", "in force")
    with clock.frozen(alice.now + timedelta(days=1)), enter(alice.person, alice.tenant.id) as tomorrow:
        end_price(tomorrow, price, "Switched off")
        with pytest.raises(InvalidInputError):
            price_of(tomorrow, model, tomorrow.now)
        assert price_of(tomorrow, model, alice.now).input_micro == 100_000
        with pytest.raises(ConflictError):
            end_price(tomorrow, price, "Again")
    assert [
        (line.action, line.reason) for line in audit_lines(alice, object_type="ai_price", object_id=price)
    ] == [
        ("ai.price_end", "Switched off"),
        ("ai.price_set", "Our own server"),
    ]


def test_a_later_price_takes_over_on_its_day(alice):
    model = f"own-model-{uuid4()}"
    later = alice.now + timedelta(days=10)
    set_price(alice, NewPrice(model, 200, 100, 300), "At first")
    second = set_price(alice, NewPrice(model, 400, 100, 300, later), "Announced")
    assert price_of(alice, model, later - timedelta(microseconds=1)).input_micro == 200
    assert price_of(alice, model, later).input_micro == 400
    end_price(alice, second, "Not after all")
    with pytest.raises(InvalidInputError):
        price_of(alice, model, later)


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        (NewPrice(" ", 1, 1, 1), "why"),
        (NewPrice("m", -1, -1, 1), "why"),
        (NewPrice("m", 1, 2, 1), "why"),
        (NewPrice("m", 1, 1, -1), "why"),
        (NewPrice("m", 1, 1, 1, datetime(2020, 1, 1, tzinfo=UTC)), "why"),
        (NewPrice("m", 1, 1, 1), " "),
    ],
)
def test_a_price_that_cannot_be_or_has_no_reason_is_refused(alice, price, reason):
    with pytest.raises(InvalidInputError):
        set_price(alice, price, reason)


def test_the_book_shows_the_seeds_models_as_history_and_the_models_in_use(alice):
    lines = {line.model: line for line in price_list(alice)}
    assert lines["claude-2"].state(alice.now) == lines["gpt-4"].state(alice.now) == "ended"
    from core.settings import settings

    for model in settings().ai_models.split(","):
        assert lines[model].state(alice.now) == "in force"


def test_prices_and_packages_are_for_managers(bob, alice, asking):
    migration = asking().migration_id
    with pytest.raises(NotAllowedError):
        set_price(bob, NewPrice("m", 1, 1, 1), "why")
    with pytest.raises(NotAllowedError):
        choose_package(bob, migration, "enterprise")
    choose_package(alice, migration, "starter")
    assert package_of(bob, migration) == "starter"
    [line] = audit_lines(alice, object_type="migration", object_id=migration, limit=1)
    assert line.action == "migration.package"
    assert (line.facts["before"], line.facts["after"]) == ("professional", "starter")


def test_a_package_must_be_one_and_its_migration_one_s_own(alice, mallory, asking):
    with pytest.raises(InvalidInputError):
        choose_package(alice, asking().migration_id, "platinum")
    with pytest.raises(NotFoundError):
        choose_package(mallory, asking().migration_id, "enterprise")


def test_mallory_sees_no_call_and_no_limit_of_another_tenant(bob, mallory, asking):
    spend(bob, asking())
    assert ledger(mallory) == ledger(mallory, migration_id=asking().migration_id) == []
    assert [meter.used for meter in meters(mallory)] == [0]
    for look in (meters, lambda context, migration: forecast(context, migration, 5)):
        with pytest.raises(NotFoundError):
            look(mallory, asking().migration_id)
