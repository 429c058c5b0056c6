"""People of a tenant: staff of the operator, contacts of a customer; their roles, and whether they may sign in."""
