"""Bulk actions: each asks first with counts and amounts, and each batch stays in a history from which it is undone."""
