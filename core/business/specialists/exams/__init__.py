"""Exams: questions drawn by a seed, answered within a time, scored here, and certified when passed."""
