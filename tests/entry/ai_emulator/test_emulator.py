"""The emulator speaks the documented protocol: what a client of the real server relies on holds here too."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import openai
import pytest
from pydantic import BaseModel

from core.entry.ai_emulator.faults import SCENARIOS
from core.platform.ai import rules
from core.settings import settings
from tests.commands import command_line


class Colour(BaseModel):
    name: str
    is_dark: bool
    shades: list[str]


@pytest.fixture
def client(emulator):
    with openai.OpenAI(base_url=settings().ai_base_url, api_key="emulator", max_retries=0) as connection:
        yield connection


def chat(client, model="gpt-6-luna", **more):
    return client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "Hello"}], **more
    )


def test_the_sdk_reads_a_completion_with_its_usage(client):
    completion = chat(client)
    assert completion.choices[0].finish_reason == "stop"
    assert (
        completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
    )


def test_structured_outputs_follow_any_schema(client):
    completion = client.chat.completions.parse(
        model="gpt-6-luna", messages=[{"role": "user", "content": "Hello"}], response_format=Colour
    )
    assert isinstance(completion.choices[0].message.parsed, Colour)


def test_the_same_question_gets_the_same_answer(client):
    assert chat(client).choices == chat(client).choices


def test_a_question_is_answered_from_its_own_choices(client, emulator):
    question = rules.Question("q1", {"name": "Unit Cost"}, ("menu_item.price", "menu_item.cost"))
    request = rules.Request(
        "x", "1", "Choose.", (question,), {"menu_item.price": "price", "menu_item.cost": "unit cost"}
    )
    completion = client.chat.completions.create(
        model="gpt-6-luna",
        messages=rules.messages(request, request.questions),
        response_format=rules.response_format(),
    )
    verdict = rules.parse_reply(completion.choices[0].message.content, request.questions)
    assert verdict.choices["q1"].choice == "menu_item.cost"


@pytest.mark.parametrize(
    ("scenario", "raised"),
    [
        ("bad_request", openai.BadRequestError),
        ("key_refused", openai.AuthenticationError),
        ("no_such_model", openai.NotFoundError),
        ("rate_limited", openai.RateLimitError),
        ("server_error", openai.InternalServerError),
    ],
)
def test_errors_have_the_shape_the_sdk_knows(client, emulator, scenario, raised):
    emulator.plan(scenario)
    with pytest.raises(raised) as error:
        chat(client)
    assert error.value.type


def test_a_scenario_is_chosen_by_header_queue_or_name_of_the_model(client, emulator):
    with pytest.raises(openai.RateLimitError) as limited:
        chat(client, extra_headers={"X-Emulator-Scenario": "rate_limited"})
    assert limited.value.response.headers["retry-after"] == "1"
    emulator.plan("overloaded")
    for model in ("gpt-6-luna", "gpt-6-luna:overloaded"):
        with pytest.raises(openai.InternalServerError):
            chat(client, model)
    assert chat(client).choices


def test_scenarios_are_queued_and_requests_told_over_http(client, emulator):
    address = settings().ai_base_url.removesuffix("/v1")
    import httpx

    assert httpx.post(f"{address}/emulator/scenarios", json=["server_error"]).json() == {
        "queued": ["server_error"]
    }
    assert httpx.post(f"{address}/emulator/scenarios", json=["no such thing"]).status_code == 400
    with pytest.raises(openai.InternalServerError):
        chat(client)
    [raw_request] = httpx.get(f"{address}/emulator/requests").json()
    assert json.loads(raw_request)["messages"] == [{"role": "user", "content": "Hello"}]


def test_whoever_brings_no_key_is_refused(client):
    import httpx

    answer = httpx.post(f"{settings().ai_base_url}/chat/completions", json={"model": "x", "messages": []})
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_there_are_at_least_thirty_six_ways_to_go_wrong():
    assert len(SCENARIOS) > 36


def test_the_command_says_what_to_set_and_serves(tmp_path):
    command = command_line("ai-emulator", "--port", "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        lines = [process.stdout.readline() for _ in range(4)]
        address = lines[1].strip().removeprefix("AI_BASE_URL=")
        with openai.OpenAI(base_url=address, api_key="emulator", max_retries=0) as client:
            assert [model.id for model in client.models.list()] == lines[3].strip().removeprefix(
                "AI_MODELS="
            ).split(",")
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
