"""The documents of an order."""
