"""What people decided about a source's fields, remembered for every customer: names and counts, never values."""
