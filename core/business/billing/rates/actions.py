"""Enter, correct and import exchange rates, in a Context of the operator."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.business.billing.rates.reading import RateFile, rate_key, read_rates
from core.business.billing.rates.rules import checked_rate
from core.business.billing.rates.stored import hold_rates, rate_text, stored_rates, write_rate
from core.context import Context
from core.errors import ConflictError
from core.platform.access.actions import action
from core.platform.access.customers.actions import require_operator
from core.platform.audit.actions import record


@action("rate.edit")
def add_rate(
    context: Context, base: str, quote: str, day: date, rate: Decimal, source: str, *, correction: str = ""
) -> str:
    """Enter what one unit of `base` was worth in `quote` on a day; return the id. RateFieldError for what cannot be stored.

    ConflictError where the pair has a rate for that day, unless `correction` says why another one replaces it.
    """
    require_operator(context)
    new = checked_rate(base, quote, day, rate, source, context.today)
    hold_rates(context.session)
    earlier = stored_rates(context.session, day).get(rate_key(new))
    reason = " ".join(correction.split())
    if earlier is not None and (not reason or (earlier.rate.base, earlier.rate.rate) == (new.base, new.rate)):
        old = earlier.rate
        raise ConflictError(
            f"1 {old.base} is {rate_text(old.rate)} {old.quote} on {day:%-d %b %Y} already.",
            hint="Give the reason of a correction where another rate holds.",
        )
    corrects = earlier.id if earlier else None
    rate_id = write_rate(
        context.session, new, context.now, corrects=corrects, reason=reason if corrects else None
    )
    verb = "rate.correct" if corrects else "rate.add"
    pair = f"{new.base} to {new.quote}"
    record(context, verb, "exchange_rate", rate_id, rate=rate_text(new.rate), pair=pair, day=day.isoformat())
    return rate_id


@action("rate.edit")
def import_rates(context: Context, data: bytes) -> RateFile:
    """Store the new rates of a CSV file; what was refused is in the result, row by row. InvalidInputError for no table."""
    require_operator(context)
    hold_rates(context.session)
    stored = [entry.rate for entry in stored_rates(context.session).values()]
    content = read_rates(data, stored, context.today)
    for rate in content.rates:
        write_rate(context.session, rate, context.now)
    record(
        context,
        "rate.import",
        "tenant",
        context.tenant.id,
        rates=len(content.rates),
        refused=len(content.refused),
    )
    return content
