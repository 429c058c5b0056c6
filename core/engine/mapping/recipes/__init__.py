"""A saved way to read and map a source's files: versioned, carried as a file, applied to new files, replayed."""
