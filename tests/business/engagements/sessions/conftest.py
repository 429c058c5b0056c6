"""The office of the sessions' tests: a manager at a fixed moment, and a customer whose order a specialist leads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.context import Context
from tests.business.engagements.sessions.office import NOW, Office, open_office
from tests.operators import operator


@pytest.fixture
def manager(alice: Context) -> Context:
    return replace(alice, now=NOW)


@pytest.fixture
def office(manager: Context, people: dict[str, str]) -> Office:
    operator()
    return open_office(manager, people["bob"])
