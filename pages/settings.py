"""Settings: facts about the customer and this installation, and what your role may do. Secrets are never shown."""

from __future__ import annotations

import streamlit as st

from core.context import Context
from core.platform.access.rules import DEMO_ROLES, ROLES, permissions_of
from core.settings import settings
from pages.ui import show as ui

MEANINGS = {
    "migration.write": "Make migrations, add and remove files",
    "mapping.edit": "Decide mappings and conflict strategies",
    "ai.ask": "Ask a language model, within the limits",
    "validation.run": "Validate data",
    "run.dry": "Do a dry run",
    "run.start": "Start an import",
    "run.control": "Pause, resume and cancel runs",
    "run.approve": "Approve a finished import",
    "run.rollback": "Roll an import back",
    "personal.read": "See guests' own values unmasked",
    "ai.prices": "Set what language models cost",
    "audit.read": "Read the whole audit log",
}


def show(context: Context) -> None:
    ui.heading(
        context, "Settings", "Set by the environment of this installation and by the customer's record."
    )
    tenant = context.tenant
    left, right = st.columns(2)
    with left:
        st.subheader("Customer", anchor=False)
        _facts(
            [
                ("Name", tenant.name),
                ("Short name", tenant.slug),
                ("Domain", tenant.domain),
                ("Time zone", tenant.zone),
                ("Currency", tenant.currency),
                ("Country", tenant.country),
            ],
            "Facts about the customer",
        )
        st.subheader("This installation", anchor=False)
        own = settings()
        _facts(
            [
                ("Database", "Server of its own" if own.database_url else "Embedded"),
                ("Largest file", f"{own.upload_limit_mb:,} MB"),
                ("Rows per chunk", f"{own.migration_batch_size:,}"),
                ("Runs at the same time, per worker", f"{own.parallel_workers:,}"),
                ("A worker counts as gone after", f"{own.heartbeat_timeout_seconds:g} s"),
                ("A run counts as stalled after", f"{own.migration_timeout_minutes:,} min"),
            ],
            "Settings of the installation",
        )
    with right:
        st.subheader("What each role may do", anchor=False)
        columns = {ui.words(role): granted for role, granted in ROLES.items() if role != "worker"}
        columns |= {f"{ui.words(role)}, in a demo": permissions_of(role, is_demo=True) for role in DEMO_ROLES}
        ui.table(
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
            f"Your role here: {context.role}. Appearance: the menu at the top right, Settings, light or dark."
        )


def _facts(facts: list[tuple[str, str]], alt: str) -> None:
    ui.table(
        [{"Setting": name, "Value": value} for name, value in facts],
        {"Setting": None, "Value": None},
        alt=alt,
    )
