"""The stories that the demo tells: whose tenant it is, from which files, and what the story's people decided."""
