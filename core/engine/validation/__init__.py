"""Checks of the data before anything is written."""
