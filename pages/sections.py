"""Sections of the menu: their icons, the roles whose menu has them, and what a role may open at all."""

from __future__ import annotations

from core.platform.access.rules import CUSTOMER
from pages.ui.screens import Screen

SELL, MIGRATE, DELIVER, MANAGE, ADMIN = "Sell", "Migrate", "Deliver", "Manage", "Admin"
SECTION_ICONS = {
    SELL: ":material/handshake:",
    MIGRATE: ":material/sync_alt:",
    DELIVER: ":material/local_shipping:",
    MANAGE: ":material/insights:",
    ADMIN: ":material/admin_panel_settings:",
}
_STAFF = frozenset({"sales", "specialist", "partner", "manager", "admin"})
SECTION_ROLES = {
    SELL: frozenset({"sales", "manager", "admin"}),
    MIGRATE: _STAFF,
    DELIVER: _STAFF,
    MANAGE: _STAFF,
    ADMIN: frozenset({"manager", "admin"}),
}
"""Section -> roles whose menu has it. A screen of another section is reached by links, by staff only."""


def opening_section(role: str) -> str:
    """Return the section whose screens the menu lists on Today: that of the person's daily work."""
    return SELL if role == "sales" else MIGRATE


def may_open(screen: Screen, role: str) -> bool:
    """Tell whether the role opens screens of the section at all: a customer's contact has Today and their own things."""
    if screen.is_of_contacts:
        return role == CUSTOMER
    return not screen.section or role in _STAFF


def is_in_menu(screen: Screen, role: str) -> bool:
    """Tell whether the menu of the role lists the screen."""
    return screen.is_listed and (not screen.section or role in SECTION_ROLES[screen.section])
