"""What keeps a run whole: the gate before each chunk, the patience with a database that is away, the check at its end."""
