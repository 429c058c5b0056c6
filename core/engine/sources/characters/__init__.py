"""Characters of an export that cannot be read, are not seen or are garbled: decoded row by row, and noted for their row"""
