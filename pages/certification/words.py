"""The address of the screen Certification."""

from __future__ import annotations

PATH, EXAM = "certification", "exam"
"""The screen's path, and the key of the exam that is taken."""
