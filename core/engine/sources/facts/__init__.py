"""Facts about the columns of a stream, over all its rows."""
