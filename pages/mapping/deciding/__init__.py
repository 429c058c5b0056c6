"""Decisions on one field after another: which is current, what is chosen, what deciding saves, how it is undone."""
