"""The orders screen: the list, the board by state, and one order with everything on it."""

from pages.orders.screen import show

__all__ = ["show"]
