"""The runs screen: start an import, watch it, decide about it, roll it back."""

from pages.runs.screen import show

__all__ = ["show"]
