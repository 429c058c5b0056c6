"""Which source field becomes which target field, how, and how sure we are."""
