"""The roster of specialists, and one of them."""

from pages.specialists.screen import show

__all__ = ["show"]
