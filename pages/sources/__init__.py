"""The Sources screen: what each source gives of a customer's data, and what it lacks."""

from pages.sources.screen import show

__all__ = ["show"]
