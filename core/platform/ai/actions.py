"""Ask language models: cached answers first, then the cheapest model, then stronger ones for what it is unsure of.

Nothing here can fail for its caller but a missing permission: without a key, without budget, with a server that is
down or replies with nonsense, there is an Answer that says so, and what the caller had before stands. Every attempt is
one row of the ledger, reserved before a byte leaves. No transaction is open while a server is waited for.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.context import Context
from core.errors import InvalidInputError, LimitReachedError
from core.kit import clock
from core.platform.access.actions import require
from core.platform.access.demo_outages import AI, outage_of
from core.platform.ai import answer_cache, breaker, prompt_log, rules, wire
from core.platform.ai.rules import Choice, ParsedReply, Question, Request
from core.platform.costs.budget import ASK, CallRequest, record_unbilled, reserve, settle
from core.platform.costs.rules import NO_USAGE, OUTCOME_ANSWERED, OUTCOME_CACHED
from core.settings import settings

WITHHELD = "Something in it looked like a person's own value, so it was not sent."
_NO_TIME = "There was no time left to ask."
_ROOM_TIMEOUT_SECONDS = 5.0  # for the calls of others that hold what remains of a limit
_MIN_ATTEMPT_SECONDS = 0.2  # with less time, an attempt is not worth its tokens

_dice = random.Random()  # noqa: S311  (spreads retries over time, no secret)


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """A choice, the model that made it, and its call in the ledger."""

    choice: Choice
    model: str
    call_id: str
    is_cached: bool


@dataclass(slots=True)
class Answer:
    """`answers`: question id -> answer; `missing`: question id -> why it has no answer, in a sentence."""

    answers: dict[str, ModelAnswer] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Round:
    """The outcome of asking one model. `final`: another model would not do better now."""

    reply: ParsedReply
    call_id: str = ""
    final: bool = False


def model_cascade() -> tuple[str, ...]:
    """List the models in the order in which they are asked; empty where the settings do not allow for any."""
    if wire.unusable():
        return ()
    return tuple(name.strip() for name in settings().ai_models.split(",") if name.strip())


def ask(context: Context, request: Request, *, until: float = math.inf) -> Answer:
    """Ask the questions, until the moment `until` of time.monotonic() or AI_TIMEOUT_SECONDS from now.

    Never writes to the context's own transaction. Raises NotAllowedError without the permission ai.ask, and
    NotFoundError for a migration that is not this tenant's.
    """
    require(context, ASK)
    until = min(until, time.monotonic() + settings().ai_timeout_seconds)
    answer = Answer(missing=dict.fromkeys((question.id for question in request.questions), wire.unusable()))
    models = model_cascade()
    questions = _withhold_personal(context, request, models[0], answer) if models else []
    for model in models:
        unsure = [question for question in questions if _is_unsure(answer.answers.get(question.id))]
        final = bool(unsure) and _ask_model(context, request, model, unsure, answer, until)
        if final or not unsure:
            break
    for question_id in answer.answers:
        answer.missing.pop(question_id, None)
    return answer


def _is_unsure(answer: ModelAnswer | None) -> bool:
    return answer is None or answer.choice.confidence <= rules.ESCALATE_BELOW


def _withhold_personal(context: Context, request: Request, model: str, answer: Answer) -> list[Question]:
    """Return the questions without personal data; withheld ones are noted in the answer and in one row of the ledger."""
    withheld = [
        question
        for question in request.questions
        if rules.contains_personal_data(rules.messages(request, [question]))
    ]
    if withheld:
        call = _call_request(request, model, tokens=0, attempt=1)
        record_unbilled(context, call, outcome="withheld", detail=f"Questions not sent: {len(withheld)}.")
        answer.missing |= {question.id: WITHHELD for question in withheld}
    return [question for question in request.questions if question not in withheld]


def _ask_model(
    context: Context,
    request: Request,
    model: str,
    questions: Sequence[Question],
    answer: Answer,
    until: float,
) -> bool:
    """Add one model's answers, cached ones first; return whether no other model is worth asking."""
    cached = answer_cache.get(context, request, questions, model)
    if cached:
        call = _call_request(request, model, tokens=0, attempt=1)
        call_id = record_unbilled(
            context, call, outcome=OUTCOME_CACHED, detail=f"Kept answers: {len(cached)}."
        )
        answer.answers |= {
            question_id: ModelAnswer(choice, model, call_id, is_cached=True)
            for question_id, choice in cached.items()
        }
    new_questions = [question for question in questions if question.id not in cached]
    if not new_questions:
        return False
    outcome = _ask_with_retries(context, request, model, new_questions, until)
    answer_cache.store(context, request, new_questions, model, outcome.reply.choices)
    answer.answers |= {
        question_id: ModelAnswer(choice, model, outcome.call_id, is_cached=False)
        for question_id, choice in outcome.reply.choices.items()
    }
    answer.missing |= outcome.reply.refused
    return outcome.final


def _ask_with_retries(
    context: Context, request: Request, model: str, questions: Sequence[Question], until: float
) -> _Round:
    """Ask one model until it answers, its retries are used up, or the time is."""
    messages = rules.messages(request, questions)
    tokens = rules.max_input_tokens(messages) + rules.max_output_tokens(len(questions))
    attempt = 0
    while True:
        attempt += 1
        call = _call_request(request, model, tokens=tokens, attempt=attempt)
        if until - time.monotonic() < _MIN_ATTEMPT_SECONDS:
            return _unanswered(questions, _NO_TIME, final=True)
        if not breaker.is_closed(_server(context), model):
            record_unbilled(context, call, outcome="resting", detail="It failed several times in a row.")
            return _unanswered(
                questions, f"The model {model} failed several times in a row and rests for a while."
            )
        try:
            call_id = _reserve(context, call, until)
        except LimitReachedError as error:
            record_unbilled(context, call, outcome="over_budget", detail=error.message)
            return _unanswered(questions, str(error), final=True)
        except InvalidInputError as error:
            record_unbilled(context, call, outcome="no_price", detail=error.message)
            return _unanswered(questions, str(error))
        reply, outcome = _attempt(context, call, call_id, messages, questions, until)
        wait = rules.delay(attempt, _dice.random(), reply.retry_after)
        again = reply.fault is not None and reply.fault.retry and attempt <= settings().ai_max_retries
        if not again or wait > until - time.monotonic() - _MIN_ATTEMPT_SECONDS:
            return outcome
        time.sleep(wait)


def _reserve(context: Context, call: CallRequest, until: float) -> str:
    """Reserve the call's tokens, and wait for calls under way where it would fit without what they hold too much."""
    give_up = min(until, time.monotonic() + _ROOM_TIMEOUT_SECONDS)
    while True:
        try:
            return reserve(context, call)
        except LimitReachedError as error:
            facts: Mapping[str, Any] = error.facts
            fits = facts["used"] + facts["asked"] <= facts["limit"]
            if not fits or not facts["reserved"] or time.monotonic() > give_up:
                raise
        time.sleep(_MIN_ATTEMPT_SECONDS)


def _attempt(
    context: Context,
    call: CallRequest,
    call_id: str,
    messages: Sequence[Mapping[str, str]],
    questions: Sequence[Question],
    until: float,
) -> tuple[wire.Reply, _Round]:
    """Send once, and settle whatever came of it."""
    prompt_log.log_prompt(context, call_id, messages)
    sent_at = time.monotonic()
    seconds = max(_MIN_ATTEMPT_SECONDS, until - sent_at)
    max_tokens = rules.max_output_tokens(len(questions))
    server = _server(context)
    reply = wire.send(server, call.model, messages, rules.response_format(), max_tokens, seconds)
    latency_ms = round(1000 * (time.monotonic() - sent_at))
    parsed, outcome, detail = _classify(call.model, reply, questions)
    usage = reply.usage or wire.Usage(0, 0, 0)
    settle(
        context,
        call_id,
        outcome=outcome,
        tokens_in=usage.tokens_in,
        tokens_cached=usage.tokens_cached,
        tokens_out=usage.tokens_out,
        latency_ms=latency_ms,
        detail=detail,
    )
    prompt_log.log_reply(context, call_id, reply.raw)
    if reply.fault and reply.fault.down:
        breaker.record_failure(server, call.model, detail, clock.now())
    else:
        breaker.record_success(server, call.model)
    return reply, _Round(parsed, call_id, bool(reply.fault and reply.fault.final))


def _server(context: Context) -> str:
    """Return the address to ask; in a demo whose AI is broken one where nothing answers, with a breaker of its own."""
    return wire.NOWHERE if outage_of(context, AI) else settings().ai_base_url


def _classify(model: str, reply: wire.Reply, questions: Sequence[Question]) -> tuple[ParsedReply, str, str]:
    """Return the answers of a reply, the ledger's outcome, and in words what was wrong with it ('' for nothing)."""
    if reply.fault:
        detail = f" ({reply.detail})" if reply.detail else ""
        reason = f"The model {model} {reply.fault.message}{detail}."
        return _unanswered(questions, reason).reply, reply.fault.outcome, reason
    parsed = rules.parse_reply(reply.content, questions)
    if isinstance(parsed, str):
        parsed = _unanswered(questions, parsed).reply
    refused = list(parsed.refused.values())
    outcome = OUTCOME_ANSWERED if not refused else "partly_invalid" if parsed.choices else "invalid"
    if reply.usage is None:
        outcome = NO_USAGE
    detail = f"{len(refused)} of {len(questions)} answers refused: {refused[0]}" if refused else ""
    return parsed, outcome, detail


def _unanswered(questions: Sequence[Question], reason: str, *, final: bool = False) -> _Round:
    return _Round(ParsedReply(refused={question.id: reason for question in questions}), final=final)


def _call_request(request: Request, model: str, *, tokens: int, attempt: int) -> CallRequest:
    return CallRequest(
        operation=request.operation,
        provider=wire.provider(),
        model=model,
        prompt_version=request.prompt_version,
        tokens=tokens,
        migration_id=request.migration_id,
        attempt=attempt,
    )
