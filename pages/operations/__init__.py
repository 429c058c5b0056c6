"""The operations screen: workers, runs and the audit log."""

from pages.operations.screen import show

__all__ = ["show"]
