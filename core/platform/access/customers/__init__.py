"""Customers of the operator: created, changed, archived, and who of the staff works for each."""
