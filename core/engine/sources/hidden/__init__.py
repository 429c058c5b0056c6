"""Sheets, rows and columns that a workbook hides: read like all others, and noted."""
