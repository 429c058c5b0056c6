"""Milestones of orders: promised, forecast from finished orders, reached, and how late in words."""
