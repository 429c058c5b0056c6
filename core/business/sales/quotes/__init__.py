"""Quotes of the sales desk: drafted, approved, sent, answered or expired, in numbered versions."""
