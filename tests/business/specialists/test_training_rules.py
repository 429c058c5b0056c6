"""The training is what the playbook promises: three days, a module for each source, AI tools, customer success."""

from __future__ import annotations

import pytest

from core.business.specialists.program import program
from core.business.specialists.training.rules import check_step, days, open_steps, steps
from core.errors import NotFoundError


def test_there_are_three_days_of_seven_hours_and_more():
    assert [day.title for day in days()] == [
        "The product and the road of a migration",
        "Source systems",
        "AI tools and customer success",
    ]
    for day in days():
        assert sum(step.hours for step in day.steps) >= 7
        assert day.steps


def test_whoever_learns_one_source_spends_no_more_than_a_working_day_on_it():
    for key in program().specialities:
        hours = sum(step.hours for step in steps(key))
        assert 16 <= hours <= 24


@pytest.mark.parametrize("key", list(program().specialities))
def test_each_speciality_has_one_module_of_its_own(key):
    own_steps = [step for step in steps() if step.speciality == key]
    assert [step.key for step in own_steps] == [f"{key}_module"]
    assert own_steps[0] in steps(key)
    assert all(step.speciality in {None, key} for step in steps(key))


def test_ai_tools_and_customer_success_are_for_everybody():
    keys = {step.key for step in steps() if step.speciality is None}
    assert {"ai_suggestions", "ai_limits", "discovery_call", "difficult_news", "handover"} <= keys
    assert {"personal_data", "safe_import", "guided_mapping"} <= keys


def test_open_steps_are_titles_in_the_order_of_the_days():
    everything_open = open_steps("toast", set())
    assert everything_open == [step.title for step in steps("toast")]
    assert open_steps("toast", {"product_tour"}) == everything_open[1:]


@pytest.mark.parametrize("key", ["", "juggling", "TOAST_MODULE", "toast module"])
def test_a_step_that_does_not_exist_is_refused(key):
    check_step("toast_module")
    with pytest.raises(NotFoundError):
        check_step(key)
