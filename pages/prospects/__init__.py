"""Prospects: the pipeline as a list, and each prospect with discovery, fit, ROI, quotes and history."""

from pages.prospects.screen import show

__all__ = ["show"]
