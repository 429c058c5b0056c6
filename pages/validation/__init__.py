"""The validation screen: what is wrong with the data, by cause, and how to fix it."""

from pages.validation.screen import show

__all__ = ["show"]
