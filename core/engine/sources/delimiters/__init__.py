"""The delimiter of a table."""
