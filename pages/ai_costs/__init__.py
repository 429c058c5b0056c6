"""The AI costs screen: spending on language models, what is left of the limits, possible savings, prices."""

from pages.ai_costs.screen import show

__all__ = ["show"]
