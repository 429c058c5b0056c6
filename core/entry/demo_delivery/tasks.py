"""Plan the tasks of the generated open orders, by their state. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OPERATOR, CUSTOMER = "operator", "customer"


@dataclass(frozen=True, slots=True)
class TaskShape:
    """A task that is due so many days after the anchor; `kind` is what Today calls it. Without days it is done already."""

    kind: str
    title: str
    due_in: int | None
    side: str = OPERATOR


_DONE = TaskShape("send_minutes", "Send the minutes of the kick-off", None)
_EXPORT = TaskShape("send_export", "Send the last export of the old system", 2, CUSTOMER)
_ANALYSIS = (
    TaskShape("check_list_of_staff", "Check the list of staff against the old system", 1),
    TaskShape("confirm_contacts", "Confirm who decides on open fields", 3, CUSTOMER),
)
_TASKS: Mapping[str, Sequence[TaskShape]] = {
    "in_progress": (*_ANALYSIS, _DONE),
    "data_migration": (
        TaskShape("compare_records", "Compare 20 records with the old system", 0),
        TaskShape("agree_day_of_switch", "Agree on the day of the switch", 4),
        _EXPORT,
        _DONE,
    ),
    "system_setup": (
        TaskShape("test_receipt", "Print a receipt on each device", 1),
        _EXPORT,
        _DONE,
    ),
    "training": (
        TaskShape("invite_staff", "Invite the staff to the training", 1),
        TaskShape("name_trainees", "Name who takes part in the training", 0, CUSTOMER),
        _DONE,
    ),
    "testing": (
        TaskShape("acceptance_list", "Go through the acceptance list with the customer", 1),
        TaskShape("settle_open_points", "Settle the open points of the last test", 3),
        _DONE,
    ),
    "go_live": (
        TaskShape("call_after_go_live", "Call the customer a week after go-live", -1),
        TaskShape("sign_acceptance", "Sign the acceptance", 2, CUSTOMER),
        _DONE,
    ),
}


def tasks_of(state: str) -> Sequence[TaskShape]:
    """Return the tasks of an order in a state; none before the work begins, while it is on hold and after its end."""
    return _TASKS.get(state, ())
