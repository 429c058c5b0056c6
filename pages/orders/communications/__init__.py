"""The communication log of an order."""
