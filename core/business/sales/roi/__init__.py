"""Return on investment of a move: its inputs with source and range, what they cost either way, and saved versions."""
