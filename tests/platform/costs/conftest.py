"""Asks and a migration, for the tests of budgets and costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.context import Context
from core.engine.sources.actions import create_migration
from core.engine.sources.tables import Migration
from core.platform.costs.budget import CallRequest

MODEL = "gpt-5-mini"


@pytest.fixture
def move(bob: Context) -> str:
    """A migration of Bob's tenant with the package that is meant where none is chosen: 500,000 tokens."""
    return create_migration(bob, "Bella moves").id


@pytest.fixture
def asking(move: str) -> Callable[..., CallRequest]:
    """asking(tokens=…): an ask on that migration; anything else may be given too."""
    usual = CallRequest("field_mapping", "api.openai.com", MODEL, "v1", 1_000, move)
    return lambda **values: replace(usual, **values)


@pytest.fixture
def packaged(bob: Context, move: str) -> Callable[[str], None]:
    """packaged('starter'): the migration has that package."""

    def choose(name: str) -> None:
        bob.session.get_one(Migration, (bob.tenant.id, move)).settings = {"package": name}
        bob.session.commit()

    return choose
