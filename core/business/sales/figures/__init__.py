"""Figures of finished migrations: collected from the engine, reported by people, and what they add up to."""
