"""The audit screen: who did what, and who saw which personal values; searched, exported, verified."""

from pages.audit.screen import show

__all__ = ["show"]
