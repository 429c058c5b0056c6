"""Escalations of an order from level 1 to 4: who works on a problem, until when, and what was handed over."""
