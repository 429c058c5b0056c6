"""The faults of links that name a customer or migration which the person does not see, with the way out."""

from __future__ import annotations

from collections.abc import Mapping

from core.platform.access.views import TenantAccess
from pages.ui.address import BadLinkError
from pages.ui.formats import plain
from pages.ui.links import MIGRATION, TENANT


def other_customer(customers: Mapping[str, TenantAccess], before: str | None) -> BadLinkError:
    """Name the way to the customer before, or to the first."""
    slug = before if before in customers else next(iter(customers), None)
    if slug is None:
        return BadLinkError("customer")
    return BadLinkError(
        "customer", remedy=f"Open {plain(customers[slug].name)}", path="today", query={TENANT: slug}
    )


def other_migration(migrations: Mapping[str, str]) -> BadLinkError:
    """Name the way to the newest migration, or to Connect."""
    for migration_id, name in migrations.items():
        return BadLinkError("migration", remedy=f"Open {plain(name)}", query={MIGRATION: migration_id})
    return BadLinkError("migration", remedy="Go to Connect", path="connect")
