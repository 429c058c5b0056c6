"""Settings: the customer's details, this installation, and the permissions of each role. Secrets are never shown."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.platform.access.rules import DEMO_ROLES, ROLES, TABLE, WORKER, permissions_of
from core.platform.delivery.support import support_of
from core.settings import settings
from pages.ui import formats, widgets


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
        widgets.section("Support")
        _facts(support_of(tenant.domain).rows(for_staff=True), "Support of this line of business")
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
                ("Migration services", "On" if installation.migration_services_enabled else "Off"),
                ("SMS gateway", "Configured" if installation.sms_gateway_url else "None"),
            ],
            "Settings of the installation",
        )
    _permissions()
    st.caption(
        f"Your role: {context.role}. To switch between light and dark, open the menu at the top right, then Settings."
    )


def _permissions() -> None:
    """Draw the table of permissions by role."""
    widgets.section("Role permissions")
    columns = {formats.words(role): granted for role, granted in ROLES.items() if role != WORKER}
    columns |= {
        f"{formats.words(role)}, in a demo": permissions_of(role, is_demo=True) for role in DEMO_ROLES
    }
    widgets.table(
        [
            {
                "Permission": row.meaning + (" (with a second person)" if row.second_person else ""),
                **{title: permission in granted for title, granted in columns.items()},
            }
            for permission, row in TABLE.items()
            if any(permission in granted for granted in columns.values())
        ],
        dict.fromkeys(("Permission", *columns), None),
        alt="Permissions per role",
    )


def _facts(facts: list[tuple[str, str]], alt: str) -> None:
    widgets.table(
        [{"Setting": name, "Value": value} for name, value in facts],
        {"Setting": None, "Value": None},
        alt=alt,
    )
