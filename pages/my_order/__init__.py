"""Your order: a customer's contact chooses a package, orders it, and follows what becomes of it."""

from pages.my_order.screen import show

__all__ = ["show"]
