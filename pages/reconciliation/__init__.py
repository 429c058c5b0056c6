"""Reconciliation: the rows and the money of the files against what came of them."""

from pages.reconciliation.screen import show

__all__ = ["show"]
