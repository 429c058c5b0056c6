"""The header of a table: which rows hold its names, and whether any does."""
