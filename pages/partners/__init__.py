"""Partners: companies, their shares, what they earned and what their people work on."""

from pages.partners.screen import show

__all__ = ["show"]
