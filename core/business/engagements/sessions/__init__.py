"""Guided sessions of an order: when they are, what they are about, what was decided."""
