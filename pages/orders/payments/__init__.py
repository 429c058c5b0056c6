"""Payments of an order: the card on its overview, and the section with instalments, receipts and what is done with them."""

from pages.orders.payments.card import show_card
from pages.orders.payments.section import show_payments

__all__ = ["show_card", "show_payments"]
