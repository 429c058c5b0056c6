"""Commands of orders across customers and of their work: list, move, hold, resume, cancel, milestones and tasks."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from core.business.engagements.milestones.actions import promise_milestone, reach_milestone
from core.business.engagements.milestones.views import MilestoneView, milestones
from core.business.engagements.portfolio import OrderFilter, OrderRow, all_orders, matching
from core.business.engagements.states.moving import cancel_order, go_live_with_statement, move_order
from core.business.engagements.states.rules import Event
from core.business.engagements.states.views import OrderDesk, order_desk
from core.business.engagements.tasks.actions import TaskDetails, add_task, cancel_task, finish_task
from core.business.engagements.tasks.findings import sync_tasks
from core.business.engagements.tasks.migrations import name_migration, order_migration
from core.business.engagements.tasks.views import TaskView, tasks
from core.business.engagements.views import order_states
from core.context import Context
from core.entry.cli.answer import Answer, table
from core.entry.cli.session import resolve_migration, sign_in, tenant_session
from core.errors import NotFoundError
from core.kit.money import show as show_money
from core.platform.access.portfolio import enter_portfolio


def list_orders(args: Namespace) -> Answer:
    """List the orders of all customers of the person, filtered."""
    filters = OrderFilter(args.state or "", args.domain or "", args.late, "", args.search or "")
    with enter_portfolio(sign_in(args.person)) as portfolio:
        rows = matching(all_orders(portfolio), filters)
    lines = [
        (
            row.number,
            row.customer,
            row.state_text,
            row.lead or "–",
            row.next_text or "–",
            f"{row.late} d late" if row.late else "–",
            show_money(row.total, row.currency),
        )
        for row in rows
    ]
    columns = ("order", "customer", "state", "lead", "next milestone", "late", "total")
    return Answer(
        {"orders": [_row_document(row) for row in rows]},
        table(columns, lines) if rows else "No order matches.",
    )


def move(args: Namespace) -> Answer:
    """Move an order to its next state, or by a named event; a statement stands in for a reconciliation."""
    with tenant_session(args) as context:
        order_id = order_of(context, args.order)
        step = order_desk(context, order_id).next_step
        event = args.event or (step.event.value if step else Event.COMPLETE.value)
        if args.statement:
            go_live_with_statement(context, order_id, args.statement)
        else:
            move_order(context, order_id, event, args.reason)
        return _moved(context, order_id)


def hold(args: Namespace) -> Answer:
    """Put an order on hold."""
    with tenant_session(args) as context:
        order_id = order_of(context, args.order)
        move_order(context, order_id, Event.HOLD, args.reason)
        return _moved(context, order_id)


def resume(args: Namespace) -> Answer:
    """Resume an order in the state that its hold interrupted."""
    with tenant_session(args) as context:
        order_id = order_of(context, args.order)
        move_order(context, order_id, Event.RESUME, args.reason)
        return _moved(context, order_id)


def cancel(args: Namespace) -> Answer:
    """Cancel an order."""
    with tenant_session(args) as context:
        order_id = order_of(context, args.order)
        cancel_order(context, order_id, args.reason)
        return _moved(context, order_id)


def milestone(args: Namespace) -> Answer:
    """Show the milestones of an order, reach one, or promise another day for it."""
    with tenant_session(args) as context:
        order_id = order_of(context, args.order)
        if args.milestone and args.promise:
            promise_milestone(context, order_id, args.milestone, args.promise, args.reason)
        elif args.milestone:
            reach_milestone(context, order_id, args.milestone, args.on)
        rows = milestones(context, order_id)
    lines = [
        (
            row.key,
            row.promised_on or "–",
            row.forecast.day if row.forecast else "–",
            row.reached_on or "–",
            row.status,
        )
        for row in rows
    ]
    columns = ("milestone", "promised", "forecast", "reached", "status")
    text = table(columns, lines) if rows else "Its milestones are promised when the order is approved."
    return Answer({"milestones": [_milestone_document(row) for row in rows]}, text)


def task(args: Namespace) -> Answer:
    """Show the tasks of an order, brought up to date with its findings; add, finish or cancel one."""
    with tenant_session(args) as context:
        order_id = order_of(context, args.order)
        if args.add:
            add_task(context, order_id, TaskDetails(args.add, None, args.due, args.blocks))
        elif args.done:
            finish_task(context, args.done)
        elif args.cancel:
            cancel_task(context, args.cancel, args.reason)
        sync_tasks(context, order_id)
        rows = tasks(context, order_id)
    lines = [(row.id, row.title, row.owner or "–", row.due_on or "–", row.status) for row in rows]
    text = table(("id", "task", "owner", "due", "status"), lines) if rows else "This order has no tasks."
    return Answer({"tasks": [_task_document(row) for row in rows]}, text)


def migration(args: Namespace) -> Answer:
    """Show which migration an order moves, or say so; its findings become tasks of the order."""
    with tenant_session(args) as context:
        order_id = order_of(context, args.order)
        if args.name or args.none:
            choice = None if args.none else resolve_migration(context, args.name)
            name_migration(context, order_id, choice)
            sync_tasks(context, order_id)
        entry = order_migration(context, order_id)
    document = {
        "order": args.order,
        "migration": entry.migration_id,
        "is_unclear": entry.is_unclear,
        "migrations": dict(entry.choices),
    }
    if entry.migration_id:
        text = f"{args.order} moves {entry.choices.get(entry.migration_id, entry.migration_id)}."
    elif entry.is_unclear:
        text = "Several orders are open: name the migration of this one with --name, so that its findings are tasks."
    else:
        text = "No migration is named: the only open order has the findings of all."
    return Answer(document, text)


def order_of(context: Context, number: str) -> str:
    """Return the id of the customer's order of this number, or id. NotFoundError without it."""
    for order in order_states(context):
        if number.upper() == order.number or number == order.id:
            return order.id
    raise NotFoundError(f"There is no order {number!r}.", hint="Show all: aura order list")


def _moved(context: Context, order_id: str) -> Answer:
    desk = order_desk(context, order_id)
    return Answer(_desk_document(desk), f"Order {desk.number} is now: {desk.state.replace('_', ' ')}.")


def _desk_document(desk: OrderDesk) -> dict[str, Any]:
    step = desk.next_step
    return {
        "id": desk.id,
        "number": desk.number,
        "state": desk.state,
        "since": desk.since.isoformat(),
        "reason": desk.reason,
        "resumes_to": desk.resumes_to,
        "next": step and {"event": step.event.value, "missing": list(step.missing)},
    }


def _row_document(row: OrderRow) -> dict[str, Any]:
    return {
        "id": row.engagement_id,
        "number": row.number,
        "customer": row.slug,
        "state": row.state,
        "domain": row.domain,
        "package": row.package,
        "lead": row.lead,
        "next_milestone": row.next_milestone,
        "promised_on": row.next_promised_on and row.next_promised_on.isoformat(),
        "days_late": row.late,
        "open_tasks": row.open_tasks,
        "total": float(row.total),
        "currency": row.currency,
    }


def _milestone_document(row: MilestoneView) -> dict[str, Any]:
    forecast = row.forecast
    return {
        "key": row.key,
        "promised_on": row.promised_on and row.promised_on.isoformat(),
        "reached_on": row.reached_on and row.reached_on.isoformat(),
        "status": row.status,
        "days_late": row.late,
        "forecast": forecast
        and {
            "day": forecast.day.isoformat(),
            "low": forecast.low and forecast.low.isoformat(),
            "high": forecast.high and forecast.high.isoformat(),
            "orders": forecast.sample,
        },
    }


def _task_document(row: TaskView) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "state": row.state,
        "status": row.status,
        "owner": row.owner,
        "due_on": row.due_on and row.due_on.isoformat(),
        "blocks": row.blocks,
        "finding": row.finding,
        "waits_for": list(row.waits_for),
    }
