"""Serve the emulator over HTTP: chat completions and models as OpenAI documents them, and addresses for tests.

A scenario of `faults.SCENARIOS` is chosen per request by, in this order: the header X-Emulator-Scenario, what was
queued by POST /emulator/scenarios, the model's name ('gpt-6-luna:overloaded'), the scenario it was started with.
GET /emulator/requests tells every request as it came, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.entry.ai_emulator.answers import answers_to, data_in, smallest
from core.entry.ai_emulator.faults import SCENARIOS, Exchange, error
from core.errors import InvalidInputError
from core.kit import clock

HEADER = "x-emulator-scenario"
_PIECE = 4  # characters of English per token, the usual rule of thumb


@dataclass(slots=True)
class Emulator:
    """The state of one emulator: what it was sent, and what it is to do next. `requests` are raw bodies."""

    scenario: str = "ok"
    models: tuple[str, ...] = ()
    queue: deque[str] = field(default_factory=deque)
    requests: list[bytes] = field(default_factory=list)

    def plan(self, *scenarios: str) -> None:
        """Queue scenarios for the next requests, one each."""
        if unknown := [name for name in scenarios if name not in SCENARIOS]:
            raise InvalidInputError(
                f"There is no scenario {unknown[0]!r}.", hint=f"Use one of {', '.join(SCENARIOS)}."
            )
        self.queue.extend(scenarios)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/models", self._models),
                Route("/emulator/scenarios", self._plan, methods=["POST"]),
                Route("/emulator/requests", self._requests),
            ]
        )

    async def _complete(self, request: Request) -> Response:
        raw = await request.body()
        self.requests.append(raw)
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return error(401, "You didn't provide an API key.", "invalid_request_error")
        try:
            body = json.loads(raw)
            model, messages = str(body["model"]), list(body["messages"])
        except (ValueError, KeyError, TypeError):
            return error(400, "We could not parse the JSON body of your request.", "invalid_request_error")
        return SCENARIOS[self._next(request, model)](_exchange(body, raw, model, messages))

    def _next(self, request: Request, model: str) -> str:
        by_header, by_name = request.headers.get(HEADER, ""), model.partition(":")[2]
        queued = "" if by_header in SCENARIOS or not self.queue else self.queue.popleft()
        return next(name for name in (by_header, queued, by_name, self.scenario) if name in SCENARIOS)

    async def _models(self, _request: Request) -> Response:
        created = int(clock.now().timestamp())
        data = [
            {"id": name, "object": "model", "created": created, "owned_by": "emulator"}
            for name in self.models
        ]
        return JSONResponse({"object": "list", "data": data})

    async def _plan(self, request: Request) -> Response:
        """Queue the scenarios of the body: a JSON list of names."""
        try:
            self.plan(*map(str, json.loads(await request.body())))
        except (ValueError, TypeError, InvalidInputError) as refused:
            return error(400, str(refused), "invalid_request_error")
        return JSONResponse({"queued": list(self.queue)})

    async def _requests(self, _request: Request) -> Response:
        return JSONResponse([raw.decode("utf-8", "backslashreplace") for raw in self.requests])


def _exchange(body: dict[str, Any], raw: bytes, model: str, messages: list[Any]) -> Exchange:
    at = int(clock.now().timestamp())
    data, content = data_in(messages), "Hello! This is the emulator."
    answers = answers_to(data)
    response_format = body.get("response_format") or {}
    if response_format.get("type") == "json_schema":
        schema = response_format["json_schema"]["schema"]
        document = {"answers": answers} if "answers" in schema.get("properties", {}) else smallest(schema)
        content = json.dumps(document, ensure_ascii=False)
    tokens_in = len("".join(str(message.get("content", "")) for message in messages)) // _PIECE
    tokens_out = len(content) // _PIECE + 1
    completion = {
        "id": f"chatcmpl-{hashlib.sha256(raw).hexdigest()[:24]}",
        "object": "chat.completion",
        "created": at,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
            "prompt_tokens_details": {"cached_tokens": 0},
        },
    }
    return Exchange(completion, answers, data, at)
