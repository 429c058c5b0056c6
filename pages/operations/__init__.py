"""The operations screen: workers and runs."""

from pages.operations.screen import show

__all__ = ["show"]
