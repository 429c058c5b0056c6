"""Mapping: where every source column goes, how sure that is, and what the target still needs."""

from pages.mapping.screen import show

__all__ = ["show"]
