"""Exchange one request with a model's server through the `openai` SDK, bounded in time and size; failures are values.

The SDK's own retries are off: every attempt is paid for, so every attempt is ours to count. The body is read by us,
with an eye on the clock, because a server that sends a byte now and then never runs into a time-out between bytes.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.kit import clock
from core.settings import settings

if TYPE_CHECKING:
    import openai

NO_KEY = "No AI key is set; rules, memory and statistics stand."
MAX_REPLY_BYTES = 1_000_000
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EMULATOR = "emulator"  # the key the emulator asks to be called with
NOWHERE = "http://127.0.0.1:9/v1"
"""The address that is asked in place of the server while AI is broken in a demo: nothing answers at it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The reason of a missing answer. `down`: the server's state, which counts against it; `final`: no other model would help."""

    outcome: str
    message: str
    retry: bool = False
    down: bool = False
    final: bool = False


TIMEOUT = Fault("timeout", "gave no answer in time", down=True)
UNREACHABLE = Fault("unreachable", "could not be reached", retry=True, down=True)
BROKEN = Fault("no_usage", "broke off in the middle of its reply", retry=True, down=True)
NOT_THE_PROTOCOL = Fault("no_usage", "answered something that is no chat completion", down=True)
TOO_LONG = Fault("no_usage", "answered more than is ever asked for")
RATE_LIMITED = Fault("rate_limited", "asked us to slow down", retry=True, down=True)
OUT_OF_QUOTA = Fault("out_of_quota", "says that the account's quota is used up", down=True, final=True)
SERVER_ERROR = Fault("server_error", "failed", retry=True, down=True)
KEY_REFUSED = Fault("key_refused", "refused the key", down=True, final=True)
NO_SUCH_MODEL = Fault("no_such_model", "does not have this model", down=True)
REJECTED = Fault("rejected", "rejected the request")
EMPTY = Fault("empty", "gave an empty answer")
REFUSED = Fault("refused", "declined to answer")
FILTERED = Fault("filtered", "had its answer filtered out")
TRUNCATED = Fault("truncated", "was cut off before the end of its answer")


@dataclass(frozen=True, slots=True)
class Usage:
    tokens_in: int
    tokens_cached: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Reply:
    """`content` is the model's text, or `fault` says why there is none. `raw`: the body as it came, without our key."""

    content: str = ""
    raw: str = ""
    usage: Usage | None = None
    fault: Fault | None = None
    detail: str = ""
    retry_after: float | None = None


def unusable() -> str:
    """Say why no model can be asked with the present settings; '' where one can."""
    if not _key():
        return NO_KEY
    if not (_key().isascii() and _key().isprintable()):
        return "AI_API_KEY holds characters that no key has; rules, memory and statistics stand."
    if not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/\S*)?", settings().ai_base_url):
        return "AI_BASE_URL is no address of a server; rules, memory and statistics stand."
    address = urlsplit(settings().ai_base_url)
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        return "AI_BASE_URL is not encrypted: use https, or a server on this machine; rules, memory and statistics stand."
    if not settings().ai_models.strip(", "):
        return "AI_MODELS names no model; rules, memory and statistics stand."
    return ""


def provider() -> str:
    """Return the provider's name: the host of the server, or the emulator."""
    host = urlsplit(settings().ai_base_url).hostname or "?"
    return EMULATOR if host in LOOPBACK and _key() == EMULATOR else host


def _key() -> str:
    key = settings().ai_api_key
    return key.get_secret_value().strip() if key else ""


def send(
    server: str,
    model: str,
    messages: Sequence[Mapping[str, str]],
    response_format: Mapping[str, Any],
    max_tokens: int,
    seconds: float,
) -> Reply:
    """Send one request to the server (its address), ended after `seconds`. Never raises for what the server does."""
    body: dict[str, Any] = {"model": model, "messages": messages, "response_format": response_format}
    body["max_completion_tokens"] = max_tokens
    if effort := settings().ai_reasoning_effort:
        body["reasoning_effort"] = effort
    # Not asyncio.run, which would wait for a look-up of the server's name that goes on after the time is up.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_within(server, body, seconds))
    finally:
        loop.close()


async def _within(server: str, body: Mapping[str, Any], seconds: float) -> Reply:
    import httpx2  # noqa: PLC0415  (with the SDK a second, and only where AI is used)
    import openai  # noqa: PLC0415  (as above)

    try:
        async with asyncio.timeout(seconds):
            return _read(await _exchange(server, body, seconds))
    except openai.APIStatusError as error:
        return _status(error)
    except (TimeoutError, openai.APITimeoutError, httpx2.TimeoutException):
        return Reply(fault=TIMEOUT)
    except httpx2.InvalidURL:
        return Reply(fault=UNREACHABLE)
    except openai.APIConnectionError as error:
        return Reply(fault=UNREACHABLE if isinstance(error.__cause__, httpx2.ConnectError) else BROKEN)
    except (httpx2.HTTPError, openai.APIError):
        return Reply(fault=BROKEN)


async def _exchange(server: str, body: Mapping[str, Any], seconds: float) -> bytes:
    """Read the bytes of a successful reply, a few more than MAX_REPLY_BYTES at most."""
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient  # noqa: PLC0415  (as above)

    async with (
        AsyncOpenAI(
            api_key=_key(),
            base_url=server,
            max_retries=0,
            timeout=seconds,
            # What is sent goes to the server that was chosen and to no other.
            http_client=DefaultAsyncHttpxClient(follow_redirects=False),
        ) as client,
        client.chat.completions.with_streaming_response.create(**body) as response,
    ):
        body_read = bytearray()
        async for part in response.iter_bytes():
            body_read += part
            if len(body_read) > MAX_REPLY_BYTES:
                break
        return bytes(body_read)


def _status(error: openai.APIStatusError) -> Reply:
    status = error.status_code
    fault = {401: KEY_REFUSED, 403: KEY_REFUSED, 404: NO_SUCH_MODEL, 429: RATE_LIMITED}.get(status, REJECTED)
    if status >= 500:
        fault = SERVER_ERROR
    if status == 429 and "insufficient_quota" in {error.code, error.type}:
        fault = OUT_OF_QUOTA
    # The server's own sentence may quote the request or the key; its code is a word.
    code = f", {error.code}" if re.fullmatch(r"[a-z_]{1,40}", error.code or "") else ""
    return Reply(
        raw=_without_key(error.response.text if error.response.is_closed else ""),
        fault=fault,
        detail=f"HTTP {status}{code}",
        retry_after=_seconds(error.response.headers.get("retry-after")),
    )


def _seconds(retry_after: str | None) -> float | None:
    """Read the header's seconds, or the seconds until its date; None where it is neither."""
    if not retry_after:
        return None
    if re.fullmatch(r"\d{1,6}(\.\d+)?", retry_after):
        return float(retry_after)
    try:
        return (parsedate_to_datetime(retry_after) - clock.now()).total_seconds()
    except (ValueError, TypeError):
        return None


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: Any = None


class _Details(BaseModel):
    model_config = ConfigDict(strict=True)

    cached_tokens: int | None = Field(None, ge=0)


class _Usage(BaseModel):
    model_config = ConfigDict(strict=True)

    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)
    prompt_tokens_details: _Details | None = None


def _read(body: bytes) -> Reply:
    text = body.decode("utf-8", "replace")
    raw = _without_key(text)
    if len(body) > MAX_REPLY_BYTES:
        return Reply(raw=raw[:1_000], fault=TOO_LONG)
    try:
        completion = _Completion.model_validate_json(text)
    except ValidationError:
        return Reply(raw=raw, usage=_usage_in(text), fault=NOT_THE_PROTOCOL)
    choice, usage = completion.choices[0], _usage(completion.usage)
    fault = next(
        (
            fault
            for holds, fault in (
                (choice.message.refusal, REFUSED),
                (choice.finish_reason == "length", TRUNCATED),
                (choice.finish_reason == "content_filter", FILTERED),
                (not choice.message.content, EMPTY),
            )
            if holds
        ),
        None,
    )
    return Reply(choice.message.content or "", raw, usage, fault)


def _usage_in(text: str) -> Usage | None:
    """Read the usage from a document that does not follow the protocol."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return _usage(document.get("usage")) if isinstance(document, dict) else None


def _usage(document: object) -> Usage | None:
    """Read the usage; None where the reply has none, or an impossible one."""
    try:
        usage = _Usage.model_validate(document)
    except ValidationError:
        return None
    cached = (usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else 0) or 0
    return Usage(usage.prompt_tokens, min(cached, usage.prompt_tokens), usage.completion_tokens)


def _without_key(raw: str) -> str:
    """Remove our key, should the server quote it, and NUL, which a database cannot hold."""
    hidden = raw.replace(_key(), "***") if _key() else raw
    return hidden.replace("\x00", "\ufffd")
