"""Rows of a table that are not data: totals, headings, repeated headers, footers, counts, units"""
