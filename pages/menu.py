"""MENU: every screen of the console, who may see it, in which tenant it works, and its place on the wizard's way."""

from __future__ import annotations

from collections.abc import Callable

from core.context import Context
from pages import (
    ai_costs,
    audit,
    certification,
    confidence,
    connect,
    customers,
    demo,
    dry_run,
    mapping,
    my_order,
    operations,
    orders,
    outbox,
    partners,
    people,
    playbook,
    preview,
    profile,
    prospects,
    quotes,
    rates,
    recipes,
    reconciliation,
    reports,
    rules,
    runs,
    sessions,
    settings,
    sources,
    specialists,
    today,
    validation,
)
from pages.sections import ADMIN, DELIVER, MANAGE, MIGRATE, SELL
from pages.ui.screens import HOME, Screen, WorksIn
from pages.ui.steps import Step


def _migrate(
    title: str, icon: str, path: str, permission: str, show: Callable[[Context], None], step: Step
) -> Screen:
    return Screen(title, f":material/{icon}:", path, permission, show, step, MIGRATE)


def _in(
    section: str,
    title: str,
    icon: str,
    path: str,
    permission: str,
    show: Callable[[Context], None],
    works_in: WorksIn = WorksIn.CUSTOMER,
) -> Screen:
    return Screen(title, f":material/{icon}:", path, permission, show, None, section, works_in)


MENU: tuple[Screen, ...] = (
    Screen("Today", ":material/today:", HOME, "progress.read", today.show),
    Screen(
        "Your order",
        ":material/shopping_bag:",
        "my_order",
        "order.read",
        my_order.show,
        is_of_contacts=True,
    ),
    _in(SELL, "Prospects", "filter_alt", "prospects", "prospect.read", prospects.show, WorksIn.OPERATOR),
    _in(SELL, "Quotes", "request_quote", "quotes", "quote.read", quotes.show, WorksIn.OPERATOR),
    _in(SELL, "Playbook", "menu_book", "playbook", "playbook.read", playbook.show, WorksIn.OPERATOR),
    _in(SELL, "Demo", "co_present", "demo", "demo.reset", demo.show, WorksIn.OPERATOR),
    _migrate("Connect", "upload_file", "connect", "migration.read", connect.show, Step.CONNECT),
    _migrate("Preview", "table_view", "preview", "migration.read", preview.show, Step.PREVIEW),
    _migrate("Mapping", "rule", "mapping", "migration.read", mapping.show, Step.MAP),
    _migrate("Rules", "tune", "rules", "migration.read", rules.show, Step.RULES),
    _migrate("Validation", "fact_check", "validation", "migration.read", validation.show, Step.TEST),
    _migrate("Dry run", "science", "dry_run", "run.read", dry_run.show, Step.TEST),
    _migrate("Runs", "play_circle", "runs", "run.read", runs.show, Step.LIVE),
    _migrate("Reconciliation", "balance", "reconciliation", "run.read", reconciliation.show, Step.LIVE),
    _in(DELIVER, "Orders", "receipt_long", "orders", "order.follow", orders.show),
    _in(DELIVER, "Sessions", "event", "sessions", "guided_session.read", sessions.show, WorksIn.OPERATOR),
    _in(
        DELIVER,
        "Specialists",
        "engineering",
        "specialists",
        "specialist.read",
        specialists.show,
        WorksIn.OPERATOR,
    ),
    _in(
        DELIVER,
        "Certification",
        "workspace_premium",
        "certification",
        "specialist.read",
        certification.show,
        WorksIn.OPERATOR,
    ),
    _in(DELIVER, "Partners", "handshake", "partners", "partner.read", partners.show, WorksIn.OPERATOR),
    _in(DELIVER, "Reports", "summarize", "reports", "report.read", reports.show, WorksIn.OPERATOR),
    _in(MANAGE, "Customers", "storefront", "customers", "customer.read", customers.show, WorksIn.OPERATOR),
    _in(MANAGE, "Exchange rates", "currency_exchange", "rates", "rate.read", rates.show, WorksIn.OPERATOR),
    _in(MANAGE, "Recipes", "menu_book", "recipes", "migration.read", recipes.show),
    _in(MANAGE, "Confidence", "verified", "confidence", "migration.read", confidence.show),
    _in(MANAGE, "AI costs", "payments", "ai_costs", "migration.read", ai_costs.show),
    _in(MANAGE, "Sources", "database", "sources", "migration.read", sources.show),
    _in(MANAGE, "Operations", "monitor_heart", "operations", "run.read", operations.show),
    _in(ADMIN, "People", "group", "people", "people.manage", people.show, WorksIn.OPERATOR),
    _in(ADMIN, "Settings", "settings", "settings", "migration.read", settings.show),
    _in(ADMIN, "Audit", "policy", "audit", "audit.read_own", audit.show),
    _in(ADMIN, "Outbox", "outgoing_mail", "outbox", "outbox.read", outbox.show, WorksIn.PERSONAL),
    Screen(
        "Profile",
        ":material/account_circle:",
        "profile",
        "account.own",
        profile.show,
        works_in=WorksIn.PERSONAL,
        is_listed=False,
    ),
)

FORMER: dict[str, str] = {"parallel_run": "reconciliation"}
"""Path a screen once had -> its path now: links that people keep go on working."""
