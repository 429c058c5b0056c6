"""The rules screen: what an import does if a record already exists, business days, the order of tables."""

from pages.rules.screen import show

__all__ = ["show"]
