"""The communication log of an order: entries that stay as they are, each put right by a later one."""
