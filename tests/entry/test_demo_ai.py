"""The emulator stands in for a model in a demo, and only where no key is set."""

from __future__ import annotations

import httpx
import pytest

from core.entry import demo_ai
from core.settings import settings


@pytest.fixture
def environment(monkeypatch):
    """Sets AI_* for the test alone; settings are read anew before and after."""

    def use(**values):
        for name in ("AI_API_KEY", "AI_BASE_URL"):
            monkeypatch.setenv(name, values.get(name, ""))
            if name not in values:
                monkeypatch.delenv(name)
        settings.cache_clear()

    yield use
    monkeypatch.undo()
    settings.cache_clear()


def test_without_a_key_the_demo_is_pointed_at_an_emulator_that_answers_while_it_runs(environment):
    environment()
    demo_ai.choose()
    assert demo_ai.stands_in()
    with demo_ai.run_emulator():
        models = httpx.get(f"{settings().ai_base_url}/models").json()["data"]
    assert {model["owned_by"] for model in models} == {"emulator"}
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{settings().ai_base_url}/models")


def test_a_key_that_is_set_is_used_and_nothing_stands_in(environment):
    environment(AI_API_KEY="sk-real", AI_BASE_URL="https://models.example/v1")
    demo_ai.choose()
    assert settings().ai_base_url == "https://models.example/v1"
    assert not demo_ai.stands_in()
    with demo_ai.run_emulator():
        pass


def test_a_second_process_leaves_an_emulator_that_answers_alone(environment):
    environment()
    demo_ai.choose()
    with demo_ai.run_emulator(), demo_ai.run_emulator():
        assert httpx.get(f"{settings().ai_base_url}/models").status_code == 200
