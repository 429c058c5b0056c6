"""The processes of the product: command line, worker, console with its HTTP routes."""
