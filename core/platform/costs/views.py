"""Show what AI has cost, how much of the limits is left, what a run will need, and the price book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial

from sqlalchemy import ColumnElement, Date, cast, column, func, select, table
from sqlalchemy import Text as SqlText

from core.context import Context
from core.db.types import Id
from core.errors import InvalidInputError
from core.platform.access.actions import view
from core.platform.costs.alerts import hour_tokens
from core.platform.costs.budget import MIGRATION_SCOPE, limits
from core.platform.costs.packages import MIGRATION, package_of, packages
from core.platform.costs.prices import Price, book_prices, by_hand, normal_name, price_book, price_of
from core.platform.costs.rules import is_near, month_bounds, month_of
from core.platform.costs.spending import Answers, Call, Experience
from core.platform.costs.tables import AiBudget, AiCall, AiPrice
from core.platform.costs.tips import Tip, tips
from core.settings import settings

ASSUMED_TOKENS_PER_FIELD = 330
"""What a field took on average of calls with 25 each, asked of two models one after the other: prompt and answer."""
MIN_FIELDS_SEEN = 20

# By its name: it belongs to core.platform.ai, which stands above the costs.
_PROMPT = table("ai_prompt", column("call_id", Id), column("messages"))


@dataclass(frozen=True, slots=True)
class Meter:
    """A limit and how much of it is used. `limit` None: none. `frees_at`: when it begins anew, None where it never does."""

    scope: str
    title: str
    limit: int | None
    used: int
    reserved: int
    frees_at: datetime | None

    @property
    def tokens_left(self) -> int | None:
        return None if self.limit is None else max(self.limit - self.used - self.reserved, 0)

    @property
    def is_near(self) -> bool:
        return is_near(self.used + self.reserved, self.limit)


@dataclass(frozen=True, slots=True)
class Hour:
    """Tokens of the last 60 minutes, and the number above which the console warns."""

    tokens: int
    alert: int

    @property
    def is_above(self) -> bool:
        return self.tokens > self.alert


@dataclass(frozen=True, slots=True)
class Forecast:
    """The tokens that asking about some fields takes. `fields_seen`: how many answered ones say so; 0: it is an assumption.

    `tokens_left`: the lowest of what the limits leave, `limit`: the one that leaves it; both None without any limit.
    """

    fields: int
    tokens: int
    fields_seen: int
    tokens_left: int | None
    limit: int | None

    @property
    def fits(self) -> bool:
        return self.tokens_left is None or self.tokens <= self.tokens_left


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One price of the list. `id` of one that was set by hand, with `note` why; None for what cannot be ended here."""

    model: str
    price: Price
    id: str | None
    note: str

    def state(self, now: datetime) -> str:
        """Return the state: 'in force', 'ended' or 'to come'."""
        if self.price.holds(now):
            return "in force"
        end = self.price.effective_to
        return "ended" if end is not None and end <= now else "to come"


@view("migration.read")
def ledger(
    context: Context,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    migration_id: str | None = None,
) -> list[Call]:
    """List the calls from `since` until before `until`, the oldest first: what all sums of costs are made of."""
    local_day = cast(func.timezone(context.tenant.zone, AiCall.created_at), Date)
    prompt = select(func.md5(cast(_PROMPT.c.messages, SqlText))).where(_PROMPT.c.call_id == AiCall.id)
    query = select(
        AiCall.id,
        AiCall.created_at,
        local_day,
        AiCall.migration_id,
        AiCall.operation,
        AiCall.provider,
        AiCall.model,
        AiCall.attempt,
        AiCall.tokens_in,
        AiCall.tokens_cached,
        AiCall.tokens_out,
        AiCall.cost_micro,
        AiCall.outcome,
        AiCall.latency_ms,
        AiCall.detail,
        prompt.scalar_subquery(),
    ).order_by(AiCall.created_at, AiCall.id)
    conditions: list[ColumnElement[bool]] = []
    if since is not None:
        conditions.append(AiCall.created_at >= since)
    if until is not None:
        conditions.append(AiCall.created_at < until)
    if migration_id is not None:
        conditions.append(AiCall.migration_id == migration_id)
    return [Call(*tuple(row)) for row in context.session.execute(query.where(*conditions))]


@view("migration.read")
def this_month(context: Context) -> tuple[datetime, datetime]:
    """Return the first moment of the customer's calendar month and of the one after, in UTC."""
    return month_bounds(month_of(context.now, context.tenant.zone), context.tenant.zone)


@view("migration.read")
def meters(context: Context, migration_id: str | None = None) -> list[Meter]:
    """Show the limits: of the migration's package, where one is named, and of the customer's month, as they are now."""
    rows = {(row.scope, row.scope_key): row for row in context.session.scalars(select(AiBudget))}
    limit_meters = []
    for limit in limits(context, migration_id, context.now):
        row = rows.get((limit.scope, limit.key))
        used, reserved = (row.used_tokens, row.reserved_tokens) if row else (0, 0)
        title = "This month"
        if limit.scope == MIGRATION_SCOPE:
            title = f"{packages(context.tenant.domain)[package_of(context, limit.key)].title} package"
        limit_meters.append(Meter(limit.scope, title, limit.tokens, used, reserved, limit.frees_at))
    return limit_meters


@view("migration.read")
def migrations_near(context: Context) -> dict[str, Meter]:
    """List the migrations (id) whose package is nearly used up, with their meter."""
    used = select(MIGRATION.c.id).join(AiBudget, AiBudget.scope_key == cast(MIGRATION.c.id, SqlText))
    by_migration = {
        migration: meters(context, migration)[0]
        for migration in context.session.scalars(used.where(AiBudget.scope == MIGRATION_SCOPE))
    }
    return {migration: meter for migration, meter in by_migration.items() if meter.is_near}


@view("migration.read")
def last_hour(context: Context) -> Hour:
    return Hour(hour_tokens(context, context.now), settings().ai_hour_alert_tokens)


@view("migration.read")
def forecast(
    context: Context, migration_id: str, fields: int, experience: Experience | None = None
) -> Forecast:
    """Forecast what asking about so many fields takes, by experience where it has enough fields, else by an assumption."""
    tokens_per_field = experience.per_field if experience and experience.fields >= MIN_FIELDS_SEEN else None
    tight = [
        (meter.tokens_left, meter.limit)
        for meter in meters(context, migration_id)
        if meter.tokens_left is not None
    ]
    remaining, limit = min(tight, key=lambda pair: pair[0], default=(None, None))
    return Forecast(
        fields,
        fields * (tokens_per_field or ASSUMED_TOKENS_PER_FIELD),
        experience.fields if experience and tokens_per_field else 0,
        remaining,
        limit,
    )


@view("migration.read")
def price_list(context: Context) -> list[PriceLine]:
    """List prices set by hand, the book's history, and the library's prices of models in use, by model and date."""
    set_by_hand = context.session.scalars(select(AiPrice)).all()
    lines = [PriceLine(row.model, by_hand(row), row.id, row.note) for row in set_by_hand]
    for model, entry in price_book().items():
        lines += [PriceLine(model, price, None, "") for price in book_prices(entry)]
    in_use = {normal_name(name) for name in settings().ai_models.split(",") if name.strip()}
    in_use.update(context.session.scalars(select(AiCall.model).distinct()))
    for model in in_use - {line.model for line in lines if line.price.holds(context.now)}:
        if price := _price(context, model, context.now):
            lines.append(PriceLine(model, price, None, ""))
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(lines, key=lambda line: (line.model, line.price.effective_from or oldest))


@view("migration.read")
def savings(
    context: Context,
    calls: Sequence[Call],
    answers: Mapping[str, Answers],
    experience: Experience | None = None,
) -> list[Tip]:
    """List how these calls could have cost less; `answers` by the id of a call."""
    price = cache(partial(_price, context))
    return tips(calls, answers, price, experience or Experience())


def _price(context: Context, model: str, at: datetime) -> Price | None:
    try:
        return price_of(context, model, at)
    except InvalidInputError:
        return None  # unknown, or no longer sold
