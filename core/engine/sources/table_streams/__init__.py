"""Describe the streams of a table: what it is read as, and what its columns mean by its shape."""
