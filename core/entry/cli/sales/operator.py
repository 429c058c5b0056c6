"""Open the Context of a person in the operator whose staff they are: prospects, quotes and playbook are the operator's."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from core.context import Context
from core.entry.cli.session import sign_in
from core.errors import NotFoundError
from core.platform.access.actions import enter
from core.platform.access.views import operator_of


@contextmanager
def operator_session(args: Namespace) -> Iterator[Context]:
    """Open the Context of --as at the operator. NotFoundError for somebody who is not of its staff."""
    person = sign_in(args.person)
    operator = operator_of(person)
    if operator is None:
        raise NotFoundError(
            f"{args.person} is not of the operator's staff.", hint="Name somebody who sells with --as."
        )
    with enter(person, operator.tenant_id) as context:
        yield context
