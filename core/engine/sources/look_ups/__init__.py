"""Values that a record takes from other records of its document."""
