"""Reserve tokens before a call and settle them after it, so that no limit is ever passed, not by parallel calls either.

Both happen in a transaction of their own: what was spent stands also when the caller rolls back. The database decides
by itself whether there is room, in one statement per limit, and always in the same order of limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, InvalidInputError, LimitReachedError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import require
from core.platform.costs.alerts import warn
from core.platform.costs.packages import package_of, packages
from core.platform.costs.prices import cost_micro, normal_name, price_of
from core.platform.costs.rules import ABANDONED, RESERVED, USAGE_UNKNOWN, month_bounds, month_of
from core.platform.costs.tables import AiBudget, AiCall
from core.settings import settings

ASK = "ai.ask"
MIGRATION_SCOPE, MONTH_SCOPE = "migration", "month"
RESERVATION_TIMEOUT = timedelta(minutes=10)
"""A call under way for longer has lost its process: no call takes a minute."""


@dataclass(frozen=True, slots=True)
class CallRequest:
    """An attempt at a call. `tokens`: an upper bound of what goes in and what may come out."""

    operation: str
    provider: str
    model: str
    prompt_version: str
    tokens: int
    migration_id: str | None = None
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as it is today. `tokens` None: none; `frees_at`: when it begins anew, None where it never does."""

    scope: str
    key: str
    tokens: int | None
    frees_at: datetime | None


def limits(context: Context, migration_id: str | None, at: datetime) -> list[Limit]:
    """List the limits of a call at this moment, in the order in which they are locked.

    NotFoundError for a migration that is not this tenant's.
    """
    month = month_of(at, context.tenant.zone)
    _, next_month = month_bounds(month, context.tenant.zone)
    applicable = [Limit(MONTH_SCOPE, month, settings().ai_tenant_month_tokens, next_month)]
    if migration_id is not None:
        package = packages(context.tenant.domain)[package_of(context, migration_id)]
        applicable.insert(0, Limit(MIGRATION_SCOPE, migration_id, package.ai_tokens, None))
    return applicable


def reserve(context: Context, ask: CallRequest) -> str:
    """Reserve the tokens of a call and open its row in the ledger; return the row's id, to be settled.

    InvalidInputError for a model without a price, NotFoundError for a migration that is not this tenant's,
    LimitReachedError (facts: scope, limit, used, reserved, asked, frees_at) where a limit would be passed.
    """
    require(context, ASK)
    if ask.tokens <= 0:
        raise InvalidInputError("A call needs tokens: say how many it may use.", tokens=ask.tokens)
    settle_abandoned(context)
    with _ledger(context) as ledger:
        price_of(ledger, ask.model, ledger.now)
        for limit in limits(ledger, ask.migration_id, ledger.now):
            _reserve_under(ledger, limit, ask.tokens)
        call = _row(ledger, ask, RESERVED, reserved_tokens=ask.tokens)
        ledger.session.add(call)
    return call.id


def settle(  # noqa: PLR0913  (what a provider reports of a call, each by its name)
    context: Context,
    call_id: str,
    *,
    outcome: str,
    tokens_in: int = 0,
    tokens_cached: int = 0,
    tokens_out: int = 0,
    latency_ms: int | None = None,
    detail: str = "",
) -> None:
    """Book what a reserved call used and release what it did not. `tokens_cached` are part of `tokens_in`.

    `outcome` is the caller's word. For those in USAGE_UNKNOWN without tokens, all that was reserved is booked. Usage
    above the reservation is booked as it was; nothing more is then allowed until it is under the limit again.
    `detail` says in words why a call failed, without a word of prompt or reply. InvalidInputError for numbers that
    cannot be, ConflictError for a call that is settled already.
    """
    require(context, ASK)
    if min(tokens_in, tokens_cached, tokens_out) < 0 or tokens_cached > tokens_in:
        raise InvalidInputError("That is no usage of tokens.", hint="Settle the call as 'no_usage'.")
    with _ledger(context) as ledger:
        call = ledger.session.get(AiCall, (ledger.tenant.id, call_id), with_for_update=True)
        if call is None:
            raise NotFoundError("There is no such call here.")
        if call.outcome not in {RESERVED, ABANDONED}:  # a slow one may still say what it used
            raise ConflictError("The call is settled already.", call=call_id, state=call.outcome)
        call.latency_ms = latency_ms
        _book(ledger, call, outcome, (tokens_in, tokens_cached, tokens_out), detail)


def record_unbilled(context: Context, ask: CallRequest, *, outcome: str, detail: str = "") -> str:
    """Record a call that was not made (cached answer, refusal by a limit, open breaker); return the row's id."""
    require(context, ASK)
    with _ledger(context) as ledger:
        limits(ledger, ask.migration_id, ledger.now)  # refuses a migration that is not there
        call = _row(ledger, ask, outcome, detail=detail, settled_at=ledger.now)
        ledger.session.add(call)
    return call.id


def settle_abandoned(context: Context) -> int:
    """Book as used what calls of dead processes still hold, for the provider may have charged; return how many.

    Every reservation calls this first, so nothing else has to. A transaction per call: two calls in one would wait for
    each other's limits.
    """
    stale = clock.now() - RESERVATION_TIMEOUT
    abandoned = select(AiCall.id).where(AiCall.outcome == RESERVED, AiCall.created_at < stale)
    with _ledger(context) as ledger:
        call_ids = ledger.session.scalars(abandoned).all()
    count = 0
    for call_id in call_ids:
        with _ledger(context) as ledger:
            call = ledger.session.scalar(
                abandoned.with_only_columns(AiCall)
                .where(AiCall.id == call_id)
                .with_for_update(skip_locked=True)
            )
            if call is not None:
                _book(ledger, call, ABANDONED, (0, 0, 0), "The process ended before the call was settled.")
                count += 1
    return count


@contextmanager
def _ledger(context: Context) -> Iterator[Context]:
    """Open a Context of the same person and tenant in a transaction of its own, committed at the end; `now` is this moment."""
    with TenantSession(context.tenant.id, context.person, system=context.session.system) as session:
        yield replace(context, session=session, now=clock.now())
        session.commit()


def _row(
    ledger: Context,
    ask: CallRequest,
    outcome: str,
    *,
    reserved_tokens: int = 0,
    detail: str = "",
    settled_at: datetime | None = None,
) -> AiCall:
    return AiCall(
        tenant_id=ledger.tenant.id,
        id=new_id(),
        created_at=ledger.now,
        migration_id=ask.migration_id,
        operation=ask.operation,
        provider=ask.provider,
        model=normal_name(ask.model),
        prompt_version=ask.prompt_version,
        attempt=ask.attempt,
        reserved_tokens=reserved_tokens,
        tokens_in=0,
        tokens_cached=0,
        tokens_out=0,
        cost_micro=0,
        latency_ms=None,
        outcome=outcome,
        detail=detail,
        person_id=ledger.person,
        settled_at=settled_at,
    )


def _reserve_under(ledger: Context, limit: Limit, tokens: int) -> None:
    """Reserve under one limit, if there is room: the statement sees what all committed before it, and locks the row."""
    if limit.tokens is None or tokens <= limit.tokens:
        insertion = insert(AiBudget).values(
            tenant_id=ledger.tenant.id,
            scope=limit.scope,
            scope_key=limit.key,
            limit_tokens=limit.tokens,
            used_tokens=0,
            reserved_tokens=tokens,
            updated_at=ledger.now,
        )
        now = insertion.excluded
        reservation = insertion.on_conflict_do_update(
            index_elements=[AiBudget.tenant_id, AiBudget.scope, AiBudget.scope_key],
            set_={
                "limit_tokens": now.limit_tokens,
                "reserved_tokens": AiBudget.reserved_tokens + now.reserved_tokens,
                "updated_at": now.updated_at,
            },
            where=or_(
                now.limit_tokens.is_(None),
                AiBudget.used_tokens + AiBudget.reserved_tokens + now.reserved_tokens <= now.limit_tokens,
            ),
        )
        if ledger.session.execute(reservation.returning(AiBudget.scope)).first():
            return
    _refuse(ledger, limit, tokens)


def _refuse(ledger: Context, limit: Limit, tokens: int) -> None:
    """Raise LimitReachedError with how much of the limit is used, reserved and asked for."""
    row = ledger.session.get(AiBudget, (ledger.tenant.id, limit.scope, limit.key))
    used, reserved = (row.used_tokens, row.reserved_tokens) if row else (0, 0)
    owner = "this migration's package" if limit.scope == MIGRATION_SCOPE else "this customer's month"
    raise LimitReachedError(
        f"The AI tokens of {owner} do not suffice: {used + reserved:,} of {limit.tokens:,} are taken, {tokens:,} asked.",
        hint="Choose a larger package on AI costs."
        if limit.frees_at is None
        else "The next month begins anew.",
        scope=limit.scope,
        limit=limit.tokens,
        used=used,
        reserved=reserved,
        asked=tokens,
        frees_at=limit.frees_at and limit.frees_at.isoformat(),
    )


def _book(ledger: Context, call: AiCall, outcome: str, tokens: tuple[int, int, int], detail: str) -> None:
    """Book the usage in the call and its limits. A call that was booked before is corrected by the difference."""
    reserved = call.reserved_tokens if call.outcome == RESERVED else 0
    before = call.tokens_in + call.tokens_out
    if outcome in USAGE_UNKNOWN and not any(tokens):
        tokens = (0, 0, call.reserved_tokens)
    call.tokens_in, call.tokens_cached, call.tokens_out = tokens
    call.cost_micro = cost_micro(price_of(ledger, call.model, call.created_at), *tokens)
    call.outcome, call.detail, call.settled_at = outcome, detail, ledger.now
    ledger.session.flush()
    more = call.tokens_in + call.tokens_out - before
    for limit in limits(ledger, call.migration_id, call.created_at):
        warn(
            ledger,
            limit.scope,
            limit.key,
            limit.tokens,
            used=_convert_reservation(ledger, limit, more, reserved),
            more=more,
        )


def _convert_reservation(ledger: Context, limit: Limit, more: int, reserved: int) -> int:
    """Convert reserved tokens into used ones under one limit; return what is used of it now.

    The row keeps the rule that what is taken stays within its limit, so usage above it lifts the row's limit. The next
    reservation is held against the limit as it is.
    """
    committed = AiBudget.used_tokens + more + AiBudget.reserved_tokens - reserved
    row = ledger.session.execute(
        update(AiBudget)
        .where(AiBudget.scope == limit.scope, AiBudget.scope_key == limit.key)
        .values(
            used_tokens=AiBudget.used_tokens + more,
            reserved_tokens=AiBudget.reserved_tokens - reserved,
            limit_tokens=case(
                (AiBudget.limit_tokens.is_not(None), func.greatest(AiBudget.limit_tokens, committed))
            ),
            updated_at=ledger.now,
        )
        .returning(AiBudget.used_tokens)
    )
    return row.scalar_one()
