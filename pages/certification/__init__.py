"""Exams, renewals, and who is certified for what."""

from pages.certification.screen import show

__all__ = ["show"]
