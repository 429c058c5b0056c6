"""How the days and times of source fields are read: the order of day and month, decided for each column."""
