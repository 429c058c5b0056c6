"""Each action of the operator on a customer leaves a line in the customer's log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.context import Context
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.audit_log import audit_log
from core.platform.access.customers import actions
from core.platform.access.customers.rules import CustomerDetails
from core.platform.audit.processing import is_declared
from tests.operators import Staff, add_staff
from tests.platform.access.test_isolation import GUARDED

DETAILS = CustomerDetails("Trattoria Zia Rosa", "", "restaurant", "Europe/Rome", "EUR", "IT")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager")


def _details(**values: str) -> CustomerDetails:
    return replace(DETAILS, **({"slug": f"zia-{new_id()}"[:40]} | values))


def _end(context: Context, customer: str) -> None:
    assignment = actions.assign(context, customer, add_staff("specialist").person, context.now)
    actions.end_assignment(context, customer, assignment)


def _restore(context: Context, customer: str) -> None:
    actions.archive_customer(context, customer)
    context.session.rollback()
    actions.restore_customer(context, customer)


CALLS: dict[str, tuple[Callable[[Context, str], object], str]] = {
    "create_customer": (lambda _context, _customer: None, "tenant.create"),
    "edit_customer": (
        lambda context, customer: actions.edit_customer(context, customer, _details(name="Zia Rosa")),
        "tenant.edit",
    ),
    "archive_customer": (actions.archive_customer, "tenant.archive"),
    "restore_customer": (_restore, "tenant.restore"),
    "assign": (
        lambda context, customer: actions.assign(
            context, customer, add_staff("specialist").person, context.now
        ),
        "assignment.create",
    ),
    "end_assignment": (_end, "assignment.end"),
}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_an_action_on_a_customer_leaves_a_line_in_its_log(manager: Staff, name: str) -> None:
    call, verb = CALLS[name]
    with enter(manager.person, manager.operator) as context:
        customer = actions.create_customer(context, _details())
        call(context, customer)
    with enter(manager.person, customer) as context:
        newest = audit_log(context)[0]
    assert (newest.action, newest.person_id) == (verb, manager.person)
    assert is_declared(verb)


def test_every_action_on_customers_is_tried() -> None:
    room = f"{actions.__name__}."
    assert {name.removeprefix(room) for name in GUARDED if name.startswith(room)} == CALLS.keys()
