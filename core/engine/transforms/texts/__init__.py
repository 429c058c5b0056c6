"""Transforms of texts: what a program puts around or in place of a value, names of people."""
