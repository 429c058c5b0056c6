"""Commands of the sales desk. `arguments` is imported by every command, so it imports nothing heavy."""
