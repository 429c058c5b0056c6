"""Sheets, rows and columns that a workbook does not show: read like all others, and noted"""
