"""The quotes screen: the list, one quote with its versions, and the editor of a draft."""

from pages.quotes.screen import show

__all__ = ["show"]
