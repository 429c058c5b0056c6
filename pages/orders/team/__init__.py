"""The team of an order: who leads it and who is in reserve, and the candidates with their reasons."""

from pages.orders.team.card import draw_team
from pages.orders.team.section import show_team

__all__ = ["draw_team", "show_team"]
