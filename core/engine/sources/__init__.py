"""Sources of data: their declarations, and files recognised, read, flattened and profiled."""
