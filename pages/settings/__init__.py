"""The settings screen: the customer's details, this installation, the permissions of each role."""

from pages.settings.screen import show

__all__ = ["show"]
