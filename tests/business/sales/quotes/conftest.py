"""The operator's people for tests of quotes, and a prospect of who sells."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from core.platform.access.actions import enter
from tests.business.sales.factories import add_prospect
from tests.operators import add_staff


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def staff(stack):
    """Makes a Context of a new person with a role at the operator."""

    def make(role):
        person = add_staff(role)
        return stack.enter_context(enter(person.person, person.operator))

    return make


@pytest.fixture
def seller(staff):
    return staff("sales")


@pytest.fixture
def manager(staff):
    return staff("manager")


@pytest.fixture
def prospect(seller):
    return add_prospect(seller)
