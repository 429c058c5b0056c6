"""The recipes screen: saved mappings, applied to a migration, compared by version, replayed, exported."""

from pages.recipes.screen import show

__all__ = ["show"]
