"""The migration itself: sources, mapping, validation, runs."""
