"""The customers screen: every customer of the operator with its migrations, next step, owner and team."""

from pages.customers.screen import show

__all__ = ["show"]
