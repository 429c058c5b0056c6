"""Tasks of orders: written by people, or opened and closed by what the data and the team lack."""
