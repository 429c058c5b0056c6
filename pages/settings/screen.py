"""Settings: the customer's details, this installation, and the permissions of each role. Secrets are never shown."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.platform.access.rules import DEMO_ROLES, ROLES, permissions_of
from core.settings import settings
from pages.ui import formats, widgets

MEANINGS = {
    "migration.write": "Create migrations, add and remove files",
    "mapping.edit": "Edit mappings and import rules",
    "ai.ask": "Use AI suggestions, within the limits",
    "validation.run": "Validate data",
    "run.dry": "Start a dry run",
    "run.start": "Start an import",
    "run.control": "Pause, resume and cancel runs",
    "run.approve": "Approve a finished import",
    "run.rollback": "Roll back imports they started",
    "run.rollback_any": "Roll back any import",
    "personal.read": "See personal values",
    "ai.prices": "Edit AI prices",
    "audit.read": "See and export the full audit log",
}


def show(context: Context) -> None:
    widgets.heading(context, "Settings", "Read only. Set by this installation and the customer's record.")
    tenant = context.tenant
    customer_column, installation_column = st.columns(2)
    with customer_column:
        widgets.section("Customer")
        _facts(
            [
                ("Name", tenant.name),
                ("ID", tenant.slug),
                ("Business type", formats.words(tenant.domain)),
                ("Time zone", tenant.zone),
                ("Currency", tenant.currency),
                ("Country", tenant.country),
            ],
            "Customer details",
        )
    with installation_column:
        widgets.section("This installation")
        installation = settings()
        _facts(
            [
                ("Database", "External server" if installation.database_url else "Embedded"),
                ("Upload limit", f"{installation.upload_limit_mb:,} MB"),
                ("Rows per chunk", f"{installation.migration_batch_size:,}"),
                ("Concurrent tasks per worker", f"{installation.parallel_workers:,}"),
                ("Worker offline after", f"{installation.heartbeat_timeout_seconds:g} s"),
                ("Run stalled after", f"{installation.migration_timeout_minutes:,} min"),
            ],
            "Settings of the installation",
        )
    widgets.section("Role permissions")
    columns = {formats.words(role): granted for role, granted in ROLES.items() if role != "worker"}
    columns |= {
        f"{formats.words(role)}, in a demo": permissions_of(role, is_demo=True) for role in DEMO_ROLES
    }
    widgets.table(
        [
            {
                "Permission": meaning,
                **{title: permission in granted for title, granted in columns.items()},
            }
            for permission, meaning in MEANINGS.items()
        ],
        dict.fromkeys(("Permission", *columns), None),
        alt="Permissions per role",
    )
    st.caption(
        f"Your role: {context.role}. To switch between light and dark, open the menu at the top right, then Settings."
    )


def _facts(facts: list[tuple[str, str]], alt: str) -> None:
    widgets.table(
        [{"Setting": name, "Value": value} for name, value in facts],
        {"Setting": None, "Value": None},
        alt=alt,
    )
