"""Commands of the demo, and their arguments."""
