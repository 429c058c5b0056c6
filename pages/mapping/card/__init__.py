"""The evidence card of one field, beside the grid in short, in the drawer and in the review one at a time in full."""
