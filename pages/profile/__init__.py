"""The profile screen: one's own name and zone, password, second factor, devices and notifications."""

from pages.profile.screen import show

__all__ = ["show"]
