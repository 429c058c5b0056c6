"""Samples of real exports, and generators of the demo tenants. Everything here is invented."""
