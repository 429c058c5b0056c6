"""Where data comes from: what a source declares, how a file is recognised, read, flattened and profiled."""
