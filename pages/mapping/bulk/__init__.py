"""Bulk actions: each asks first with counts and amounts, and can be undone from the history."""
