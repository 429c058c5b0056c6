"""Asks language models: kept answers first, then the cheapest model, then stronger ones for what it is unsure of.

Nothing here can fail for its caller but a missing permission: without a key, without budget, with a server that is
down or talks nonsense, there is an Answer that says so, and what the caller had before stands. Every attempt is one
row of the ledger, reserved before a byte leaves. No transaction is open while a server is waited for.
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
from core.platform.ai import breaker, kept, rules, wire
from core.platform.ai.rules import Pick, Question, Request, Verdict
from core.platform.costs.budget import ASK, Ask, note_free, reserve, settle
from core.platform.costs.rules import ANSWERED, CACHED, NO_USAGE
from core.settings import settings

WITHHELD = "Something in it looked like a person's own value, so it was not sent."
_NO_TIME = "There was no time left to ask."
_PATIENCE_SECONDS = 5.0  # for the calls of others that hold what is left of a limit
_LEAST_SECONDS = 0.2  # with less left, an attempt is not worth its tokens

_dice = random.Random()  # noqa: S311  (spreads retries over time, no secret)


@dataclass(frozen=True, slots=True)
class Answered:
    """A pick, and which call of the ledger it came from."""

    pick: Pick
    model: str
    call_id: str
    kept: bool


@dataclass(slots=True)
class Answer:
    """`found`: question id -> answer; `missing`: question id -> why there is none, in a sentence."""

    found: dict[str, Answered] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Round:
    """What one model made of some questions. `final`: another model would not do better now."""

    verdict: Verdict
    call_id: str = ""
    final: bool = False


def ladder() -> tuple[str, ...]:
    """The models in the order in which they are asked; none where the settings do not allow for any."""
    if wire.unusable():
        return ()
    return tuple(name.strip() for name in settings().ai_models.split(",") if name.strip())


def ask(context: Context, request: Request, *, until: float = math.inf) -> Answer:
    """Asks about the questions, until the moment `until` of time.monotonic() or AI_TIMEOUT_SECONDS from now.

    Never writes to the context's own transaction. Raises NotAllowedError without the permission ai.ask, and
    NotFoundError for a migration that is not this tenant's.
    """
    require(context, ASK)
    until = min(until, time.monotonic() + settings().ai_timeout_seconds)
    answer = Answer(missing=dict.fromkeys((question.id for question in request.questions), wire.unusable()))
    models = ladder()
    allowed = _allowed(context, request, models[0], answer) if models else []
    for model in models:
        open_ = [
            question
            for question in allowed
            if question.id not in answer.found or answer.found[question.id].pick.confidence <= rules.SURE
        ]
        final = bool(open_) and _climb(context, request, model, open_, answer, until)
        if final or not open_:
            break
    for found in answer.found:
        answer.missing.pop(found, None)
    return answer


def _allowed(context: Context, request: Request, model: str, answer: Answer) -> list[Question]:
    """The questions without anything that looks like a person's own value; that some were withheld is a row."""
    withheld = [
        question for question in request.questions if rules.betrays(rules.messages(request, [question]))
    ]
    if withheld:
        spent = _ask_for(request, model, tokens=0, attempt=1)
        note_free(context, spent, outcome="withheld", detail=f"Questions not sent: {len(withheld)}.")
        answer.missing |= {question.id: WITHHELD for question in withheld}
    return [question for question in request.questions if question not in withheld]


def _climb(
    context: Context,
    request: Request,
    model: str,
    questions: Sequence[Question],
    answer: Answer,
    until: float,
) -> bool:
    """Adds one model's answers, kept ones first; whether there is no use in going on."""
    known = kept.recall(context, request, questions, model)
    if known:
        spent = _ask_for(request, model, tokens=0, attempt=1)
        call_id = note_free(context, spent, outcome=CACHED, detail=f"Kept answers: {len(known)}.")
        answer.found |= {name: Answered(pick, model, call_id, kept=True) for name, pick in known.items()}
    fresh = [question for question in questions if question.id not in known]
    if not fresh:
        return False
    result = _consult(context, request, model, fresh, until)
    kept.remember(context, request, fresh, model, result.verdict.picks)
    answer.found |= {
        name: Answered(pick, model, result.call_id, kept=False) for name, pick in result.verdict.picks.items()
    }
    answer.missing |= result.verdict.refused
    return result.final


def _consult(
    context: Context, request: Request, model: str, questions: Sequence[Question], until: float
) -> _Round:
    """Asks one model until it answers, its retries are used up, or time is."""
    sent = rules.messages(request, questions)
    tokens = rules.most_in(sent) + rules.most_out(len(questions))
    attempt = 0
    while True:
        attempt += 1
        spent = _ask_for(request, model, tokens=tokens, attempt=attempt)
        if until - time.monotonic() < _LEAST_SECONDS:
            return _none(questions, _NO_TIME, final=True)
        if not breaker.closed(settings().ai_base_url, model):
            note_free(context, spent, outcome="resting", detail="It failed several times in a row.")
            return _none(questions, f"The model {model} failed several times in a row and rests for a while.")
        try:
            call_id = _reserve(context, spent, until)
        except LimitReachedError as error:
            note_free(context, spent, outcome="over_budget", detail=error.message)
            return _none(questions, str(error), final=True)
        except InvalidInputError as error:
            note_free(context, spent, outcome="no_price", detail=error.message)
            return _none(questions, str(error))
        reply, result = _attempt(context, spent, call_id, sent, questions, until)
        wait = rules.delay(attempt, _dice.random(), reply.retry_after)
        again = reply.fault is not None and reply.fault.retry and attempt <= settings().ai_max_retries
        if not again or wait > until - time.monotonic() - _LEAST_SECONDS:
            return result
        time.sleep(wait)


def _reserve(context: Context, spent: Ask, until: float) -> str:
    """Reserves; where it would fit but for calls under way, which hold more than they will use, it waits for them."""
    patience = min(until, time.monotonic() + _PATIENCE_SECONDS)
    while True:
        try:
            return reserve(context, spent)
        except LimitReachedError as error:
            facts: Mapping[str, Any] = error.facts
            fits = facts["used"] + facts["asked"] <= facts["limit"]
            if not fits or not facts["reserved"] or time.monotonic() > patience:
                raise
        time.sleep(_LEAST_SECONDS)


def _attempt(
    context: Context,
    spent: Ask,
    call_id: str,
    sent: Sequence[Mapping[str, str]],
    questions: Sequence[Question],
    until: float,
) -> tuple[wire.Reply, _Round]:
    """Sends once, and settles whatever came of it."""
    kept.keep_prompt(context, call_id, sent)
    started = time.monotonic()
    seconds = max(_LEAST_SECONDS, until - started)
    reply = wire.send(spent.model, sent, rules.response_format(), rules.most_out(len(questions)), seconds)
    took = round(1000 * (time.monotonic() - started))
    verdict, outcome, detail = _judge(spent.model, reply, questions)
    usage = reply.usage or wire.Usage(0, 0, 0)
    settle(
        context,
        call_id,
        outcome=outcome,
        tokens_in=usage.tokens_in,
        tokens_cached=usage.tokens_cached,
        tokens_out=usage.tokens_out,
        latency_ms=took,
        detail=detail,
    )
    kept.keep_reply(context, call_id, reply.raw)
    if reply.fault and reply.fault.down:
        breaker.failed(settings().ai_base_url, spent.model, detail, clock.now())
    else:
        breaker.worked(settings().ai_base_url, spent.model)
    return reply, _Round(verdict, call_id, bool(reply.fault and reply.fault.final))


def _judge(model: str, reply: wire.Reply, questions: Sequence[Question]) -> tuple[Verdict, str, str]:
    """What of the reply counts, the ledger's outcome, and in words what was wrong with it ('' for nothing)."""
    if reply.fault:
        said = f"The model {model} {reply.fault.said}{f' ({reply.detail})' if reply.detail else ''}."
        return _none(questions, said).verdict, reply.fault.outcome, said
    verdict = rules.check(reply.content, questions)
    if isinstance(verdict, str):
        verdict = _none(questions, verdict).verdict
    refused = list(verdict.refused.values())
    outcome = ANSWERED if not refused else "partly_invalid" if verdict.picks else "invalid"
    if reply.usage is None:
        outcome = NO_USAGE
    detail = f"{len(refused)} of {len(questions)} answers refused: {refused[0]}" if refused else ""
    return verdict, outcome, detail


def _none(questions: Sequence[Question], reason: str, *, final: bool = False) -> _Round:
    return _Round(Verdict(refused={question.id: reason for question in questions}), final=final)


def _ask_for(request: Request, model: str, *, tokens: int, attempt: int) -> Ask:
    return Ask(
        operation=request.operation,
        provider=wire.provider(),
        model=model,
        prompt_version=request.prompt_version,
        tokens=tokens,
        migration_id=request.migration_id,
        attempt=attempt,
    )
