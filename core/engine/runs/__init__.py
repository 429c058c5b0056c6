"""Imports that survive anything: dry run, chunks, fates, rollback, reconciliation."""
