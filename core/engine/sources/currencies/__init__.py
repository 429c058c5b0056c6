"""The currency of rows of an export, compared with the customer's."""
