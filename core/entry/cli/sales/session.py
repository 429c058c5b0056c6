"""Open a command's session at the operator, and write amounts as its answers have them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from core.context import Context
from core.entry.cli.session import sign_in
from core.errors import NotFoundError
from core.platform.access.actions import enter
from core.platform.access.views import reached_by


@contextmanager
def operator_session(args: Namespace, refusal: str) -> Iterator[Context]:
    """Open the Context of --as at the operator. NotFoundError with the refusal for who is no staff of it."""
    person = sign_in(args.person)
    operators = [access for access in reached_by(person) if access.kind == "operator"]
    if not operators:
        raise NotFoundError(refusal, hint="Name another person with --as.")
    with enter(person, operators[0].tenant_id) as context:
        yield context


def as_number(amount: Decimal) -> int | float:
    """Write an amount as a JSON number without exponent: 700000, 1999.5."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
