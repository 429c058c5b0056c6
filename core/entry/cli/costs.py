"""Report what AI cost a tenant in a period, in dollars to the micro-dollar."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from core.context import Context
from core.entry.cli.answer import Answer, table
from core.entry.cli.session import tenant_session
from core.platform.costs import views
from core.platform.costs.rules import dollars
from core.platform.costs.spending import Part, parts, total

_GROUPINGS = ("operation", "model", "migration_id", "day", "outcome")


def show(args: Namespace) -> Answer:
    """Show what AI cost, by day and by other groups. Days are the customer's; the default period is the present month."""
    with tenant_session(args) as context:
        since, until = views.this_month(context)
        calls = views.ledger(
            context,
            since=_start(context, args.since) if args.since else since,
            until=_start(context, args.until) if args.until else until,
        )
        meters = views.meters(context)
    groups = {name: parts(calls, name) for name in _GROUPINGS}
    document = {
        "total": _plain(total(calls)),
        **{
            f"by_{name}": [{name: key and str(key), **_plain(part)} for key, part in group.items()]
            for name, group in groups.items()
        },
        "limits": [asdict(meter) | {"left": meter.tokens_left} for meter in meters],
    }
    rows = [
        (name.removesuffix("_id"), key or "–", *_cells(part))
        for name, group in groups.items()
        for key, part in group.items()
    ]
    rows.append(("total", "", *_cells(total(calls))))
    return Answer(document, table(("by", "", "cost", "calls", "tokens in", "tokens out"), rows))


def _start(context: Context, day: date) -> datetime:
    """Return the day's first moment in the customer's zone."""
    return datetime.combine(day, time(), ZoneInfo(context.tenant.zone)).astimezone(UTC)


def _plain(part: Part) -> dict[str, object]:
    return {"cost": dollars(part.cost_micro).removeprefix("$").replace(",", ""), **asdict(part)}


def _cells(part: Part) -> tuple[object, ...]:
    return dollars(part.cost_micro), part.calls, part.tokens_in, part.tokens_out
