"""The arguments of the commands that list and move orders."""

from __future__ import annotations

from datetime import date

from core.business.engagements.milestones.rules import MilestoneKey
from core.business.engagements.portfolio import ACTIVE
from core.business.engagements.rules import OrderState
from core.business.engagements.states.rules import Event
from core.entry.cli.sales.arguments import AddCommand, AddPerson, Commands

_MILESTONES = [key.value for key in MilestoneKey]


def add_order_work(verbs: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the commands of orders' work to those of `aura order`."""
    listing = add(verbs, "list", "delivery.order_work:list_orders", "list the orders of all your customers")
    states = [ACTIVE, *(state.value for state in OrderState)]
    listing.add_argument("--state", choices=states, help="active: those that are not over")
    listing.add_argument("--domain", choices=("restaurant", "school"), help="of one line of business")
    listing.add_argument("--late", action="store_true", help="late ones, the latest first")
    listing.add_argument("--search", metavar="TEXT", help="in the number or the customer's name")
    add_person(listing)
    move = add(verbs, "move", "delivery.order_work:move", "move an order to its next state")
    hold = add(verbs, "hold", "delivery.order_work:hold", "put an order on hold, with a reason")
    resume = add(verbs, "resume", "delivery.order_work:resume", "resume an order that is on hold")
    cancel = add(verbs, "cancel", "delivery.order_work:cancel", "cancel an order, with a reason")
    milestone = add(
        verbs, "milestone", "delivery.order_work:milestone", "show milestones, reach or promise one"
    )
    task = add(verbs, "task", "delivery.order_work:task", "show tasks; add, finish or cancel one")
    events = [event.value for event in Event if event not in {Event.HOLD, Event.RESUME, Event.CANCEL}]
    for verb in (move, hold, resume, cancel, milestone, task):
        verb.add_argument("order", metavar="ORDER", help="such as OC-0042")
        verb.add_argument("--reason", default="", metavar="TEXT", help="stands in the history")
        verb.add_argument("--tenant", required=True, metavar="SLUG", help="the customer")
        add_person(verb)
    move.add_argument("event", nargs="?", choices=events, help="default: the next step")
    move.add_argument("--statement", default="", metavar="TEXT", help="go live without a reconciliation, why")
    milestone.add_argument("milestone", nargs="?", choices=_MILESTONES, help="to reach; default: show all")
    milestone.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="reached on; default: today")
    milestone.add_argument(
        "--promise", type=date.fromisoformat, metavar="DAY", help="promise this day instead"
    )
    task.add_argument("--add", metavar="TITLE", help="add a task")
    task.add_argument("--due", type=date.fromisoformat, metavar="DAY", help="of the task that is added")
    task.add_argument("--blocks", choices=_MILESTONES, help="the milestone that waits for it")
    task.add_argument("--done", metavar="ID", help="mark a task done")
    task.add_argument("--cancel", metavar="ID", help="cancel a task, with --reason")
