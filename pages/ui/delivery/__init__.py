"""Parts of the delivery desk that several screens show: candidates for orders, the panel "Who for …?", utilisation."""

from pages.ui.delivery.candidates import draw_candidates
from pages.ui.delivery.utilisation import draw_utilisation
from pages.ui.delivery.who_for import draw_who_for

__all__ = ["draw_candidates", "draw_utilisation", "draw_who_for"]
