"""Tips name what would have been saved, and only where something would have been."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.platform.costs.prices import Price, cost_micro
from core.platform.costs.spending import Answers, Call, Experience
from core.platform.costs.tips import tips

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRICES = {
    "cheap": Price(100_000, 10_000, 400_000, None, None, ""),
    "dear": Price(2_000_000, 200_000, 8_000_000, None, None, ""),
}


def price(model, _at):
    return PRICES.get(model)


def call(number=1, **values):
    ledger_row = Call(
        str(number), NOON + timedelta(minutes=number), NOON.date(), None, "field_mapping", "p", "dear", 1, 900, 0, 100, 0, "answered", None, "", None
    )  # fmt: skip
    ledger_row = replace(ledger_row, **values)
    cost = cost_micro(
        PRICES[ledger_row.model], ledger_row.tokens_in, ledger_row.tokens_cached, ledger_row.tokens_out
    )
    return replace(ledger_row, cost_micro=cost)


COST = call().cost_micro  # 900 × $2 + 100 × $8 per million: $0.0026


def tips_by_title(calls, answers=None, experience=None):
    return {tip.title: tip for tip in tips(calls, answers or {}, price, experience or Experience())}


def test_nothing_spent_wrongly_gives_no_tip():
    assert tips_by_title([]) == {}
    assert (
        tips_by_title([call(), call(2, prompt="x"), call(3, outcome="reserved")], {"1": Answers(25, 25)})
        == {}
    )


def test_calls_that_told_no_usage_would_have_saved_all_they_had_reserved():
    tip = tips_by_title([call(1, outcome="timeout"), call(2, outcome="no_usage"), call(3)])[
        "Calls that told no usage"
    ]
    assert (tip.calls, tip.saving_micro) == (2, 2 * COST)


def test_failed_calls_count_only_where_they_were_charged():
    calls = [call(1, outcome="invalid"), call(2, outcome="invalid", attempt=2), call(3, outcome="rate_limited", tokens_in=0, tokens_out=0)]  # fmt: skip
    tip = tips_by_title(calls)["Failed calls that were charged"]
    assert (tip.calls, tip.saving_micro) == (2, 2 * COST)
    assert "1 of them after another attempt" in tip.text


def test_the_same_prompt_is_paid_for_once_in_a_day_and_per_model():
    calls = [
        call(1, prompt="a"),
        call(2, prompt="a"),  # would have been kept
        call(3, prompt="a", model="cheap"),
        call(4, prompt="b"),
        call(5, prompt="a", at=NOON + timedelta(hours=25)),
        call(6, prompt="a", outcome="cached", tokens_in=0, tokens_out=0),
    ]
    tip = tips_by_title(calls)["The same prompt paid for twice"]
    assert (tip.calls, tip.saving_micro) == (1, COST)


DEARER = "A dearer model where the cheaper one is accepted"


def test_a_dearer_model_is_named_where_the_cheaper_is_accepted_as_often():
    calls = [call(1), call(2, model="cheap")]
    tip = tips_by_title(calls, {"1": Answers(20, 18), "2": Answers(20, 19)})[DEARER]
    assert (tip.calls, tip.saving_micro) == (1, COST - call(model="cheap").cost_micro)


def test_a_dearer_model_that_is_accepted_more_often_stays():
    calls = [call(1), call(2, model="cheap")]
    assert DEARER not in tips_by_title(calls, {"1": Answers(20, 20), "2": Answers(20, 19)})


def test_a_handful_of_answers_says_nothing_about_a_model():
    calls = [call(1), call(2, model="cheap")]
    assert DEARER not in tips_by_title(calls, {"1": Answers(20, 10), "2": Answers(9, 9)})


BATCHING = "Consider batching field mappings to reduce API calls"


def test_fields_that_take_more_than_a_thousand_tokens_each_should_go_together():
    calls = [call(1), call(2), call(3, outcome="rate_limited", tokens_in=0, tokens_out=0)]
    tip = tips_by_title(calls, experience=Experience(10, 10_001))[BATCHING]
    assert (tip.calls, tip.saving_micro) == (2, 2 * COST * 20 // 100)


def test_exactly_a_thousand_tokens_a_field_are_no_reason():
    assert BATCHING not in tips_by_title([call()], experience=Experience(10, 10_000))
    assert BATCHING not in tips_by_title([call()], experience=Experience())


def test_the_largest_saving_stands_first():
    calls = [call(1, outcome="timeout"), *(call(number, outcome="invalid") for number in (2, 3))]
    savings = [tip.saving_micro for tip in tips(calls, {}, price, Experience())]
    assert savings == sorted(savings, reverse=True)
    assert len(savings) == 2
