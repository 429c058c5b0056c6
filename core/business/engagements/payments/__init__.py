"""Payments of an order: recorded, refunded, paid online, reminded of, with their receipts."""
