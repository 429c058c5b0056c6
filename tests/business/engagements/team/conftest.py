"""A manager of the operator in a customer and at the operator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.context import Context
from core.platform.access.actions import enter
from tests.staff import add_staff, operator


@pytest.fixture
def manager(tenants: dict[str, str]) -> Iterator[Context]:
    """Works in the customer 'bella'."""
    with enter(add_staff("manager"), tenants["bella"]) as context:
        yield context


@pytest.fixture
def head(manager: Context) -> Iterator[Context]:
    """The same manager at the operator."""
    with enter(manager.person, operator()) as context:
        yield context
