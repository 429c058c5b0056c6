"""Commands of partners: list them, show what they earned."""

from __future__ import annotations

from argparse import Namespace

from core.business.specialists.partners.rules import SHARE_NAMES
from core.business.specialists.partners.views import PartnerEarnings, partner_earnings, partners
from core.entry.cli.answer import Answer, table
from core.entry.cli.sales.numbers import as_number
from core.entry.cli.sales.operator import operator_session
from core.errors import NotFoundError
from core.kit.money import show


def list_partners(args: Namespace) -> Answer:
    """List partners with their shares and people."""
    with operator_session(args) as context:
        rows = partners(context)
    document = {
        "partners": [
            {
                "id": row.id,
                "name": row.name,
                "country": row.country,
                "share_percent": as_number(row.share_percent),
                "referral_percent": as_number(row.referral_percent),
                "is_active": row.is_active,
                "people": list(row.people),
            }
            for row in rows
        ]
    }
    lines = [
        [
            row.name,
            f"{row.share_percent.normalize():f}%",
            f"{row.referral_percent.normalize():f}%",
            "active" if row.is_active else "ended",
            ", ".join(row.people),
        ]
        for row in rows
    ]
    header = ("partner", "share", "referral", "state", "people")
    return Answer(document, table(header, lines, empty="There are no partners."))


def earnings(args: Namespace) -> Answer:
    """Show what partners earned from payments of a period, by order and currency."""
    with operator_session(args) as context:
        rows = partner_earnings(context, args.since, args.until)
    if args.partner:
        rows = [row for row in rows if args.partner.casefold() in {row.name.casefold(), row.partner_id}]
        if not rows:
            raise NotFoundError(f"There is no partner {args.partner!r}.", hint="List them: aura partner list")
    document = {"since": args.since, "until": args.until, "partners": [_document(row) for row in rows]}
    lines = [
        [
            row.name,
            line.order.number,
            SHARE_NAMES[line.order.kind],
            show(line.order.paid, statement.currency),
            f"{line.order.percent.normalize():f}%",
            show(line.amount, statement.currency),
        ]
        for row in rows
        for statement in row.statements
        for line in statement.lines
    ]
    totals = [
        f"{row.name}: {show(statement.total, statement.currency)} of {show(statement.paid, statement.currency)} paid."
        for row in rows
        for statement in row.statements
    ]
    header = ("partner", "order", "why", "paid", "share", "earned")
    text = table(header, lines, empty="Nothing was earned in this period.")
    return Answer(document, "\n\n".join([text, *totals]))


def _document(row: PartnerEarnings) -> dict[str, object]:
    return {
        "id": row.partner_id,
        "name": row.name,
        "statements": [
            {
                "currency": statement.currency,
                "paid": as_number(statement.paid),
                "earned": as_number(statement.total),
                "orders": [
                    {
                        "order": line.order.number,
                        "kind": line.order.kind,
                        "paid": as_number(line.order.paid),
                        "share_percent": as_number(line.order.percent),
                        "earned": as_number(line.amount),
                    }
                    for line in statement.lines
                ],
            }
            for statement in row.statements
        ],
    }
