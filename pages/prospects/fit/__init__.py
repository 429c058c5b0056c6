"""The section Fit of a prospect: counts, packages, and the location discounts."""

from pages.prospects.fit.section import show

__all__ = ["show"]
