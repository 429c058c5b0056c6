"""Orders of customers with their lines: what a quote becomes when it is accepted."""
