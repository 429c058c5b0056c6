"""How one gets in: command line, worker, web."""
