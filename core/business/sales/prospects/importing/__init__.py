"""Import a list of prospects: columns recognised, each row added, a duplicate or refused, all of it previewed first."""
