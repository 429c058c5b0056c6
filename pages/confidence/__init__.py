"""The confidence screen: how often suggestions were right, and what was learned from decisions."""

from pages.confidence.screen import show

__all__ = ["show"]
