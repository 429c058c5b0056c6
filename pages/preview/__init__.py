"""The preview screen: the first rows of every table of the files, as they were read."""

from pages.preview.screen import show

__all__ = ["show"]
