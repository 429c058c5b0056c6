"""Commands of orders: show those of a customer with lines and instalments, approve one."""

from __future__ import annotations

from argparse import Namespace
from decimal import Decimal
from typing import Any

from core.business.engagements.actions import approve_order
from core.business.engagements.views import OrderView, orders
from core.entry.cli.answer import Answer, table
from core.entry.cli.session import tenant_session
from core.errors import NotFoundError
from core.kit.money import show as show_money


def show(args: Namespace) -> Answer:
    """Show the orders of a customer, or one by its number."""
    with tenant_session(args) as context:
        rows = orders(context)
    if args.order:
        rows = [_by_number(rows, args.order)]
    documents = [_document(row) for row in rows]
    document = documents[0] if args.order else {"customer": args.tenant, "orders": documents}
    text = "\n\n".join(_text(row) for row in rows) or f"{args.tenant} has no orders."
    return Answer(document, text)


def approve(args: Namespace) -> Answer:
    """Approve an order by its number."""
    with tenant_session(args) as context:
        order = _by_number(orders(context), args.order)
        approve_order(context, order.id)
        approved = _by_number(orders(context), args.order)
    return Answer(_document(approved), f"Order {approved.number} is approved.")


def _by_number(rows: list[OrderView], number: str) -> OrderView:
    for row in rows:
        if number.upper() == row.number or number == row.id:
            return row
    raise NotFoundError(f"There is no order {number!r}.", hint="Show all: aura order show --tenant …")


def _document(order: OrderView) -> dict[str, Any]:
    return {
        "id": order.id,
        "number": order.number,
        "state": order.state,
        "domain": order.domain,
        "package": order.package,
        "locations": order.locations,
        "currency": order.currency,
        "total": _number(order.total),
        "lines": [
            {
                "item": line.item,
                "text": line.text,
                "quantity": _number(line.quantity),
                "unit_price": _number(line.unit_price),
                "amount": _number(line.amount),
            }
            for line in order.lines
        ],
        "payment_plan": order.plan,
        "instalments": [
            {
                "number": part.number,
                "amount": _number(part.amount),
                "due": part.due,
                "due_on": part.due_on and part.due_on.isoformat(),
            }
            for part in order.instalments
        ],
        "ordered_at": order.ordered_at.isoformat(),
        "ordered_by": order.ordered_by,
        "go_live_on": order.go_live_on and order.go_live_on.isoformat(),
        "approved_at": order.approved_at and order.approved_at.isoformat(),
        "approved_by": order.approver,
        "quote_id": order.quote_id,
    }


def _text(order: OrderView) -> str:
    def amount(value: Decimal) -> str:
        return show_money(value, order.currency)

    lines = [(line.text, f"{line.quantity.normalize():f}", amount(line.amount)) for line in order.lines]
    parts = [(part.number, part.due, amount(part.amount)) for part in order.instalments]
    title = f"Order {order.number}: {order.state_text.lower()}, {amount(order.total)}, {order.plan}."
    return "\n\n".join(
        [title, table(("item", "quantity", "amount"), lines), table(("no.", "due", "amount"), parts)]
    )


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
