"""Everything the console does, without its screens."""
