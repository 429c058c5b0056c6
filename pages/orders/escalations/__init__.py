"""The escalations of an order."""
