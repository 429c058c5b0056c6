"""Switch the migration services off: where MIGRATION_SERVICES_ENABLED is off, nobody has their permissions."""

from __future__ import annotations

from core.platform.access.rules import SERVICES
from core.settings import settings


def is_switched_off(permission: str) -> bool:
    """Tell whether the permission is of the migration services, and these are switched off."""
    return permission in SERVICES and not settings().migration_services_enabled


def without_switched_off(permissions: frozenset[str]) -> frozenset[str]:
    """Return the permissions that hold in this installation."""
    return permissions if settings().migration_services_enabled else permissions - SERVICES
