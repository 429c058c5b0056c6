"""Commands of the delivery desk."""
