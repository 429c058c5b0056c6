"""What language models are asked about the mapping: which fields, what they may see of them, what an answer changes."""
