"""Utilisation: how many of the available hours of specialists are booked."""
