"""Costs of AI: a ledger row per call, budgets that cannot be overshot, and the price book behind both."""
