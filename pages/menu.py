"""MENU: every screen of the console, who may see it, and its place on the wizard's way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.context import Context
from pages import (
    ai_costs,
    audit,
    confidence,
    connect,
    dry_run,
    mapping,
    operations,
    preview,
    recipes,
    reconciliation,
    rules,
    runs,
    settings,
    sources,
    today,
    validation,
)
from pages.ui.steps import Step


@dataclass(frozen=True, slots=True)
class Screen:
    """`show` draws it with a Context; `step` is its place on the wizard's way, None off it."""

    title: str
    icon: str
    path: str
    permission: str
    show: Callable[[Context], None]
    step: Step | None = None
    section: str = ""


MIGRATE, INSIGHTS = "Migrate", "Insights"
SECTION_ICONS = {MIGRATE: ":material/sync_alt:", INSIGHTS: ":material/insights:"}

MENU: tuple[Screen, ...] = (
    Screen("Today", ":material/today:", "today", "migration.read", today.show),
    Screen(
        "Connect", ":material/upload_file:", "connect", "migration.read", connect.show, Step.CONNECT, MIGRATE
    ),
    Screen(
        "Preview", ":material/table_view:", "preview", "migration.read", preview.show, Step.PREVIEW, MIGRATE
    ),
    Screen("Mapping", ":material/rule:", "mapping", "migration.read", mapping.show, Step.MAP, MIGRATE),
    Screen("Rules", ":material/tune:", "rules", "migration.read", rules.show, Step.RULES, MIGRATE),
    Screen(
        "Validation",
        ":material/fact_check:",
        "validation",
        "migration.read",
        validation.show,
        Step.TEST,
        MIGRATE,
    ),
    Screen("Dry run", ":material/science:", "dry_run", "run.read", dry_run.show, Step.TEST, MIGRATE),
    Screen("Runs", ":material/play_circle:", "runs", "run.read", runs.show, Step.LIVE, MIGRATE),
    Screen(
        "Reconciliation",
        ":material/balance:",
        "reconciliation",
        "run.read",
        reconciliation.show,
        Step.LIVE,
        MIGRATE,
    ),
    Screen("Sources", ":material/database:", "sources", "migration.read", sources.show, None, INSIGHTS),
    Screen("Recipes", ":material/menu_book:", "recipes", "migration.read", recipes.show, None, INSIGHTS),
    Screen(
        "Confidence", ":material/verified:", "confidence", "migration.read", confidence.show, None, INSIGHTS
    ),
    Screen("AI costs", ":material/payments:", "ai_costs", "migration.read", ai_costs.show, None, INSIGHTS),
    Screen(
        "Operations", ":material/monitor_heart:", "operations", "run.read", operations.show, None, INSIGHTS
    ),
    Screen("Audit", ":material/policy:", "audit", "audit.read_own", audit.show, None, INSIGHTS),
    Screen("Settings", ":material/settings:", "settings", "migration.read", settings.show, None, INSIGHTS),
)

FORMER: dict[str, str] = {"parallel_run": "reconciliation"}
"""Path a screen once had -> its path now: links that people keep go on working."""
