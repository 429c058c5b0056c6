"""aura costs: the cost report of a tenant and a period."""

import json
from datetime import UTC, datetime

import pytest

from core.entry.cli import main
from core.kit import clock
from core.platform.costs.budget import CallRequest, reserve, settle


@pytest.fixture
def costs(capsys, alice):
    """aura costs on Alice's tenant; the document it answers."""

    def run_json(*arguments, person="alice"):
        code = main(["costs", "--tenant", alice.tenant.slug, "--as", person, "--json", *arguments])
        output = capsys.readouterr()
        return json.loads(output.out) if code == 0 else output.err

    return run_json


def spend(context, at):
    with clock.frozen(at):
        call = reserve(context, CallRequest("field_mapping", "api.openai.com", "gpt-5-mini", "v1", 1_000))
        settle(context, call, outcome="answered", tokens_in=400, tokens_out=100)


def test_a_report_covers_the_customer_s_days_and_its_groups_come_to_the_total(alice, costs):
    spend(alice, datetime(2026, 9, 1, 3, 59, tzinfo=UTC))  # still August in New York
    spend(alice, datetime(2026, 9, 1, 4, 0, tzinfo=UTC))
    spend(alice, datetime(2026, 10, 1, 3, 59, tzinfo=UTC))
    report = costs("--since", "2026-09-01", "--until", "2026-10-01")
    assert report["total"] == {
        "cost": "0.000600", "calls": 2, "tokens_in": 800, "tokens_cached": 0, "tokens_out": 200, "cost_micro": 600,
    }  # fmt: skip
    for name in ("operation", "model", "migration_id", "day", "outcome"):
        assert sum(part["cost_micro"] for part in report[f"by_{name}"]) == 600
    assert {part["day"] for part in report["by_day"]} == {"2026-09-01", "2026-09-30"}


def test_without_dates_it_is_this_month_with_what_is_left_of_it(alice, costs):
    spend(alice, clock.now())
    report = costs()
    assert report["total"]["calls"] == 1
    assert [(limit["scope"], limit["left"]) for limit in report["limits"]] == [("month", 999_500)]


def test_mallory_gets_no_report_of_alice_s_tenant(alice, costs):
    spend(alice, clock.now())
    assert "There is no tenant" in costs(person="mallory")
