"""Decisions on one field after another: the current field, the unsaved choice, saving and undo."""
