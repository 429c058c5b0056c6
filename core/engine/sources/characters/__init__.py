"""Characters of an export that cannot be read, are invisible or garbled: decoded row by row, and noted for their row."""
