"""The faults of data there are: what each is called, how bad it is, and what a person can do about it."""
