"""Guided sessions over all customers: the week, the list, one session with its agenda and minutes."""

from pages.sessions.screen import show

__all__ = ["show"]
