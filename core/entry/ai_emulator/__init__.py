"""A stand-in for a language model's server, over the documented HTTP protocol: for tests without a network, and demos."""
