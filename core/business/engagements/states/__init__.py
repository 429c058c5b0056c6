"""States of orders: what may follow each, what must be done first, and the moves from one to the next."""
