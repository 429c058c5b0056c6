"""The Today screen: what needs this person, figures with their sample, and every migration with its next action."""

from pages.today.screen import show

__all__ = ["show"]
