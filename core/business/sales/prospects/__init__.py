"""Prospects: created, imported, found again as duplicates, moved through stages, with discovery and history."""
