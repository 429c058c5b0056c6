"""Change prices and packages, each with its reason in the audit log. Prices hold for all customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import JSONB

from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.platform.costs.packages import MIGRATION, PACKAGE_SETTING, package_of, packages
from core.platform.costs.prices import normal_name
from core.platform.costs.tables import AiPrice


@dataclass(frozen=True, slots=True)
class NewPrice:
    """Micro-dollars per million tokens. `effective_from` None: from now on."""

    model: str
    input_micro: int
    cached_micro: int
    output_micro: int
    effective_from: datetime | None = None


@action("ai.prices")
def set_price(context: Context, price: NewPrice, reason: str) -> str:
    """Set a model's price from now or a later moment on, before all other sources; return its id.

    A price of nothing is taken for a model of one's own server. InvalidInputError for one that cannot be, that begins
    in the past (the ledger is not written anew), or without a reason.
    """
    model, start = normal_name(price.model), price.effective_from or context.now
    if not model:
        raise InvalidInputError("A price needs a model.", hint="Name it as it is asked for.")
    if not 0 <= price.cached_micro <= price.input_micro or price.output_micro < 0:
        raise InvalidInputError(
            "That is no price.", hint="None may be below zero, cached input none above other input."
        )
    if start < context.now:
        raise InvalidInputError(
            "A price cannot begin in the past.", hint="What was booked keeps the price it was booked at."
        )
    note = _reason(reason)
    ai_price = AiPrice(
        id=new_id(),
        model=model,
        effective_from=start,
        effective_to=None,
        input_micro=price.input_micro,
        cached_micro=price.cached_micro,
        output_micro=price.output_micro,
        note=note,
        created_by=context.person,
        created_at=context.now,
    )
    context.session.execute(
        update(AiPrice)
        .where(AiPrice.model == model, AiPrice.effective_from <= start, AiPrice.effective_to.is_(None))
        .values(effective_to=start)
    )
    context.session.add(ai_price)
    record(
        context,
        "ai.price_set",
        "ai_price",
        ai_price.id,
        reason=note,
        model=model,
        effective_from=start.isoformat(),
        input_micro=price.input_micro,
        cached_micro=price.cached_micro,
        output_micro=price.output_micro,
    )
    return ai_price.id


@action("ai.prices")
def end_price(context: Context, price_id: str, reason: str) -> None:
    """End a price that was set by hand: from now on the price book and the library hold again.

    One that has not begun never will. NotFoundError, ConflictError for one that has ended.
    """
    note = _reason(reason)
    row = context.session.scalar(select(AiPrice).where(AiPrice.id == price_id).with_for_update())
    if row is None:
        raise NotFoundError("There is no such price.")
    if row.effective_to is not None and row.effective_to <= context.now:
        raise ConflictError("This price has ended already.", state="ended")
    row.effective_to = max(row.effective_from, context.now)
    record(context, "ai.price_end", "ai_price", row.id, reason=note, model=row.model)


@action("settings.edit")
def choose_package(context: Context, migration_id: str, package: str) -> None:
    """Set a migration's package; its allowance holds from the next call on."""
    offers = packages(context.tenant.domain)
    if package not in offers:
        raise InvalidInputError("There is no such package.", hint=f"There are {', '.join(offers)}.")
    before = package_of(context, migration_id)
    package_setting = func.jsonb_build_object(PACKAGE_SETTING, package, type_=JSONB)
    context.session.execute(
        update(MIGRATION)
        .where(MIGRATION.c.id == migration_id)
        .values(settings=MIGRATION.c.settings.concat(package_setting))
    )
    record(context, "migration.package", "migration", migration_id, before=before, after=package)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInputError("Say why.", hint="The reason stays beside the price.")
    return reason.strip()
