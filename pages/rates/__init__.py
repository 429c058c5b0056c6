"""The screen of exchange rates: those that hold, one entered or corrected, a file imported."""

from pages.rates.screen import show

__all__ = ["show"]
