"""What the mapping screen keeps between reruns: its frozen view, what it read in a Context, a save that met another."""
