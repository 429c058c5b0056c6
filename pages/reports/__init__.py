"""Reports of a period: orders, revenue, utilisation and success."""

from pages.reports.screen import show

__all__ = ["show"]
