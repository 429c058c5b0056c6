"""Whether somebody carries a run out: what people are told where nobody does, and when a worker has died."""
