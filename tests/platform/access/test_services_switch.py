"""MIGRATION_SERVICES_ENABLED takes the permissions of the migration services from everybody, and says so in words."""

from __future__ import annotations

import pytest

from core.errors import NotAllowedError
from core.platform.access.actions import enter, require
from core.platform.access.rules import ROLES, SERVICES
from core.platform.access.services import is_switched_off, without_switched_off
from core.settings import settings


@pytest.fixture
def switched_off(monkeypatch):
    monkeypatch.setenv("MIGRATION_SERVICES_ENABLED", "false")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_the_services_are_on_unless_they_are_switched_off():
    assert settings().migration_services_enabled
    assert SERVICES
    for granted in ROLES.values():
        assert without_switched_off(granted) == granted
        assert not any(map(is_switched_off, granted))


@pytest.mark.usefixtures("switched_off")
def test_nobody_has_a_permission_of_the_services_while_they_are_off():
    for granted in ROLES.values():
        assert without_switched_off(granted) == granted - SERVICES
    assert all(map(is_switched_off, SERVICES))


@pytest.mark.usefixtures("switched_off")
def test_what_is_of_the_services_is_refused_in_words_to_everybody(people, tenants):
    with enter(people["alice"], tenants["bella"]) as alice:
        require(alice, "order.read")  # what was ordered stays readable
        for permission in SERVICES:
            with pytest.raises(NotAllowedError, match="Migration services are switched off"):
                require(alice, permission)
