"""Payments of orders: recorded by hand or by the gateway, given back, and what they leave open."""
