"""Write in a customer and its operator in one transaction, for what belongs to both: a session and who is booked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import cast, func, select

from core.context import Context
from core.db.session import TenantSession
from core.db.types import Id
from core.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class BothTenants:
    """The open transaction of the program, in the customer; `working_in_operator` turns it to the operator for a block."""

    session: TenantSession
    customer: str
    operator: str

    @contextmanager
    def working_in_operator(self) -> Iterator[TenantSession]:
        """Work in the operator's tenant within the same transaction."""
        with self.session.working_in(self.operator):
            yield self.session


@contextmanager
def customer_and_operator(context: Context, customer_id: str | None = None) -> Iterator[BothTenants]:
    """Open a transaction of the program over a customer and its operator, in the person's name; commit at the end of the block.

    The customer is the context's, or the named one where the context is the operator's. Call it inside an action, whose
    guard asked for the permission, and last: the action's own transaction does not see what is written here. An error
    rolls both sides back. NotFoundError for a customer without operator, or one that the person does not reach.
    """
    customer = customer_id or context.tenant.id
    _require_reached(context, customer)
    with TenantSession(customer, context.person, system=True) as session:
        operator = session.scalar(select(func.operator_of_customer(cast(customer, Id), type_=Id)))
        if operator is None:
            raise NotFoundError("This customer has no operator.", hint="Choose one of your customers.")
        yield BothTenants(session, customer, operator)
        session.commit()


def operator_of(context: Context) -> str | None:
    """Return the operator (id) of the context's customer; None for a customer without one. The operator is its own."""
    if context.tenant.kind == "operator":
        return context.tenant.id
    wanted = func.operator_of_customer(cast(context.tenant.id, Id), type_=Id)
    return context.session.scalar(select(wanted))


def _require_reached(context: Context, customer: str) -> None:
    """Raise NotFoundError unless the person, or the program in their name, reaches the customer."""
    if context.role == "worker" or customer == context.tenant.id:
        return
    role = context.session.scalar(select(func.reached_role(cast(customer, Id))))
    if role is None:
        raise NotFoundError("There is no such customer for you.", hint="Choose one of your customers.")
