"""Figures of the business: each with its definition, its period, its sample and the rows it was computed from."""
